#include "loadgen/analysis/merge.h"

#include <algorithm>
#include <random>

#include "loadgen/analysis/lost_share.h"
#include "loadgen/core/error.h"
#include "loadgen/core/journal.h"
#include "loadgen/core/scratch_directory.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// Files of one run in a directory that goes away with it.
struct Files {
  struct Record {
    RecordKind kind;
    std::string body;
  };
  std::filesystem::path write(const std::string& name, const std::vector<Record>& records,
                              const std::string& run_id = "r1") const {
    RunHeader header;
    header.run_id = run_id;
    header.workers = 2;
    header.scenario_text = kTwoGroups;
    const std::filesystem::path path = directory.path() / name;
    JournalWriter writer = JournalWriter::create(path);
    writer.append(RecordKind::header, encode(header));
    for (const Record& record : records) writer.append(record.kind, record.body);
    return path;
  }
  const ScratchDirectory directory;
};

Files::Record part(std::uint32_t worker, std::uint64_t sequence, std::uint64_t scheduled,
                   std::uint64_t ok, RunSecond second) {
  Part part;
  part.worker = worker;
  part.sequence = sequence;
  part.made_at = std::chrono::seconds(second + 1);
  Tally& tally = part.slices[{0, 0, 0, second}].tally;
  tally.scheduled = scheduled;
  tally.ended[0] = ok;
  return {RecordKind::part, encode(part)};
}

Files::Record mark(RunOffset at, const char* kind, const char* name) {
  return {RecordKind::mark, encode(Mark{at, kind, name, "", ""})};
}

std::uint64_t ok_of(const Run& run) {
  std::uint64_t sum = 0;
  for (const auto& [key, slice] : run.recording.slices) sum += slice.tally.ok();
  return sum;
}

TEST_CASE("each part and each mark counts once, whatever files they are in") {
  const Files files;
  const auto journal = files.write("journal", {mark(0s, "phase", "before"), part(0, 1, 10, 8, 0),
                                               part(1, 1, 5, 5, 0), part(0, 2, 10, 12, 1)});
  const auto first = files.write(
      "a.spool", {part(0, 1, 10, 8, 0), mark(0s, "phase", "before"), part(0, 3, 7, 7, 2)});
  const auto second = files.write("b.spool", {part(1, 1, 5, 5, 0), part(1, 2, 6, 6, 1)});
  std::vector<std::filesystem::path> all{first, journal, second};
  // Part 2 of worker 0 ends more than fell due in its second.
  CHECK_THROWS_AS(read_merged(all), UserError);

  const auto whole = files.write("whole", {part(0, 2, 10, 10, 1)});
  const auto other = files.write(
      "other", {mark(0s, "phase", "before"), part(0, 1, 10, 10, 0), part(1, 1, 5, 5, 0)});
  const auto third = files.write("c.spool", {part(0, 3, 7, 7, 2), part(0, 1, 10, 10, 0)});
  all = {whole, other, third, second};
  const Run reference = read_merged(all);
  CHECK(ok_of(reference) == 38);
  CHECK(reference.recording.workers.at(0).parts == 3);
  std::mt19937 random(3);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(all.begin(), all.end(), random);
    const Run run = read_merged(all);
    CHECK(run.recording.slices == reference.recording.slices);
    CHECK(run.recording.workers == reference.recording.workers);
    CHECK(run.marks == reference.marks);
  }
}

TEST_CASE("what lies beyond a gap is left out") {
  const Files files;
  const Run run = read_merged(
      {files.write("a.spool", {part(0, 1, 10, 10, 0), part(0, 3, 7, 7, 2), part(0, 4, 7, 7, 3)})});
  CHECK(ok_of(run) == 10);
}

TEST_CASE("what was settled as lost and turns up in a spool is no loss any more") {
  const Files files;
  Recording reported;
  reported += decode_part(part(1, 1, 10, 6, 0).body);
  const Part adjustment = settle_share(1, reported, {{{0, 0, 0, 0}, 10}, {{0, 0, 0, 1}, 10}});
  const auto journal =
      files.write("journal", {part(1, 1, 10, 6, 0), {RecordKind::adjustment, encode(adjustment)}});
  CHECK(read_merged({journal}).recording.slices.at({0, 0, 0, 0}).tally.blind() == 4);
  Part rest;
  rest.worker = 1;
  rest.sequence = 2;
  rest.made_at = 2s;
  rest.slices[{0, 0, 0, 0}].tally.ended[0] = 3;
  rest.slices[{0, 0, 0, 1}].tally.scheduled = 8;
  rest.slices[{0, 0, 0, 1}].tally.ended[0] = 8;
  const auto spool = files.write("b.spool", {{RecordKind::part, encode(rest)}});
  for (const auto& order : {std::vector{journal, spool}, std::vector{spool, journal}}) {
    const Run run = read_merged(order);
    CHECK(run.recording.slices.at({0, 0, 0, 0}).tally.ok() == 9);
    CHECK(run.recording.slices.at({0, 0, 0, 0}).tally.blind() == 1);
    CHECK(run.recording.slices.at({0, 0, 0, 1}).tally.ok() == 8);
    CHECK(run.recording.slices.at({0, 0, 0, 1}).tally.blind() == 2);
    CHECK(run.recording.slices.at({0, 0, 0, 1}).tally.scheduled == 10);
    CHECK(run.recording.open() == 0);
  }
}

TEST_CASE("edges that nobody was there to mark are those that were planned") {
  const Files files;
  std::vector<Files::Record> records{mark(0s, "phase", "before")};
  for (std::uint64_t sequence = 1; sequence <= 250; ++sequence)
    records.push_back(part(0, sequence, 1, 1, static_cast<RunSecond>(sequence) - 1));
  const Run run = read_merged({files.write("a.spool", records)});
  const Phases& phases = run.scenario.phases;
  const auto spans = phases_of(run);
  REQUIRE(spans.size() == 3);
  CHECK(spans[0].name == PhaseName::before);  // no warm-up before what was marked
  CHECK(spans[1].name == PhaseName::during);
  CHECK(std::chrono::seconds(spans[1].from) == phases.before);
  CHECK(spans[2].name == PhaseName::after);
  CHECK(std::chrono::seconds(spans[2].from) == phases.before + phases.during);
  CHECK_FALSE(run.end);
}

TEST_CASE("files of two runs are not merged, nor what is no journal") {
  const Files files;
  const auto one = files.write("a.spool", {});
  const auto other = files.write("b.spool", {}, "r2");
  CHECK_THROWS_AS(read_merged({one, other}), UserError);
  CHECK_THROWS_AS(read_merged({one, files.directory.path() / "nowhere"}), UserError);
}

// Eight workers or one: the same outcomes make the same recording, bucket for bucket.
TEST_CASE("the merge of eight workers' histograms is the recording of one") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    Recording one;
    std::vector<Part> eight(8);
    Part whole;
    std::map<SliceKey, Histogram> all;
    std::vector<std::map<SliceKey, Histogram>> each(8);
    for (int i = 0; i < 5000; ++i) {
      const SliceKey key{static_cast<std::uint16_t>(random() % 2), 0,
                         static_cast<std::uint16_t>(random() % 2),
                         static_cast<RunSecond>(random() % 3)};
      const auto us = static_cast<std::int64_t>(random() % (std::uint64_t{1} << (random() % 32)));
      const std::size_t worker = random() % 8;
      for (Part* part : {&whole, &eight[worker]}) {
        part->slices[key].tally.scheduled += 1;
        part->slices[key].tally.ended[0] += 1;
        part->slices[key].tally.note_ok(std::chrono::microseconds(us));
      }
      all[key].record_us(us);
      each[worker][key].record_us(us);
    }
    for (const auto& [key, histogram] : all)
      whole.slices[key][Measure::response_ok] = histogram.sparse();
    one += whole;
    Recording merged;
    for (std::uint32_t worker = 0; worker < 8; ++worker) {
      for (const auto& [key, histogram] : each[worker])
        eight[worker].slices[key][Measure::response_ok] = histogram.sparse();
      eight[worker].worker = worker;
      merged += decode_part(encode(eight[worker]));
    }
    CHECK(merged.slices == one.slices);
  }
}

}  // namespace
}  // namespace loadgen
