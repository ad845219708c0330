#include "loadgen/cluster/channel_token.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

std::string token_of(const std::string& content) {
  const std::string path = "channel-token-test";
  std::ofstream(path, std::ios::binary) << content;
  struct Gone {
    const std::string& path;
    ~Gone() { std::filesystem::remove(path); }
  } gone{path};
  return read_token(path);
}

TEST_CASE("a token file is its text, without what editors leave around it") {
  CHECK(token_of("0123456789abcdef") == "0123456789abcdef");
  CHECK(token_of("\n 0123456789abcdef \r\n") == "0123456789abcdef");
}

TEST_CASE("a file that holds no token is refused") {
  struct Row {
    const char* why;
    std::string content;
  };
  for (const Row& row :
       {Row{"empty", ""}, Row{"blank", " \n"}, Row{"too short", "0123456789abcde"},
        Row{"too long", std::string(4097, 'x')}, Row{"two words", "0123456789 abcdef"},
        Row{"would end a header", "0123456789\r\nabcdef"},
        Row{"not ASCII", "0123456789abcd\xc3\xa9"}}) {
    CAPTURE(row.why);
    CHECK_THROWS_AS(token_of(row.content), UserError);
  }
  CHECK_THROWS_WITH_AS(read_token("no-such-token"), "--token-file: can't read no-such-token",
                       UserError);
}

TEST_CASE("only the same token matches") {
  CHECK(token_matches("abc", "abc"));
  CHECK_FALSE(token_matches("", "abc"));
  CHECK_FALSE(token_matches("abd", "abc"));
  CHECK_FALSE(token_matches("abcabc", "abc"));
  CHECK_FALSE(token_matches(std::string_view("abc\0", 4), "abc"));
}

}  // namespace
}  // namespace loadgen
