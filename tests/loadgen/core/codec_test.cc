#include "loadgen/core/codec.h"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <stdexcept>
#include <string>

using namespace loadgen;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST_CASE("every piece comes back, and takes the bytes it should") {
  Encoder to;
  const std::uint64_t numbers[] = {0, 1, 127, 128, 16'383, 16'384, ~std::uint64_t{0}};
  const std::size_t sizes[] = {1, 1, 1, 2, 2, 3, 10};
  std::size_t size = 0;
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    to.u64(numbers[i]);
    size += sizes[i];
    CHECK(to.bytes().size() == size);
  }
  const std::int64_t signed_numbers[] = {0,
                                         -1,
                                         1,
                                         -64,
                                         64,
                                         std::numeric_limits<std::int64_t>::min(),
                                         std::numeric_limits<std::int64_t>::max()};
  for (const std::int64_t number : signed_numbers) to.i64(number);
  to.i64(std::numeric_limits<std::int32_t>::min());
  to.flag(true);
  to.flag(false);
  to.real(-0.1);
  to.text("");
  to.text("a\0b"s);
  to.offset(-1500ms);
  to.instant(RunOffset::min());
  to.instant(0ns);
  to.instant(-3ns);
  to.instant(Decoder::kFarthest);

  const std::string bytes = to.take();
  CHECK(to.bytes().empty());
  Decoder from(bytes);
  for (const std::uint64_t number : numbers) CHECK(from.u64() == number);
  for (const std::int64_t number : signed_numbers) CHECK(from.i64() == number);
  CHECK(from.i32() == std::numeric_limits<std::int32_t>::min());
  CHECK(from.flag());
  CHECK_FALSE(from.flag());
  CHECK(from.real() == -0.1);
  CHECK(from.text().empty());
  CHECK(from.text() == "a\0b"s);
  CHECK(from.offset() == -1500ms);
  CHECK(from.instant() == RunOffset::min());
  CHECK(from.instant() == 0ns);
  CHECK(from.instant() == -3ns);
  CHECK(from.instant() == Decoder::kFarthest);
  CHECK_NOTHROW(from.expect_end());
}

TEST_CASE("never takes one byte") {
  Encoder to;
  to.instant(RunOffset::min());
  CHECK(to.bytes() == "\0"s);
}

TEST_CASE("what is malformed is refused, with its place") {
  struct Row {
    std::string why;
    std::string bytes;
    void (*read)(Decoder&);
    const char* text;
  };
  const Row rows[] = {
      {"nothing where a number should be", "", [](Decoder& d) { d.u64(); },
       "malformed: the bytes end too early, at byte 0"},
      {"a number cut in the middle", "\x80", [](Decoder& d) { d.u64(); },
       "malformed: the bytes end too early, at byte 1"},
      {"a number padded with a zero byte", "\x81\0"s, [](Decoder& d) { d.u64(); },
       "malformed: a number is padded, at byte 2"},
      {"65 bits", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", [](Decoder& d) { d.u64(); },
       "malformed: a number has more than 64 bits, at byte 10"},
      {"just above the limit", "\x06", [](Decoder& d) { d.u64(5); },
       "malformed: a number is out of range, at byte 1"},
      {"256 in eight bits", "\x80\x02", [](Decoder& d) { d.number<std::uint8_t>(); },
       "malformed: a number is out of range, at byte 2"},
      {"2^31 in 32 bits", "\x80\x80\x80\x80\x10", [](Decoder& d) { d.i32(); },
       "malformed: a number is out of range, at byte 5"},
      {"a flag of 2", "\x02", [](Decoder& d) { d.flag(); },
       "malformed: a flag is neither 0 nor 1, at byte 1"},
      {"a text longer than the rest", "\x03gh", [](Decoder& d) { d.text(); },
       "malformed: a text reaches past the end, at byte 1"},
      {"a text whose length would overflow", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01gh",
       [](Decoder& d) { d.text(); }, "malformed: a text reaches past the end, at byte 10"},
      {"a text longer than allowed", "\x02gh", [](Decoder& d) { d.text(1); },
       "malformed: a text is too long, at byte 1"},
      {"three items of two bytes in five", "\x03gabcd", [](Decoder& d) { d.count(2); },
       "malformed: more items are announced than can follow, at byte 1"},
      {"more items than allowed", "\x02gabc", [](Decoder& d) { d.count(2, 1); },
       "malformed: there are too many items, at byte 1"},
      {"an instant in 100 years", "\x80\x80\x80\x80\x80\x80\x80\x80\x60",
       [](Decoder& d) { d.offset(); }, "malformed: an instant is out of reach, at byte 9"},
      {"a real of seven bytes", "gabcdef", [](Decoder& d) { d.real(); },
       "malformed: the bytes end too early, at byte 7"},
      {"a byte too many", "\x01\x01", [](Decoder& d) { d.u64(), d.expect_end(); },
       "malformed: bytes are left over, at byte 1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Decoder from(row.bytes);
    CHECK_THROWS_WITH_AS(row.read(from), row.text, std::runtime_error);
  }
}

TEST_CASE("counts that just fit are taken") {
  Decoder two("\x02gabc");
  CHECK(two.count(2, 2) == 2);
  Decoder text("\x02gh");
  CHECK(text.text(2) == "gh");
  CHECK(Decoder("\x05").u64(5) == 5);
}

TEST_CASE("lists and maps come back; keys that do not ascend are refused") {
  const std::vector<std::string> list{"b", "", "a"};
  const std::map<std::string, std::string> map{{"a", "1"}, {"b", ""}};
  Encoder to;
  to.texts(list);
  to.map(map);
  Decoder from(to.bytes());
  CHECK(from.texts() == list);
  CHECK(from.map() == map);
  from.expect_end();
  CHECK_THROWS_AS(Decoder(std::string_view("\2\1b\0\1a\0", 7)).map(), std::runtime_error);
  CHECK_THROWS_AS(Decoder(std::string_view("\2\1a\0\1a\0", 7)).map(), std::runtime_error);
  CHECK_THROWS_AS(Decoder("\x09").texts(), std::runtime_error);
}

TEST_CASE("random numbers come back") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t number = random() >> (random() % 64);
    Encoder to;
    to.u64(number);
    to.i64(static_cast<std::int64_t>(number));
    Decoder from(to.bytes());
    CAPTURE(number);
    CHECK(from.u64() == number);
    CHECK(from.i64() == static_cast<std::int64_t>(number));
    from.expect_end();
  }
}
