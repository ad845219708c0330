#include "loadgen/cluster/frame.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Part small_part() {
  Part part;
  part.worker = 3;
  part.sequence = 7;
  part.made_at = 7s;
  Tally& tally = part.slices[{1, 0, 0, 6}].tally;
  tally.scheduled = 2;
  tally.ended[0] = 2;
  return part;
}

Assign full_assignment() {
  Assign assign;
  assign.run_id = "20260820T100604Z-3f9a1c";
  assign.worker = 3;
  assign.of = 4;
  assign.seed = 0xfedcba9876543210;
  assign.scenario_text = "schema = 1\n";
  assign.scenario_path = "/tmp/a.toml";
  assign.overrides = {"workloads.home.rate=5"};
  assign.environment = {{"DSN", "host=a password=b"}, {"URL", ""}};
  assign.files = {{"ids.txt", std::string("1\n\0002\n", 5)}};
  assign.variables = {{{"token", "x"}}, {}};
  assign.secrets = {"hush"};
  assign.preflight = false;
  assign.max_requests = 9;
  assign.parts_before = 12;
  return assign;
}

Until windows() {
  Until until;
  until.end = 90s;
  until.windows = {{"spike", 1, 0, 2.5, 30s, 60s}, {"more", 0, 1, 0, -1s, 0s}};
  return until;
}

struct Row {
  std::string why;
  Frame frame;
};

std::vector<Row> rows() {
  Hello hello;
  hello.version = "0.1.0";
  hello.commit = "abc";
  hello.host = "pod-1";
  hello.cores = 8;
  hello.identity = 77;
  hello.index = 0;
  hello.run_id = "20260820T100604Z-3f9a1c";
  hello.worker = 2;
  hello.running = true;
  const Mark mark{12s, "phase", "during", "", "x"};
  return {
      {"a worker without a past", Hello{}},
      {"a worker that was here before", hello},
      {"taken in", Welcome{"run", 1, 4, true, {{2, 10}, {3, 0}}}},
      {"refused", Refused{"late", true}},
      {"a round trip", Ping{5}},
      {"and its answer", Pong{5, Instant(123456789s)}},
      {"a clock before its epoch", Pong{6, Instant(-5s)}},
      {"leaves", Leave{"interrupted by SIGINT"}},
      {"done", Done{true, "aborted"}},
      {"an assignment", Addressed{3, full_assignment()}},
      {"armed", Addressed{3, Armed{3, {"target: nobody there"}}}},
      {"a start", Addressed{0, Start{Instant(100s), 12s, "header"}}},
      {"an end with windows", Addressed{0, windows()}},
      {"a part", Addressed{3, small_part()}},
      {"an acknowledgement", Addressed{1, Acknowledge{1ULL << 60}}},
      {"a stop", Addressed{1, Stop{true}}},
      {"a failure", Addressed{1, Failed{1, "no memory"}}},
      {"a mark", Addressed{1, mark}},
  };
}

TEST_CASE("every frame comes back as it was") {
  for (const Row& row : rows()) {
    CAPTURE(row.why);
    const std::string bytes = encode(row.frame);
    const Frame back = decode_frame(bytes);
    CHECK(back.index() == row.frame.index());
    CHECK(encode(back) == bytes);
  }
  const Frame frame = decode_frame(encode(rows()[1].frame));
  CHECK(std::get<Hello>(frame) == std::get<Hello>(rows()[1].frame));
  const auto assign = std::get<Assign>(
      std::get<Addressed>(decode_frame(encode(Frame(Addressed{3, full_assignment()})))).message);
  CHECK(assign.environment == full_assignment().environment);
  CHECK(assign.files == full_assignment().files);
  CHECK(assign.variables == full_assignment().variables);
  CHECK(assign.parts_before == 12);
}

TEST_CASE("a frame that is cut short or has more at its end is refused") {
  for (const Row& row : rows()) {
    CAPTURE(row.why);
    const std::string bytes = encode(row.frame);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      CAPTURE(length);
      CHECK_THROWS_AS(decode_frame(bytes.substr(0, length)), std::runtime_error);
    }
    CHECK_THROWS_AS(decode_frame(bytes + '\0'), std::runtime_error);
  }
}

TEST_CASE("what makes no sense is refused") {
  Assign beyond = full_assignment();
  beyond.worker = beyond.of;
  Until endless = windows();
  endless.windows[0].multiply = std::numeric_limits<double>::infinity();
  Hello loud;
  loud.host.assign(2000, 'x');
  for (const Row& row :
       {Row{"a share of no whole", Addressed{4, beyond}},
        Row{"an endless factor", Addressed{0, endless}}, Row{"a name that is no name", loud}}) {
    CAPTURE(row.why);
    CHECK_THROWS_AS(decode_frame(encode(row.frame)), std::runtime_error);
  }
  CHECK_THROWS_AS(decode_frame("\x63\x01"), std::runtime_error);  // a kind of the future
}

TEST_CASE("of a hello of another protocol only the number is read") {
  Hello other;
  other.protocol = kProtocol + 1;
  const Frame frame = decode_frame(encode(Frame(other)) + "whatever that one means");
  CHECK(std::get<Hello>(frame).protocol == kProtocol + 1);
}

TEST_CASE("a part that is encoded already makes the same frame") {
  CHECK(part_frame(3, encode(small_part())) == encode(Frame(Addressed{3, small_part()})));
}

// Writes the corpus of tests/fuzz anew when asked to: LOADGEN_WRITE_CORPUS=1.
TEST_CASE("the fuzzer's corpus has a file for every frame") {
  const std::string directory = LOADGEN_SOURCE_DIR "/tests/fuzz/corpus/message/";
  int number = 0;
  for (const Row& row : rows()) {
    const std::string path = directory + "frame-" + std::to_string(number++);
    if (std::getenv("LOADGEN_WRITE_CORPUS") != nullptr)
      std::ofstream(path, std::ios::binary) << encode(row.frame);
    CAPTURE(row.why);
    CHECK(std::filesystem::exists(path));
  }
}

}  // namespace
}  // namespace loadgen
