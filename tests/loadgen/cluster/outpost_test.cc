// Whole runs over loopback: a coordinator with its reception on one thread, outposts on others.
#include "loadgen/cluster/outpost.h"

#include <doctest/doctest.h>

#include "hired.h"
#include "loadgen/cluster/spool.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::Elsewhere;
using test::Hired;

TEST_CASE("two processes of two threads each: every ticket once, and each goes with exit 0") {
  Elsewhere site(2, 2);
  Hired a(site), b(site);
  CHECK(site.arm().empty());
  site.start(1500ms);
  CHECK(site.finished());
  site.end();
  CHECK(a.exit() == ExitCode::pass);
  CHECK(b.exit() == ExitCode::pass);
  const auto journal = site.journal();
  CHECK(journal.open() == 0);
  CHECK(journal.workers.size() == 4);
  CHECK(test::scheduled(journal) == 300);
  CHECK(std::filesystem::is_empty(a.spool()));  // all is delivered
  CHECK(std::filesystem::is_empty(b.spool()));
}

TEST_CASE("over TLS, verified") {
  Elsewhere site(1, 1, true);
  Hired trusting(site);
  CHECK(site.arm().empty());
  site.start(300ms);
  CHECK(site.finished());
  site.end();
  CHECK(trusting.exit() == ExitCode::pass);
}

TEST_CASE("TLS that can't be verified, or is not spoken, ends a worker") {
  Elsewhere site(1, 1, true);
  Hired stranger(
      site, [](OutpostOptions& o) { o.tls_ca = test::Certificates::get().path("stranger.pem"); });
  CHECK(site.exit_of(stranger) == ExitCode::usage);
}

TEST_CASE("who is refused hears why, and goes") {
  Elsewhere site(1, 1);
  Hired wrong(site, [](OutpostOptions& o) { o.token = "another-token-entirely"; });
  CHECK(site.exit_of(wrong) == ExitCode::usage);
  CHECK(wrong.heard("does not accept the token"));
  Hired old(site, [](OutpostOptions& o) { o.version = "0.0.9"; });
  CHECK(site.exit_of(old) == ExitCode::preflight_failed);
  CHECK(old.heard("it is loadgen 0.0.9, the coordinator loadgen 0.1.0"));
  Hired first(site);
  CHECK(site.arm().empty());
  Hired surplus(site);
  CHECK(site.exit_of(surplus) == ExitCode::preflight_failed);
  CHECK(surplus.heard("all 1 worker of this run have joined"));
  site.start(200ms);
  Hired late(site);
  CHECK(site.exit_of(late) == ExitCode::preflight_failed);
  CHECK(late.heard("the run has begun"));
  CHECK(site.finished());
  site.end();
  CHECK(first.exit() == ExitCode::pass);
  CHECK(site.reception().refusals().text() == "3 not taken in, 1 wrong token");
}

TEST_CASE("who does not join is missed by number") {
  Elsewhere site(3, 1);
  Hired one(site);
  const auto problems = site.arm(300ms);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("of 3 workers these did not join") == 0);
  CHECK(problems[0].substr(problems[0].size() - 4) == "1, 2");
  site.dismiss({false, "preflight failed"});
  CHECK(one.exit() == ExitCode::preflight_failed);
  CHECK(one.heard("the run did not start: preflight failed"));
}

TEST_CASE("nobody there") {
  Elsewhere site(1, 1);
  const std::uint16_t closed = site.port();
  site.dismiss({});
  Hired alone(site, [&](OutpostOptions& o) {
    o.port = closed;
    o.join_within = 300ms;
  });
  CHECK(alone.exit() == ExitCode::preflight_failed);
}

TEST_CASE("a coordinator that does not come back: the plan is played out, the spool is left") {
  Elsewhere site(1, 1);
  Hired worker(site, [](OutpostOptions& o) { o.deliver_within = 500ms; });
  CHECK(site.arm().empty());
  site.start(1300ms);
  site.run_for(200ms);
  site.die();
  CHECK(worker.exit() == ExitCode::invalid);
  const auto left = Spool::left_in(worker.spool());
  REQUIRE(left.size() == 1);
  CHECK(left[0].run_id == "test-run");
  Recording recording = test::recorded_in(left[0].path);
  CHECK(recording.open() == 0);
  CHECK(test::scheduled(recording) == 260);
}

TEST_CASE("who is told that all is done, and still measures, keeps what it has and says so") {
  Elsewhere site(1, 1);
  Hired worker(site);
  CHECK(site.arm().empty());
  site.start(60s);
  site.run_for(700ms);
  site.end();
  CHECK(worker.exit() == ExitCode::invalid);
  const auto left = Spool::left_in(worker.spool());
  REQUIRE(left.size() == 1);
  const Recording recording = test::recorded_in(left[0].path);
  CHECK(recording.open() == 0);
  CHECK(test::scheduled(recording) >= 100);
}

TEST_CASE("a coordinator that dies and is resumed: counts are whole, nothing twice") {
  Elsewhere site(1, 2);
  Hired worker(site);
  CHECK(site.arm().empty());
  site.start(4s);
  site.run_for(1500ms);
  site.die();
  std::this_thread::sleep_for(1s);  // parts are spooled meanwhile
  site.resume();
  CHECK(site.finished());
  site.end();
  CHECK(worker.exit() == ExitCode::pass);
  const auto journal = site.journal();
  CHECK(journal.open() == 0);
  CHECK(test::scheduled(journal) == 800);
  CHECK(site.coordinator().incomplete().empty());
}

TEST_CASE("a spool that can't be made ends the worker, and is named") {
  Elsewhere site(1, 1);
  Hired worker(site, [](OutpostOptions& o) { o.spool = o.spool / "gone"; });
  CHECK(site.arm().empty());
  site.start(300ms);
  CHECK_FALSE(site.finished());
  CHECK(site.coordinator().trouble().find("worker 0: its spool can't be made") == 0);
  site.end();
  CHECK(worker.exit() == ExitCode::invalid);
}

}  // namespace
}  // namespace loadgen
