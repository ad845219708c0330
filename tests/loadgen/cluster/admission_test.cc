#include "loadgen/cluster/admission.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{1000s};

Hello hello_of(std::uint64_t identity) {
  Hello hello;
  hello.version = "0.1.0";
  hello.host = "new";
  hello.identity = identity;
  return hello;
}

Hello indexed(std::uint64_t identity, std::uint32_t index) {
  Hello hello = hello_of(identity);
  hello.index = index;
  return hello;
}

Hello back(std::uint64_t identity, std::uint32_t worker, bool running) {
  Hello hello = hello_of(identity);
  hello.run_id = "run";
  hello.worker = worker;
  hello.running = running;
  return hello;
}

/// One that had worker 0 of another run, and is given an index in this one.
Hello from_another_process() {
  Hello hello = indexed(9, 1);
  hello.run_id = "another";
  return hello;
}

Seat connected(std::uint64_t identity, Duration ago = 0s) {
  return {true, true, kNow - ago, identity, "there"};
}
Seat left_by(std::uint64_t identity) { return {true, false, kNow - 60s, identity, "there"}; }

const Admitting kBefore{"0.1.0", "run", false};
const Admitting kDuring{"0.1.0", "run", true};

TEST_CASE("who is taken in, and as which worker") {
  struct Row {
    const char* why;
    Hello hello;
    std::vector<Seat> seats;
    Admitting state;
    std::uint32_t worker;
    bool returning;
  };
  for (const Row& row : {
           Row{"the first", hello_of(9), {{}, {}}, kBefore, 0, false},
           Row{"the second", hello_of(9), {connected(1), {}}, kBefore, 1, false},
           Row{"a seat that was never taken goes before one that was left",
               hello_of(9),
               {left_by(1), {}},
               kBefore,
               1,
               false},
           Row{"one that was left before the start",
               hello_of(9),
               {connected(1), left_by(2)},
               kBefore,
               1,
               false},
           Row{"by its index", indexed(9, 1), {{}, {}}, kBefore, 1, false},
           Row{"reconnected before the start",
               back(1, 0, false),
               {connected(1), {}},
               kBefore,
               0,
               false},
           Row{"reconnected in the run, its old connection not noticed to be dead",
               back(1, 0, true),
               {connected(1), connected(2)},
               kDuring,
               0,
               false},
           Row{"reconnected to a coordinator that was resumed",
               back(7, 1, true),
               {{}, {}},
               kDuring,
               1,
               false},
           Row{"started anew, with its spool",
               back(9, 1, false),
               {connected(1), left_by(2)},
               kDuring,
               1,
               true},
           Row{"started anew, with its index",
               indexed(9, 1),
               {connected(1), left_by(2)},
               kDuring,
               1,
               true},
           Row{"in the place of one that is silent",
               indexed(9, 1),
               {connected(1), connected(2, 4s)},
               kDuring,
               1,
               true},
           Row{"a spool of another run says nothing here",
               from_another_process(),
               {{}, {}},
               kBefore,
               1,
               false},
       }) {
    CAPTURE(row.why);
    const Admission admission = admit(row.hello, row.seats, row.state, kNow);
    CAPTURE(admission.refused.reason);
    CHECK(admission.worker == row.worker);
    CHECK(admission.returning == row.returning);
  }
}

TEST_CASE("who is refused, and what he is told") {
  Hello newer = hello_of(9);
  newer.protocol = kProtocol + 1;
  Hello other = hello_of(9);
  other.version = "0.2.0";
  Hello busy = back(9, 0, true);
  busy.run_id = "another";
  struct Row {
    const char* why;
    Hello hello;
    std::vector<Seat> seats;
    Admitting state;
    const char* told;
    bool again;
  };
  for (const Row& row : {
           Row{"wrong protocol", newer, {{}}, kBefore, "it speaks protocol 2", false},
           Row{"wrong version", other, {{}}, kBefore, "it is loadgen 0.2.0", false},
           Row{"surplus", hello_of(9), {connected(1)}, kBefore, "all 1 worker of this run", false},
           Row{"late", hello_of(9), {connected(1)}, kDuring, "the run has begun, and its", false},
           Row{"late, without a past, while one is missing",
               hello_of(9),
               {left_by(1)},
               kDuring,
               "the run has begun: only a worker with its spool",
               false},
           Row{"duplicate",
               indexed(9, 0),
               {connected(1)},
               kBefore,
               "worker 0 is there already",
               true},
           Row{"an index that is none",
               indexed(9, 1),
               {{}},
               kBefore,
               "there is no worker 1",
               false},
           Row{"replaced meanwhile",
               back(9, 0, true),
               {connected(1, 5s)},
               kDuring,
               "worker 0 was replaced",
               false},
           Row{"at work on another run", busy, {{}}, kBefore, "it works on run another", true},
           Row{"the journal is being read",
               hello_of(9),
               {{}},
               {"0.1.0", "", false},
               "the coordinator is not ready",
               true},
       }) {
    CAPTURE(row.why);
    const Admission admission = admit(row.hello, row.seats, row.state, kNow);
    CHECK_FALSE(admission.worker);
    CHECK(admission.refused.reason.find(row.told) == 0);
    CHECK(admission.refused.again == row.again);
  }
}

}  // namespace
}  // namespace loadgen
