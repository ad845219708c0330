#include "loadgen/core/hlog.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "loadgen/core/base64.h"
#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// Header of a payload of 1 µs to 1 h with 3 digits, after cookie and length.
constexpr std::string_view kLayout =
    "0000000000000003000000000000000100000000d693a4003ff0000000000000";

// The other side of these was written and read by the Python package hdrhistogram 0.10.8.
struct Golden {
  std::string why;
  std::vector<std::pair<std::int64_t, std::uint64_t>> values;  // µs, times
  std::string payload;                                         // in hex
  const char* base64;
};

const Golden kGoldens[] = {
    {"no value",
     {},
     "1c84931300000000" + std::string(kLayout),
     "HISTFAAAABx4nJNpmSzMgADMUJoRRFybvITB/gNEAABQ2gSH"},
    {"one value",
     {{1, 1}},
     "1c84931300000002" + std::string(kLayout) + "0102",
     "HISTFAAAACF4nJNpmSzMwMDAxAABzFCaEURcm7yEwf4DVIAJAFoyBIw="},
    {"both sides of the layout's edges, single and many empty buckets",
     {{0, 3},
      {1, 1},
      {2, 1},
      {4, 1},
      {2047, 1},
      {2048, 1},
      {2049, 1},
      {4095, 1},
      {4096, 1},
      {3'600'000'000, 1}},
     "1c84931300000011" + std::string(kLayout) + "0602020102f31f0204fb0f0202e5ba0202",
     "HISTFAAAADF4nJNpmSzMwMAgyAABzFCaEURcm7yEwf4DRICNiYmR6bM8E8tvfiamp7uYmAC8/whu"},
    {"counts on both sides of a byte's edge, and a large one",
     {{50, 63}, {51, 64}, {52, 8191}, {53, 8192}, {300, 4'000'000'000}, {2500, 200}},
     "1c84931300000014" + std::string(kLayout) + "637e8001fe7f808001eb0380a0d9e61de91e9003",
     "HISTFAAAADV4nJNpmSzMwMAgwgABzFCaEURcm7yEwf4DRCC5roHxX31DA+Nr5oYFN5/JvpSbwAwAE1kN/w=="},
};

SparseHistogram histogram_of(const Golden& golden) {
  Histogram histogram;
  for (const auto& [us, times] : golden.values) histogram.record_us(us, times);
  return histogram.sparse();
}

}  // namespace

TEST_CASE("payloads are byte for byte those of an independent writer") {
  for (const Golden& golden : kGoldens) {
    CAPTURE(golden.why);
    CHECK(hdr_payload(histogram_of(golden)) == from_hex(golden.payload));
  }
}

TEST_CASE("what an independent writer wrote is read") {
  for (const Golden& golden : kGoldens) {
    CAPTURE(golden.why);
    const SparseHistogram written = histogram_of(golden);
    const SparseHistogram read = from_hdr_base64(golden.base64);
    CHECK(read.buckets == written.buckets);
    CHECK(read.total == written.total);
    CHECK(hdr::index_of(read.max_us) == hdr::index_of(written.max_us));
    CHECK(hdr::index_of(read.min_us) == hdr::index_of(written.min_us));
  }
}

TEST_CASE("buckets come back, sums within 1/2048, and a second time all is the same") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    const SparseHistogram histogram = test::random_histogram(random, 500).sparse();
    const SparseHistogram read = from_hdr_base64(hdr_base64(histogram));
    CHECK(read.buckets == histogram.buckets);
    CHECK(read.total == histogram.total);
    CHECK(static_cast<double>(read.sum_us) ==
          doctest::Approx(static_cast<double>(histogram.sum_us)).epsilon(1.0 / 2048));
    CHECK(from_hdr_base64(hdr_base64(read)) == read);
    CHECK(from_hdr_payload(hdr_payload(read)) == read);
  }
}

TEST_CASE("a payload that is not ours is refused") {
  const std::string layout(kLayout);
  struct Row {
    std::string why;
    std::string hex;
    const char* text;
  };
  const Row rows[] = {
      {"cut in the header", "1c84931300000002" + layout.substr(0, layout.size() - 2),
       "not a V2 histogram: it is cut short"},
      {"the V1 cookie", "1c84930100000002" + layout + "0102",
       "not a V2 histogram: its cookie is another"},
      {"two digits",
       "1c84931300000002000000000000000200000000000000010000000000d693a4003ff00000000000000102",
       "not a V2 histogram: its layout is another than 1 µs to 1 h with 3 digits"},
      {"a length that is too small", "1c84931300000001" + layout + "0102",
       "not a V2 histogram: its length is wrong"},
      {"a count cut in the middle", "1c84931300000001" + layout + "80",
       "not a V2 histogram: it is cut short"},
      {"one empty bucket more than there are", "1c84931300000003" + layout + "81f002",
       "not a V2 histogram: it has too many buckets"},
      {"the longest run of empty buckets that a count can say",
       "1c84931300000009" + layout + "ffffffffffffffffff",
       "not a V2 histogram: it has too many buckets"},
      {"a count no run reaches", "1c84931300000009" + layout + "fefffffffffffffffe",
       "not a V2 histogram: it counts too much"},
      {"shifted counts",
       "1c84931300000002000000010000000300000000000000010000000000d693a400" +
           std::string("3ff00000000000000102"),
       "not a V2 histogram: its counts are shifted"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK_THROWS_WITH_AS(from_hdr_payload(from_hex(row.hex)), row.text, std::runtime_error);
  }
  CHECK(from_hdr_payload(from_hex("1c84931300000003" + layout + "ffef02")).empty());
}

TEST_CASE("text that is no compressed histogram is refused") {
  std::string text = kGoldens[1].base64;
  const std::string bytes = from_base64(text).value();
  struct Row {
    std::string why;
    std::string text;
    const char* message;
  };
  const Row rows[] = {
      {"no base64", "HISTF!", "not a V2 histogram: it is not base64"},
      {"nothing", "", "not a V2 histogram: it is cut short"},
      {"cut short", to_base64(bytes.substr(0, bytes.size() - 1)),
       "not a V2 histogram: its length is wrong"},
      {"a byte more", to_base64(bytes + 'x'), "not a V2 histogram: its length is wrong"},
      {"damaged", to_base64(bytes.substr(0, bytes.size() - 1) + 'x'),
       "not a V2 histogram: its compressed bytes are damaged"},
      {"not compressed", to_base64(from_hex(kGoldens[1].payload)),
       "not a V2 histogram: its cookie is another"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK_THROWS_WITH_AS(from_hdr_base64(row.text), row.message, std::runtime_error);
  }
}

TEST_CASE("a log has the lines of the format") {
  Histogram histogram;
  histogram.record_us(1500);
  HlogInterval first{0s, 1s, "", histogram.sparse()};
  HlogInterval second{1s, 500ms, "pod kill,a\n", {}};
  const HlogInterval intervals[] = {first, second};
  CHECK(write_hlog(1'785'000'000'250'000, "run 7", intervals) ==
        "#[Histogram log format version 1.3]\n"
        "#[run 7]\n"
        "#[Values are in microseconds, Interval_Max in milliseconds]\n"
        "#[StartTime: 1785000000.250 (seconds since epoch), 2026-07-25T17:20:00Z]\n"
        "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
        "\"Interval_Compressed_Histogram\"\n"
        "0.000,1.000,1.500," +
            hdr_base64(histogram.sparse()) +
            "\n"
            "Tag=pod_kill_a_,1.000,0.500,0.000," +
            hdr_base64({}) + "\n");
}
