#include "loadgen/cluster/spool.h"

#include <doctest/doctest.h>

#include <fstream>

#include "kept_files.h"
#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

std::string header_of(const std::string& run_id) {
  RunHeader header;
  header.run_id = run_id;
  return encode(header);
}

Part part_of(std::uint32_t share, std::uint64_t sequence) {
  Part part;
  part.worker = share;
  part.sequence = sequence;
  part.slices[{0, 0, 0, static_cast<RunSecond>(sequence)}].tally.scheduled = sequence;
  return part;
}

/// "4/1 5/1 …": what is still to be sent, share/sequence, in its order.
std::string waiting(const Spool& spool, std::map<std::uint32_t, std::uint64_t> sent = {}) {
  std::string text;
  while (const auto next = spool.next(sent)) {
    CHECK(decode_part(next->part) == part_of(next->state.share, next->state.sequence));
    sent[next->state.share] = next->state.sequence;
    text += (text.empty() ? "" : " ") + std::to_string(next->state.share) + "/" +
            std::to_string(next->state.sequence);
  }
  return text;
}

TEST_CASE("parts wait in their order until they are acknowledged") {
  const ScratchDirectory directory;
  Spool spool = Spool::create(directory.path(), 2, header_of("run-a"));
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    spool.append(part_of(4, sequence));
    spool.append(part_of(5, sequence));
  }
  CHECK(waiting(spool) == "4/1 5/1 4/2 5/2 4/3 5/3");
  CHECK(waiting(spool, {{4, 2}}) == "5/1 5/2 4/3 5/3");
  spool.acknowledge({4, 2});
  CHECK(spool.waiting() == 4);
  CHECK(waiting(spool) == "5/1 5/2 4/3 5/3");
  spool.acknowledge({4, 3});
  spool.acknowledge({5, 9});
  CHECK(spool.waiting() == 0);
  CHECK(spool.made() == std::vector<ShareState>{{4, 3}, {5, 3}});
  CHECK(std::filesystem::exists(spool.path()));
  spool.remove();
  CHECK_FALSE(std::filesystem::exists(spool.path()));
}

TEST_CASE("what a process left behind is found and gone on with, a torn end cut off") {
  const ScratchDirectory directory;
  {
    Spool spool = Spool::create(directory.path(), 2, header_of("run-a"));
    spool.append(part_of(4, 1));
    spool.append(Mark{std::chrono::seconds(1), "phase", "during", "", ""});
    spool.append(part_of(4, 2));
    CHECK(Spool::left_in(directory.path()).empty());  // held
    std::ofstream(spool.path(), std::ios::app | std::ios::binary) << "torn";
  }
  Spool::create(directory.path(), 0, header_of("run-b"));
  std::ofstream(directory.path() / "loadgen-run-worker-x.spool") << "no number";
  std::ofstream(directory.path() / "notes.txt") << "not ours";
  const auto left = Spool::left_in(directory.path());
  REQUIRE(left.size() == 2);
  CHECK(left[0].run_id == "run-b");  // the newest run first
  CHECK(left[1].run_id == "run-a");
  CHECK(left[1].worker == 2);

  Spool spool = Spool::reopen(left[1]);
  CHECK(waiting(spool) == "4/1 4/2");
  spool.append(Mark{std::chrono::seconds(1), "phase", "during", "", ""});  // heard again
  spool.append(Mark{std::chrono::seconds(9), "phase", "after", "", ""});
  spool.append(part_of(4, 3));
  CHECK(waiting(spool, {{4, 1}}) == "4/2 4/3");
  CHECK_THROWS_AS(Spool::reopen(left[1]), UserError);  // we have it

  std::string kinds;
  const JournalEnd end = read_journal(spool.path(), [&](RecordKind kind, std::string_view) {
    kinds += kind == RecordKind::header ? 'h' : kind == RecordKind::mark ? 'm' : 'p';
  });
  CHECK(end.torn_bytes == 0);
  CHECK(kinds == "hpmpmp");
}

TEST_CASE("a run id that would lead elsewhere names no file") {
  const ScratchDirectory directory;
  CHECK_THROWS_AS(Spool::create(directory.path(), 0, header_of("../../etc/x")), UserError);
  CHECK_THROWS_AS(Spool::create(directory.path(), 0, header_of("")), UserError);
}

}  // namespace
}  // namespace loadgen
