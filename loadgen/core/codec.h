// Bytes in and out: the varints, texts and instants of which every binary format of ours is made
// (parts and records in the journal, messages between coordinator and workers).
//
// Unsigned: LEB128, seven bits a byte, lowest first, at most ten bytes, no padding. Signed: zigzag,
// then unsigned. Flag: one byte, 0 or 1. Text: length, then bytes. Texts: their count, then each.
// Map: the count of its entries, then (text, text) ascending by key. Real: the eight bytes of an
// IEEE double, little-endian. Offset: signed nanoseconds. Instant: 0 for never, else offset's
// zigzag
// + 1. Every value has exactly one form, so equal values are equal bytes and the other way round.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

/// Builds a byte string. One thread; never fails but for want of memory.
class Encoder {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void flag(bool value) { byte(value ? 1 : 0); }
  void u64(std::uint64_t value);
  void i64(std::int64_t value);
  void real(double value);
  void text(std::string_view value);
  /// Bytes as they are, without their length: an encoded value as the last piece of another.
  void append(std::string_view bytes) { bytes_.append(bytes); }
  void texts(const std::vector<std::string>& values);
  /// Any map of texts to texts that is ordered by its bytes.
  template <class Map>
  void map(const Map& entries) {
    u64(entries.size());
    for (const auto& [key, value] : entries) {
      text(key);
      text(value);
    }
  }
  /// Asserts that `value` lies within ± Decoder::kFarthest.
  void offset(RunOffset value);
  /// As `offset`, or Tally::kNever (the smallest RunOffset), which takes one byte.
  void instant(RunOffset value);

  const std::string& bytes() const { return bytes_; }
  /// Moves the bytes out; the encoder is empty after it.
  std::string take() { return std::exchange(bytes_, {}); }

 private:
  std::string bytes_;
};

/// Takes a byte string from outside apart. Believes nothing: every function throws
/// std::runtime_error, saying what is wrong at which byte, and allocates no more than the bytes at
/// hand can fill. `bytes` must outlive it. One thread.
class Decoder {
 public:
  /// Instants further from the run's start than this (73 years) are refused, so that differences of
  /// two of them can't overflow.
  static constexpr RunOffset kFarthest{std::int64_t{1} << 61};

  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t byte();
  bool flag();
  /// A number of at most `most`.
  std::uint64_t u64(std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
  /// A number that fits T, an unsigned type.
  template <class T>
  T number() {
    return static_cast<T>(u64(std::numeric_limits<T>::max()));
  }
  std::int64_t i64();
  /// A signed number that fits 32 bits.
  std::int32_t i32();
  double real();
  /// A text of at most `longest` bytes.
  std::string text(std::size_t longest = std::numeric_limits<std::size_t>::max());
  std::vector<std::string> texts();
  template <class Map = std::map<std::string, std::string>>
  Map map() {
    Map entries;
    for (std::size_t left = count(2); left > 0; --left) {
      std::string key = text();
      if (!entries.empty() && entries.rbegin()->first >= key) refuse("keys are not in order");
      entries.emplace_hint(entries.end(), std::move(key), text());
    }
    return entries;
  }
  RunOffset offset();
  RunOffset instant();
  /// How many items follow: at most `most`, and not more than the remaining bytes can hold when
  /// each takes at least `item_bytes` (≥ 1). Safe to reserve.
  std::size_t count(std::size_t item_bytes,
                    std::size_t most = std::numeric_limits<std::size_t>::max());

  std::size_t remaining() const { return bytes_.size() - at_; }
  /// Refuses bytes that are left over.
  void expect_end() const;
  /// Refuses the bytes: throws std::runtime_error "malformed: <what>, at byte <position>".
  [[noreturn]] void refuse(std::string_view what) const;

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace loadgen
