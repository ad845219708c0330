#include "loadgen/core/codec.h"

#include <bit>
#include <stdexcept>
#include <string>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

constexpr int kVarintBytes = 10;

// Signed numbers near zero become small unsigned ones: 0, −1, 1, −2 … → 0, 1, 2, 3 …
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

constexpr bool within_reach(RunOffset value) {
  return value <= Decoder::kFarthest && value >= -Decoder::kFarthest;
}

}  // namespace

void Encoder::u64(std::uint64_t value) {
  while (value >= 0x80) {
    byte(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  byte(static_cast<std::uint8_t>(value));
}

void Encoder::i64(std::int64_t value) { u64(zigzag(value)); }

void Encoder::real(double value) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) byte(static_cast<std::uint8_t>(bits));
}

void Encoder::text(std::string_view value) {
  u64(value.size());
  bytes_.append(value);
}

void Encoder::texts(const std::vector<std::string>& values) {
  u64(values.size());
  for (const std::string& value : values) text(value);
}

void Encoder::offset(RunOffset value) {
  LG_ASSERT(within_reach(value));
  i64(value.count());
}

void Encoder::instant(RunOffset value) {
  LG_ASSERT(value == RunOffset::min() || within_reach(value));
  // The smallest RunOffset, which means never, has the largest zigzag: + 1 wraps it to 0.
  u64(zigzag(value.count()) + 1);
}

std::uint8_t Decoder::byte() {
  if (remaining() == 0) refuse("the bytes end too early");
  return static_cast<std::uint8_t>(bytes_[at_++]);
}

bool Decoder::flag() {
  const std::uint8_t value = byte();
  if (value > 1) refuse("a flag is neither 0 nor 1");
  return value == 1;
}

std::uint64_t Decoder::u64(std::uint64_t most) {
  std::uint64_t value = 0;
  for (int i = 0; i < kVarintBytes; ++i) {
    const std::uint8_t next = byte();
    if (i == kVarintBytes - 1 && next > 1) refuse("a number has more than 64 bits");
    value |= std::uint64_t{next & 0x7fU} << (7 * i);
    if (next >= 0x80) continue;
    if (next == 0 && i > 0) refuse("a number is padded");
    if (value > most) refuse("a number is out of range");
    return value;
  }
  refuse("a number has more than ten bytes");
}

std::int64_t Decoder::i64() { return unzigzag(u64()); }

std::int32_t Decoder::i32() {
  const std::int64_t value = i64();
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    refuse("a number is out of range");
  }
  return static_cast<std::int32_t>(value);
}

double Decoder::real() {
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits |= std::uint64_t{byte()} << (8 * i);
  return std::bit_cast<double>(bits);
}

std::string Decoder::text(std::size_t longest) {
  const std::uint64_t length = u64();
  if (length > remaining()) refuse("a text reaches past the end");
  if (length > longest) refuse("a text is too long");
  std::string value(bytes_.substr(at_, length));
  at_ += length;
  return value;
}

std::vector<std::string> Decoder::texts() {
  std::vector<std::string> values;
  for (std::size_t left = count(1); left > 0; --left) values.push_back(text());
  return values;
}

RunOffset Decoder::offset() {
  const RunOffset value{i64()};
  if (!within_reach(value)) refuse("an instant is out of reach");
  return value;
}

RunOffset Decoder::instant() {
  const RunOffset value{unzigzag(u64() - 1)};
  if (value != RunOffset::min() && !within_reach(value)) refuse("an instant is out of reach");
  return value;
}

std::size_t Decoder::count(std::size_t item_bytes, std::size_t most) {
  const std::uint64_t items = u64();
  if (items > remaining() / item_bytes) refuse("more items are announced than can follow");
  if (items > most) refuse("there are too many items");
  return items;
}

void Decoder::expect_end() const {
  if (remaining() != 0) refuse("bytes are left over");
}

void Decoder::refuse(std::string_view what) const {
  throw std::runtime_error("malformed: " + std::string(what) + ", at byte " + std::to_string(at_));
}

}  // namespace loadgen
