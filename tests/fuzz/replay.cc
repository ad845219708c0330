// Main of a fuzzer in the normal tests: gives it every corpus file, then mutations of them.
//
//   FUZZER CORPUS_DIRECTORY MUTATIONS SEED
//
// Each mutation starts from a corpus file and changes a few bytes, so most parsers are reached
// deeply; the same seed gives the same bytes on every machine. An input that aborts is left in
// crash-input in the working directory: put it into the corpus.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzzer.h"

namespace {

using Random = std::mt19937_64;

std::string current;  // what the fuzzer is looking at, for the signal handler

std::size_t pick(Random& random, std::size_t below) { return random() % below; }

// Bytes at which parsers decide: ends of ranges, continuation bits, digits and quotes.
char telling_byte(Random& random) {
  constexpr std::string_view kTelling("\0\1\2\x7f\x80\x81\xfe\xff{}[]\":,0-9.eE\\\n", 24);
  return pick(random, 2) == 0 ? kTelling[pick(random, kTelling.size())]
                              : static_cast<char>(random());
}

void mutate_once(std::string& bytes, const std::string& other, Random& random) {
  const std::size_t at = pick(random, bytes.size() + 1);
  const std::size_t length = 1 + pick(random, 8);
  switch (pick(random, 8)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << pick(random, 8)));
      break;
    case 1:
      if (at < bytes.size()) bytes[at] = telling_byte(random);
      break;
    case 2:
      bytes.insert(at, 1, telling_byte(random));
      break;
    case 3:
      bytes.insert(at, length, telling_byte(random));
      break;
    case 4:
      bytes.erase(at, length);
      break;
    case 5:
      bytes.resize(at);
      break;
    case 6:
      bytes.insert(at, bytes.substr(pick(random, bytes.size() + 1), 4 * length));
      break;
    case 7:
      bytes.resize(at), bytes += other.substr(pick(random, other.size() + 1));
      break;
  }
}

void run(std::string bytes) {
  current = std::move(bytes);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current.data()), current.size());
}

// Not async-signal-safe, and need not be: the process is lost already.
void keep_input(int signal) {
  std::signal(signal, SIG_DFL);
  std::ofstream("crash-input", std::ios::binary) << current;
  std::fprintf(stderr, "the input of %zu bytes is in crash-input\n", current.size());
  std::raise(signal);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s CORPUS_DIRECTORY MUTATIONS SEED\n", argv[0]);
    return 2;
  }
  std::signal(SIGABRT, keep_input);
  std::signal(SIGSEGV, keep_input);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus{""};
  for (const auto& file : files) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    corpus.push_back(bytes.str());
  }
  for (const std::string& bytes : corpus) run(bytes);

  const std::uint64_t mutations = std::strtoull(argv[2], nullptr, 10);
  Random random(std::strtoull(argv[3], nullptr, 10));
  for (std::uint64_t i = 0; i < mutations; ++i) {
    std::string bytes = corpus[pick(random, corpus.size())];
    const std::string& other = corpus[pick(random, corpus.size())];
    for (std::size_t n = 1 + pick(random, 6); n > 0; --n) mutate_once(bytes, other, random);
    run(std::move(bytes));
  }
  std::printf("%zu corpus files and %llu mutations, seed %s\n", files.size(),
              static_cast<unsigned long long>(mutations), argv[3]);
  return 0;
}
