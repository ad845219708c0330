#include "loadgen/cluster/admission.h"

namespace loadgen {

namespace {

Admission refuse(const std::string& reason, bool again = false) {
  Admission admission;
  admission.refused = {reason, again};
  return admission;
}

Admission seat(std::uint32_t worker, bool returning) {
  Admission admission;
  admission.worker = worker;
  admission.returning = returning;
  return admission;
}

std::string of_workers(const std::vector<Seat>& seats) {
  return std::to_string(seats.size()) + (seats.size() == 1 ? " worker" : " workers");
}

/// One that says which worker it is.
Admission admit_known(const Hello& hello, std::uint32_t index, const std::vector<Seat>& seats,
                      const Admitting& state, Instant now) {
  const std::string name = "worker " + std::to_string(index);
  if (index >= seats.size())
    return refuse("there is no " + name + ": this run has " + of_workers(seats) + ", from 0");
  const Seat& place = seats[index];
  if (place.identity != hello.identity && place.connected && now - place.heard < kStale)
    return refuse(name + " is there already, on " + place.host, true);
  // A coordinator that was resumed knows no identities.
  const bool stranger = place.taken && place.identity != hello.identity;
  if (hello.running && stranger) return refuse(name + " was replaced by another process");
  return seat(index, state.started && !hello.running);
}

Admission admit_new(const std::vector<Seat>& seats, const Admitting& state) {
  bool all_connected = true;
  for (const Seat& place : seats) all_connected = all_connected && place.connected;
  if (state.started) {
    return refuse(all_connected
                      ? "the run has begun, and its " + of_workers(seats) + " are there"
                      : "the run has begun: only a worker with its spool, or the index of "
                        "the one that is missing, is taken in now");
  }
  for (std::uint32_t i = 0; i < seats.size(); ++i) {
    if (!seats[i].taken) return seat(i, false);
  }
  for (std::uint32_t i = 0; i < seats.size(); ++i) {
    if (!seats[i].connected) return seat(i, false);
  }
  return refuse("all " + of_workers(seats) + " of this run have joined");
}

}  // namespace

Admission admit(const Hello& hello, const std::vector<Seat>& seats, const Admitting& state,
                Instant now) {
  if (hello.protocol != kProtocol) {
    return refuse("it speaks protocol " + std::to_string(hello.protocol) +
                  ", the coordinator protocol " + std::to_string(kProtocol) + " (loadgen " +
                  state.version + "): use the same version on both sides");
  }
  if (hello.version != state.version) {
    return refuse("it is loadgen " + hello.version + ", the coordinator loadgen " + state.version +
                  ": use the same version on both sides");
  }
  if (state.run_id.empty()) return refuse("the coordinator is not ready", true);
  if (hello.running && hello.run_id != state.run_id)
    return refuse("it works on run " + hello.run_id + ", this is run " + state.run_id, true);
  if (hello.run_id == state.run_id) return admit_known(hello, hello.worker, seats, state, now);
  if (hello.index) return admit_known(hello, *hello.index, seats, state, now);
  return admit_new(seats, state);
}

}  // namespace loadgen
