#include "loadgen/experiment/live_run.h"

#include <exception>
#include <utility>

#include "loadgen/plan/redact.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {

template <class Write>
void guarded(LiveRun& run, Write write) {
  try {
    write();
  } catch (const std::exception& error) {
    const std::string what = std::string("the journal can't be written: ") + error.what();
    run.findings.push_back(what);
    run.stop.raise(Urgency::stop, what);
  }
}

}  // namespace

asio::awaitable<bool> LiveRun::sleep_until(RunOffset offset, Urgency wake) {
  return stop.sleep_until(coordinator.instant(offset), wake);
}

void LiveRun::mark(Mark mark) {
  mark.detail = redact(std::move(mark.detail), scene.secrets);
  guarded(*this, [&] { coordinator.mark(mark); });
}

void LiveRun::mark(const Fault& fault, RunOffset at, const char* kind, std::string detail) {
  Mark told;
  told.at = at;
  told.kind = kind;
  told.name = fault.name;
  told.group = fault.group;
  told.detail = std::move(detail);
  mark(std::move(told));
}

void LiveRun::journal(const HookEnd& end) {
  guarded(*this, [&] { coordinator.hook(record_of(end, coordinator.instant(RunOffset{0}))); });
}

void LiveRun::observe(const Observation& observation) {
  guarded(*this, [&] { coordinator.observe(observation); });
}

void LiveRun::server_sample(ServerSample sample) {
  // Redacted before it is cut: the beginning of a secret would not be found.
  sample.problem = redact(std::move(sample.problem), scene.secrets).substr(0, kLongestSampleText);
  guarded(*this, [&] { coordinator.server_sample(sample); });
}

void LiveRun::tell_until() {
  Until until;
  until.end = at_second(timeline.end);
  until.windows = windows;
  coordinator.until(until);
}

HookCall LiveRun::call(const Fault& fault, std::string_view hook, WakeOn kill_on) const {
  return {fault, hook, scene.variables[scenario.group_index(fault.group)], phase, kill_on};
}

}  // namespace loadgen
