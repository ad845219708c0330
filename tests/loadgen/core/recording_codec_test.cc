#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "loadgen/core/codec.h"
#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

// No samples, no ledger, no probes.
const std::string kNothingElse(4, '\0');

// worker 1, sequence 2, made at 0, not last, no CPU, never sent; what follows is its slices.
std::string head(std::uint64_t slices) {
  Encoder to;
  to.u64(1), to.u64(2), to.offset(0s), to.flag(false);
  for (int i = 0; i < 4; ++i) to.u64(0);  // CPU
  to.instant(Tally::kNever);
  to.u64(slices);
  return to.take();
}

// One slice of group 0, workload 0, operation 0 in second 0.
std::string with_histogram(std::initializer_list<std::uint64_t> numbers) {
  Encoder to;
  for (int i = 0; i < 4; ++i) to.u64(0);   // key
  for (int i = 0; i < 14; ++i) to.u64(0);  // tally
  to.u64(1);                               // one histogram
  to.u64(0);                               // response_ok
  for (const std::uint64_t number : numbers) to.u64(number);
  to.u64(0);  // no statements
  return head(1) + to.take() + kNothingElse;
}

}  // namespace

TEST_CASE("a part comes back, and cut anywhere it is refused") {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    const Part part = test::random_part(random);
    const std::string bytes = encode(part);
    CHECK(decode_part(bytes) == part);
    CHECK(encode(decode_part(bytes)) == bytes);
    CHECK_THROWS_AS(decode_part(bytes + '\0'), std::runtime_error);
    const std::size_t step = 1 + bytes.size() / 200;
    for (std::size_t length = 0; length < bytes.size(); length += step) {
      CAPTURE(length);
      CHECK_THROWS_AS(decode_part(std::string_view(bytes).substr(0, length)), std::runtime_error);
    }
  }
}

TEST_CASE("the smallest part is small") {
  Part part;
  part.worker = 3;
  part.sequence = 1;
  CHECK(encode(part) == "\3\1\0\0\0\0\0\0\0\0\0\0\0\0"s);
  CHECK(decode_part(encode(part)) == part);
}

TEST_CASE("a histogram that is not one is refused") {
  struct Row {
    std::string why;
    std::initializer_list<std::uint64_t> numbers;  // buckets, (gap, count)…, total, sum, min, max
    const char* text;                              // nullptr: taken
  };
  const Row rows[] = {
      {"two buckets as they should be", {2, 9, 1, 0, 2, 3, 29, 9, 10}, nullptr},
      {"the last bucket there is",
       {1, 23'220, 1, 1, 3'600'000'000, 3'600'000'000, 3'600'000'000},
       nullptr},
      {"a bucket past the end", {1, hdr::kCounts, 1, 1, 9, 9, 9}, "a number is out of range"},
      {"a gap past the end",
       {2, 9, 1, hdr::kCounts - 10, 1, 2, 9, 9, 9},
       "a number is out of range"},
      {"a bucket above one hour",
       {1, 23'221, 1, 1, 3'601'000'000, 3'600'000'000, 3'600'000'000},
       "a histogram's sum, minimum or maximum is not that of its buckets"},
      {"an empty bucket", {1, 9, 0, 0, 0, 9, 9}, "a count of 0 is listed"},
      {"no bucket at all", {0, 0, 0, 0, 0, 0, 0, 0}, "an empty histogram is listed"},
      {"a total one too large",
       {2, 9, 1, 0, 2, 4, 29, 9, 10},
       "a histogram's total is not that of its buckets"},
      {"a sum below what the buckets can hold",
       {2, 9, 1, 0, 2, 3, 28, 9, 10},
       "a histogram's sum, minimum or maximum is not that of its buckets"},
      {"a sum above",
       {2, 9, 1, 0, 2, 3, 30, 9, 10},
       "a histogram's sum, minimum or maximum is not that of its buckets"},
      {"a minimum of another bucket",
       {2, 9, 1, 0, 2, 3, 29, 10, 10},
       "a histogram's sum, minimum or maximum is not that of its buckets"},
      {"a maximum of another bucket",
       {2, 9, 1, 0, 2, 3, 29, 9, 11},
       "a histogram's sum, minimum or maximum is not that of its buckets"},
      {"a minimum above the maximum, in one bucket",
       {1, 2048, 1, 1, 2048, 2049, 2048},
       "a histogram's sum, minimum or maximum is not that of its buckets"},
      {"more counted than a second can hold",
       {2, 9, std::uint64_t{1} << 32, 0, 1, (std::uint64_t{1} << 32) + 1, 29, 9, 10},
       "a histogram counts too much"},
      {"more buckets announced than bytes follow",
       {2000, 9, 1, 1, 9, 9, 9},
       "more items are announced than can follow"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const std::string bytes = with_histogram(row.numbers);
    if (row.text == nullptr) {
      CHECK(encode(decode_part(bytes)) == bytes);
      continue;
    }
    std::string text;
    try {
      decode_part(bytes);
    } catch (const std::runtime_error& error) {
      text = error.what();
    }
    CAPTURE(text);
    CHECK(text.find(row.text) != std::string::npos);
  }
}

TEST_CASE("slices and servers out of order, and numbers unknown, are refused") {
  const auto slice = [](std::int64_t second) {
    Encoder to;
    to.u64(0), to.u64(0), to.u64(0), to.i64(second);
    for (int i = 0; i < 16; ++i) to.u64(0);  // tally, no histogram, no statement
    return to.take();
  };
  CHECK_NOTHROW(decode_part(head(2) + slice(4) + slice(5) + kNothingElse));
  CHECK_THROWS_AS(decode_part(head(2) + slice(5) + slice(5) + kNothingElse), std::runtime_error);
  CHECK_THROWS_AS(decode_part(head(2) + slice(5) + slice(4) + kNothingElse), std::runtime_error);
  CHECK_THROWS_AS(decode_part(head(1) + slice(std::int64_t{1} << 31) + kNothingElse),
                  std::runtime_error);

  const auto ended = [&](std::uint64_t outcome) {
    Encoder to;
    for (int i = 0; i < 4; ++i) to.u64(0);  // key
    to.u64(1);                              // scheduled
    to.u64(1), to.u64(outcome), to.u64(1);  // ended
    for (int i = 0; i < 14; ++i) to.u64(0);
    return head(1) + to.take() + kNothingElse;
  };
  CHECK_NOTHROW(decode_part(ended(kOutcomes - 1)));
  CHECK_THROWS_AS(decode_part(ended(kOutcomes)), std::runtime_error);

  const auto served = [&](const char* first, const char* second, std::uint64_t ok) {
    Encoder to;
    for (int i = 0; i < 4; ++i) to.u64(0);  // key
    for (int i = 0; i < 9; ++i) to.u64(0);  // tally up to in_flight
    to.u64(2);
    to.text(first), to.u64(3), to.u64(ok);
    to.text(second), to.u64(3), to.u64(0);
    for (int i = 0; i < 6; ++i) to.u64(0);  // instants, no histogram, no statement
    return head(1) + to.take() + kNothingElse;
  };
  CHECK_NOTHROW(decode_part(served("a", "b", 3)));
  CHECK_THROWS_AS(decode_part(served("b", "a", 3)), std::runtime_error);
  CHECK_THROWS_AS(decode_part(served("a", "a", 3)), std::runtime_error);
  CHECK_THROWS_AS(decode_part(served("a", "b", 4)), std::runtime_error);

  const auto statements = [&](std::initializer_list<std::uint64_t> numbers) {
    Encoder to;
    for (int i = 0; i < 19; ++i) to.u64(0);  // key, tally, no histogram
    for (const std::uint64_t number : numbers) to.u64(number);
    return head(1) + to.take() + kNothingElse;
  };
  CHECK_NOTHROW(decode_part(statements({2, 0, 1, 0, 0, 4, 0, 1, 0})));  // 0 failed, 5 retried
  CHECK_THROWS_AS(decode_part(statements({1, 0, 0, 0, 0})), std::runtime_error);  // an empty one
  CHECK_THROWS_AS(decode_part(statements({1, 65536, 1, 0, 0})), std::runtime_error);
  CHECK_THROWS_AS(decode_part(statements({9, 0, 1, 0, 0})), std::runtime_error);  // cut short
}

TEST_CASE("a ledger that is not one is refused") {
  struct Row {
    std::string why;
    std::initializer_list<std::uint64_t> numbers;  // ranges: attempt, first, size, fate, from, to
    const char* text;                              // nullptr: taken
  };
  constexpr std::uint64_t kMost = std::uint64_t{1} << 48;
  const Row rows[] = {
      {"two ranges of different fates", {2, 0, 0, 4, 0, 0, 0, 0, 0, 0, 2, 0, 0}, nullptr},
      {"the same number once more, tried again", {2, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0}, nullptr},
      {"no range", {0, 0, 0, 0, 0, 0, 0}, "an empty ledger is listed"},
      {"two that are one", {2, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "continues the one before"},
      {"a fate nobody knows", {1, 0, 0, 0, 4, 0, 0}, "out of range"},
      {"the last number there is", {1, 0, kMost - 1, 0, 0, 0, 0}, nullptr},
      {"one number more", {1, 0, kMost, 0, 0, 0, 0}, "out of range"},
      {"behind the last number", {2, 0, kMost - 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0}, "too many rows"},
      {"an attempt beyond 32 bits",
       {1, (std::uint64_t{1} << 32) - 1, 0, 0, 0, 0, 0},
       "out of range"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Encoder to;
    to.u64(0);             // no samples
    to.u64(1), to.u64(7);  // one ledger, of connection 7
    to.u64(1), to.u64(0);  // group, workload
    for (const std::uint64_t number : row.numbers) to.u64(number);
    to.u64(0), to.u64(0);  // no probes
    const std::string bytes = head(0) + to.take();
    std::string text, again = bytes;
    try {
      again = encode(decode_part(bytes));
    } catch (const std::runtime_error& error) {
      text = error.what();
    }
    CAPTURE(text);
    CHECK(again == bytes);
    CHECK(text.empty() == (row.text == nullptr));
    if (row.text != nullptr) CHECK(text.find(row.text) != std::string::npos);
  }
}
