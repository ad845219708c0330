// Whole runs over loopback: a coordinator on one thread, worker processes played by others.
#include "loadgen/cluster/worker_process.h"

#include <doctest/doctest.h>

#include "worker_process_thread.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::CoordinatorSide;
using test::WorkerProcessThread;

TEST_CASE("two processes of two threads each: every ticket once, and each goes with exit 0") {
  CoordinatorSide side(2, 2);
  WorkerProcessThread a(side), b(side);
  CHECK(side.arm().empty());
  side.start(1500ms);
  CHECK(side.finished());
  side.end();
  CHECK(a.exit() == ExitCode::pass);
  CHECK(b.exit() == ExitCode::pass);
  const auto journal = side.journal();
  CHECK(journal.open() == 0);
  CHECK(journal.workers.size() == 4);
  CHECK(test::scheduled(journal) == 300);
  CHECK(std::filesystem::is_empty(a.spool()));  // all is delivered
  CHECK(std::filesystem::is_empty(b.spool()));
}

TEST_CASE("over TLS, verified") {
  CoordinatorSide side(1, 1, true);
  WorkerProcessThread trusting(side);
  CHECK(side.arm().empty());
  side.start(300ms);
  CHECK(side.finished());
  side.end();
  CHECK(trusting.exit() == ExitCode::pass);
}

TEST_CASE("TLS that can't be verified, or is not spoken, ends a worker") {
  CoordinatorSide side(1, 1, true);
  WorkerProcessThread stranger(side, [](WorkerProcessOptions& o) {
    o.tls_ca = test::Certificates::get().path("stranger.pem");
  });
  CHECK(side.exit_of(stranger) == ExitCode::usage);
}

TEST_CASE("who is refused hears why, and goes") {
  CoordinatorSide side(1, 1);
  WorkerProcessThread wrong(side,
                            [](WorkerProcessOptions& o) { o.token = "another-token-entirely"; });
  CHECK(side.exit_of(wrong) == ExitCode::usage);
  CHECK(wrong.heard("does not accept the token"));
  WorkerProcessThread old(side, [](WorkerProcessOptions& o) { o.version = "0.0.9"; });
  CHECK(side.exit_of(old) == ExitCode::preflight_failed);
  CHECK(old.heard("it is loadgen 0.0.9, the coordinator loadgen 0.1.0"));
  WorkerProcessThread first(side);
  CHECK(side.arm().empty());
  WorkerProcessThread surplus(side);
  CHECK(side.exit_of(surplus) == ExitCode::preflight_failed);
  CHECK(surplus.heard("all 1 worker of this run have joined"));
  side.start(200ms);
  WorkerProcessThread late(side);
  CHECK(side.exit_of(late) == ExitCode::preflight_failed);
  CHECK(late.heard("the run has begun"));
  CHECK(side.finished());
  side.end();
  CHECK(first.exit() == ExitCode::pass);
  CHECK(side.remote_workers().refusals().text() == "3 not taken in, 1 wrong token");
}

TEST_CASE("who does not join is missed by number") {
  CoordinatorSide side(3, 1);
  WorkerProcessThread one(side);
  const auto problems = side.arm(300ms);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("of 3 workers these did not join") == 0);
  CHECK(problems[0].substr(problems[0].size() - 4) == "1, 2");
  side.dismiss({false, "preflight failed"});
  CHECK(one.exit() == ExitCode::preflight_failed);
  CHECK(one.heard("the run did not start: preflight failed"));
}

TEST_CASE("nobody there") {
  CoordinatorSide side(1, 1);
  const std::uint16_t closed = side.port();
  side.dismiss({});
  WorkerProcessThread alone(side, [&](WorkerProcessOptions& o) {
    o.port = closed;
    o.join_within = 300ms;
  });
  CHECK(alone.exit() == ExitCode::preflight_failed);
}

TEST_CASE("a coordinator that does not come back: the plan is played out, the spool is left") {
  CoordinatorSide side(1, 1);
  WorkerProcessThread worker(side, [](WorkerProcessOptions& o) { o.deliver_within = 500ms; });
  CHECK(side.arm().empty());
  side.start(1300ms);
  side.run_for(200ms);
  side.die();
  CHECK(test::scheduled(worker.left_behind()) == 260);
}

TEST_CASE("who is told that all is done, and still measures, keeps what it has and says so") {
  CoordinatorSide side(1, 1);
  WorkerProcessThread worker(side);
  CHECK(side.arm().empty());
  side.start(60s);
  side.run_for(700ms);
  side.end();
  CHECK(test::scheduled(worker.left_behind()) >= 100);
}

TEST_CASE("a coordinator that dies and is resumed: counts are whole, nothing twice") {
  CoordinatorSide side(1, 2);
  WorkerProcessThread worker(side);
  CHECK(side.arm().empty());
  side.start(4s);
  side.run_for(1500ms);
  side.die();
  std::this_thread::sleep_for(1s);  // parts are spooled meanwhile
  side.resume();
  CHECK(side.finished());
  side.end();
  CHECK(worker.exit() == ExitCode::pass);
  const auto journal = side.journal();
  CHECK(journal.open() == 0);
  CHECK(test::scheduled(journal) == 800);
  CHECK(side.coordinator().incomplete().empty());
}

TEST_CASE("a spool that can't be made ends the worker, and is named") {
  CoordinatorSide side(1, 1);
  WorkerProcessThread worker(side, [](WorkerProcessOptions& o) { o.spool = o.spool / "gone"; });
  CHECK(side.arm().empty());
  side.start(300ms);
  CHECK_FALSE(side.finished());
  CHECK(side.coordinator().trouble().find("worker 0: its spool can't be made") == 0);
  side.end();
  CHECK(worker.exit() == ExitCode::invalid);
}

}  // namespace
}  // namespace loadgen
