#include "loadgen/core/utf8.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("well-formed text stays, every other byte is replaced") {
  struct Row {
    const char* why;
    std::string text, expected;
  };
  const std::string bad = "\xEF\xBF\xBD";
  const Row rows[] = {
      {"nothing", "", ""},
      {"plain", "abc\n", "abc\n"},
      {"two, three and four bytes", "é漢🎵", "é漢🎵"},
      {"first of each length", "\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80",
       "\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80"},
      {"last of all", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
      {"beyond it", "\xF4\x90\x80\x80", bad + bad + bad + bad},
      {"overlong slash", "\xC0\xAF", bad + bad},
      {"overlong in three", "\xE0\x9F\xBF", bad + bad + bad},
      {"overlong in four", "\xF0\x8F\xBF\xBF", bad + bad + bad + bad},
      {"surrogate", "\xED\xA0\x80", bad + bad + bad},
      {"just below the surrogates", "\xED\x9F\xBF", "\xED\x9F\xBF"},
      {"continuation alone", "a\x80z", "a" + bad + "z"},
      {"cut off in the middle of a character", "a\xE6\xBC", "a" + bad + bad},
      {"zero byte", std::string("a\0b", 3), std::string("a\0b", 3)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(valid_utf8(row.text) == row.expected);
  }
}

}  // namespace
}  // namespace loadgen
