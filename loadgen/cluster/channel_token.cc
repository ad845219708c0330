#include "loadgen/cluster/channel_token.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "loadgen/core/digest.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

namespace {
constexpr std::size_t kShortest = 16;
constexpr std::size_t kLongest = 4096;
}  // namespace

std::string read_token(const std::string& path) {
  const auto text = read_whole_file(path);
  if (!text) throw UserError("--token-file: can't read " + path);
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t from = text->find_first_not_of(kBlank);
  std::string token;
  if (from != std::string::npos)
    token = text->substr(from, text->find_last_not_of(kBlank) + 1 - from);
  if (token.size() < kShortest || token.size() > kLongest) {
    throw UserError("--token-file: " + path + " holds " + std::to_string(token.size()) +
                    " characters; expected 16 – 4096, such as from `openssl rand -hex 32`");
  }
  if (!std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; }))
    throw UserError("--token-file: " + path + " holds blanks or characters beyond ASCII");
  return token;
}

bool token_matches(std::string_view given, std::string_view token) {
  // Digests have one length: not even that of the token shows.
  const std::string a = sha256_hex(given), b = sha256_hex(token);
  return CRYPTO_memcmp(a.data(), b.data(), b.size()) == 0;
}

std::string authorization_of(const std::string& token) { return "Bearer " + token; }

}  // namespace loadgen
