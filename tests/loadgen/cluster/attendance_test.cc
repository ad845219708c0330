#include "loadgen/cluster/attendance.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1000s};

Attendance begun(std::uint32_t workers) {
  Attendance attendance;
  for (std::uint32_t i = 0; i < workers; ++i) attendance.add(true);
  attendance.begin(kStart);
  return attendance;
}

/// Looks each half second up to this moment; "kind worker, …" of what was noticed.
std::string watched(Attendance& attendance, Duration from, Duration to) {
  std::string text;
  for (Duration at = from; at <= to; at += 500ms) {
    for (const auto& notice : attendance.look(kStart + at)) {
      if (!text.empty()) text += ", ";
      text += notice.kind + " " + std::to_string(notice.worker);
    }
  }
  return text;
}

TEST_CASE("silence is told once, then the loss, then the return") {
  Attendance attendance = begun(2);
  attendance.heard(0, kStart + 1s);
  attendance.heard(1, kStart + 1s);
  CHECK(watched(attendance, 500ms, 4s) == "");
  CHECK(watched(attendance, 4500ms, 5s) == "worker_silent 0, worker_silent 1");
  const auto back = attendance.heard(1, kStart + 6s);
  REQUIRE(back.size() == 1);
  CHECK(back[0] == Attendance::Notice{"worker_back", 1, "after 5 s"});
  CHECK(attendance.heard(1, kStart + 6s).empty());
  CHECK(watched(attendance, 5500ms, 16s) == "worker_silent 1");
  CHECK(watched(attendance, 16500ms, 17s) == "worker_lost 0");
  CHECK(attendance[0].lost);
  CHECK(attendance.heard(0, kStart + 18s)[0].detail == "after 17 s");
  CHECK_FALSE(attendance[0].lost);
  CHECK(attendance[0].missed);  // whatever was said meanwhile
}

TEST_CASE("who has finished is not missed") {
  Attendance attendance = begun(1);
  attendance[0].finished = true;
  CHECK(watched(attendance, 500ms, 20s) == "");
  CHECK(attendance.parted(0).empty());
  CHECK(attendance.lose(0, "x").empty());
}

TEST_CASE("when it was we who did not run, nobody else was silent") {
  Attendance attendance = begun(1);
  CHECK(watched(attendance, 500ms, 2s) == "");
  CHECK(attendance.look(kStart + 12s).empty());  // ten seconds after the last look
  CHECK(watched(attendance, 12500ms, 12500ms) == "");
  CHECK(watched(attendance, 13s, 14s) == "worker_silent 0");
}

TEST_CASE("before the run a connection that ends has to come again") {
  Attendance attendance;
  attendance.add(true);
  attendance.add(false);
  CHECK_FALSE(attendance.all_there());
  attendance[0].there = attendance[0].armed = true;
  CHECK(attendance.all_there());
  CHECK(attendance.parted(0).empty());
  CHECK_FALSE(attendance.all_there());
  CHECK(attendance.any_remote());
  // In the run it is silent at once.
  attendance.begin(kStart);
  CHECK(attendance.parted(0)[0].kind == "worker_silent");
  CHECK(attendance.parted(0).empty());
}

TEST_CASE("half of the shares may be lost, when any may") {
  Attendance attendance = begun(3);
  CHECK(attendance.enough(false));
  attendance.lose(0, "killed");
  CHECK(attendance.enough(true));
  CHECK_FALSE(attendance.enough(false));
  attendance.dismiss(1, "left");
  CHECK_FALSE(attendance.enough(true));
  CHECK(attendance.heard(1, kStart + 1s).empty());  // what is gone for good does not come back
  CHECK(attendance[1].lost);
  attendance.heard(0, kStart + 1s);
  CHECK(attendance.enough(true));
}

TEST_CASE("a share with a hole is no loss of a worker, but none that may not be") {
  Attendance attendance = begun(2);
  CHECK(attendance.restarted(0)[0].kind == "worker_restarted");
  CHECK(attendance.enough(true));
  CHECK_FALSE(attendance.enough(false));
}

}  // namespace
}  // namespace loadgen
