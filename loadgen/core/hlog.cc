// V2 payload, integers big-endian: u32 cookie 1c849313, u32 length of the counts, u32 normalizing
// index offset 0, u32 significant digits, u64 lowest, u64 highest value, f64 conversion ratio 1,
// then the counts from bucket 0 to the last that is not empty: each a zigzag LEB128 of at most nine
// bytes (the ninth holds eight bits); −n stands for n empty buckets in a row.
// Compressed: u32 cookie 1c849314, u32 length, zlib of the payload. Source: HdrHistogram,
// AbstractHistogram.encodeIntoByteBuffer and HistogramLogWriter.
#include "loadgen/core/hlog.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <ctime>
#include <optional>
#include <stdexcept>

#include "loadgen/core/assert.h"
#include "loadgen/core/base64.h"

namespace loadgen {
namespace {

constexpr std::uint32_t kPayloadCookie = 0x1c849303;
constexpr std::uint32_t kCompressedCookie = 0x1c849304;
// Writers set the word size in these bits to 1; readers ignore them.
constexpr std::uint32_t kWordSize = 0x10;
constexpr std::uint32_t kWordSizeMask = 0xf0;
constexpr std::size_t kPayloadHead = 40;
constexpr std::size_t kCompressedHead = 8;
constexpr std::size_t kMostPayload = kPayloadHead + hdr::kCounts * 9;
constexpr std::uint32_t kDigits = 3;
// A total that no run reaches: with it the sum of µs fits 64 bits.
constexpr std::uint64_t kMostCount = std::uint64_t{1} << 32;

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error("not a V2 histogram: " + what);
}

template <class T>
void put(std::string& to, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    to += static_cast<char>(value >> shift);
  }
}

// Big-endian integers and counts from bytes that may end anywhere.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool at_end() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }

  std::uint8_t byte() {
    if (bytes_.empty()) refuse("it is cut short");
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }

  template <class T>
  T number() {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | byte());
    return value;
  }

  std::int64_t count() {
    std::uint64_t value = 0;
    for (int shift = 0; shift <= 56; shift += 7) {
      const std::uint8_t next = byte();
      // The ninth byte has no continuation bit: 8 × 7 + 8 = 64.
      value |= std::uint64_t{shift == 56 ? next : next & 0x7fU} << shift;
      if (next < 0x80) break;
    }
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }

 private:
  std::string_view bytes_;
};

void put_count(std::string& to, std::int64_t count) {
  std::uint64_t value =
      (static_cast<std::uint64_t>(count) << 1) ^ static_cast<std::uint64_t>(count >> 63);
  for (int i = 0; i < 8 && value >= 0x80; ++i, value >>= 7) {
    to += static_cast<char>(value | 0x80);
  }
  to += static_cast<char>(value);
}

void read_cookie(Reader& from, std::uint32_t expected) {
  const auto cookie = from.number<std::uint32_t>();
  if ((cookie & ~kWordSizeMask) != expected) refuse("its cookie is another");
}

std::string inflate_at_most(std::string_view compressed, std::size_t most) {
  std::string bytes(most, '\0');
  auto size = static_cast<uLongf>(most);
  auto used = static_cast<uLong>(compressed.size());
  const int status = ::uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                                   reinterpret_cast<const Bytef*>(compressed.data()), &used);
  if (status != Z_OK || used != compressed.size()) refuse("its compressed bytes are damaged");
  bytes.resize(size);
  return bytes;
}

std::string tag_text(std::string_view tag) {
  std::string text(tag);
  for (char& c : text) {
    if (c == ',' || c == ' ' || static_cast<unsigned char>(c) < ' ') c = '_';
  }
  return text;
}

template <class... Values>
std::string print(const char* format, Values... values) {
  char buffer[128];
  const int length = std::snprintf(buffer, sizeof buffer, format, values...);
  LG_ASSERT(length > 0 && static_cast<std::size_t>(length) < sizeof buffer);
  return buffer;
}

std::string start_line(std::int64_t started_at_us) {
  const auto seconds = static_cast<std::time_t>(started_at_us / 1'000'000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char day[64];
  LG_ASSERT(std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0);
  return print("#[StartTime: %.3f (seconds since epoch), %s]\n",
               static_cast<double>(started_at_us) / 1e6, day);
}

}  // namespace

std::string hdr_payload(const SparseHistogram& histogram) {
  std::string counts;
  std::uint32_t next = 0;
  for (const auto& [index, count] : histogram.buckets) {
    LG_ASSERT(index >= next && index < hdr::kCounts && count <= kMostCount);
    const std::uint32_t zeros = index - next;
    if (zeros > 0) put_count(counts, -static_cast<std::int64_t>(zeros));
    put_count(counts, static_cast<std::int64_t>(count));
    next = index + 1;
  }
  std::string payload;
  put(payload, kPayloadCookie | kWordSize);
  put(payload, static_cast<std::uint32_t>(counts.size()));
  put(payload, std::uint32_t{0});
  put(payload, kDigits);
  put(payload, std::uint64_t{1});
  put(payload, static_cast<std::uint64_t>(hdr::kHighestUs));
  put(payload, std::bit_cast<std::uint64_t>(1.0));
  return payload + counts;
}

SparseHistogram from_hdr_payload(std::string_view payload) {
  Reader head(payload);
  read_cookie(head, kPayloadCookie);
  const auto length = head.number<std::uint32_t>();
  if (head.number<std::uint32_t>() != 0) refuse("its counts are shifted");
  const auto digits = head.number<std::uint32_t>();
  const auto lowest = head.number<std::uint64_t>();
  const auto highest = head.number<std::uint64_t>();
  if (digits != kDigits || lowest != 1 || highest > static_cast<std::uint64_t>(hdr::kHighestUs)) {
    refuse("its layout is another than 1 µs to 1 h with 3 digits");
  }
  head.number<std::uint64_t>();  // conversion ratio: says what a unit is, not how many
  if (length != head.rest().size()) refuse("its length is wrong");

  SparseHistogram histogram;
  std::uint64_t index = 0;
  for (Reader counts(head.rest()); !counts.at_end();) {
    const std::int64_t count = counts.count();
    // ~count = −count − 1, which can't overflow.
    const std::uint64_t step = count >= 0 ? 1 : static_cast<std::uint64_t>(~count) + 1;
    if (step > hdr::kCounts - index) refuse("it has too many buckets");
    if (count > 0) {
      const auto bucket = static_cast<std::uint32_t>(index);
      const auto times = static_cast<std::uint64_t>(count);
      if (times > kMostCount - histogram.total) refuse("it counts too much");
      histogram.buckets.emplace_back(bucket, times);
      histogram.total += times;
      histogram.sum_us += times * static_cast<std::uint64_t>(hdr::lowest_us(bucket) +
                                                             (hdr::width_us(bucket) - 1) / 2);
      histogram.max_us = std::min(hdr::highest_us(bucket), hdr::kHighestUs);
    }
    index += step;
  }
  if (!histogram.empty()) histogram.min_us = hdr::lowest_us(histogram.buckets.front().first);
  return histogram;
}

std::string hdr_base64(const SparseHistogram& histogram) {
  const std::string payload = hdr_payload(histogram);
  auto size = ::compressBound(static_cast<uLong>(payload.size()));
  std::string compressed(size, '\0');
  const int status = ::compress(reinterpret_cast<Bytef*>(compressed.data()), &size,
                                reinterpret_cast<const Bytef*>(payload.data()),
                                static_cast<uLong>(payload.size()));
  LG_ASSERT(status == Z_OK);
  compressed.resize(size);
  std::string bytes;
  put(bytes, kCompressedCookie | kWordSize);
  put(bytes, static_cast<std::uint32_t>(compressed.size()));
  return to_base64(bytes + compressed);
}

SparseHistogram from_hdr_base64(std::string_view text) {
  const std::optional<std::string> bytes = from_base64(text);
  if (!bytes) refuse("it is not base64");
  Reader head(*bytes);
  read_cookie(head, kCompressedCookie);
  if (head.number<std::uint32_t>() != head.rest().size()) refuse("its length is wrong");
  return from_hdr_payload(inflate_at_most(head.rest(), kMostPayload));
}

std::string write_hlog(std::int64_t started_at_us, std::string_view comment,
                       std::span<const HlogInterval> intervals) {
  std::string log = "#[Histogram log format version 1.3]\n";
  if (!comment.empty()) log += "#[" + std::string(comment) + "]\n";
  log += "#[Values are in microseconds, Interval_Max in milliseconds]\n";
  log += start_line(started_at_us);
  log +=
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
      "\"Interval_Compressed_Histogram\"\n";
  for (const HlogInterval& interval : intervals) {
    LG_ASSERT(interval.start >= RunOffset{0});
    if (!interval.tag.empty()) log += "Tag=" + tag_text(interval.tag) + ',';
    log += print("%.3f,%.3f,%.3f,", to_seconds(interval.start), to_seconds(interval.length),
                 static_cast<double>(interval.histogram.max_us) / 1e3);
    log += hdr_base64(interval.histogram) + '\n';
  }
  return log;
}

}  // namespace loadgen
