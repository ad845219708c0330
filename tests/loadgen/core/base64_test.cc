#include "loadgen/core/base64.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace loadgen;

TEST_CASE("base64 of the vectors of RFC 4648") {
  struct Row {
    const char* bytes;
    const char* text;
  };
  const Row rows[] = {{"", ""},
                      {"f", "Zg=="},
                      {"fo", "Zm8="},
                      {"foo", "Zm9v"},
                      {"foob", "Zm9vYg=="},
                      {"fooba", "Zm9vYmE="},
                      {"foobar", "Zm9vYmFy"},
                      {"\xff\xef\xbe", "/+++"}};
  for (const Row& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(to_base64(row.bytes) == row.text);
    CHECK(from_base64(row.text) == row.bytes);
  }
}

TEST_CASE("what is not base64 is refused") {
  struct Row {
    std::string why;
    const char* text;
  };
  const Row rows[] = {{"the length is no multiple of four", "Zg="},
                      {"no padding", "Zg"},
                      {"three padding characters", "Z==="},
                      {"padding inside", "Zg==Zm9v"},
                      {"padding alone", "===="},
                      {"a character of the other alphabet", "Zm9_"},
                      {"a line break", "Zm9\n"},
                      {"bits set that padding leaves over, one byte", "Zh=="},
                      {"bits set that padding leaves over, two bytes", "Zm9="},
                      {"a byte above 127", "Zm9\xc3"}};
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK_FALSE(from_base64(row.text).has_value());
  }
}

TEST_CASE("base64 of any bytes comes back") {
  std::mt19937_64 random(11);
  for (std::size_t length = 0; length < 200; ++length) {
    CAPTURE(length);
    std::string bytes(length, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    CHECK(from_base64(to_base64(bytes)) == bytes);
  }
}
