#include "loadgen/experiment/observe.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "loadgen/core/utf8.h"
#include "loadgen/experiment/process.h"
#include "loadgen/plan/hook_text.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace asio = boost::asio;

std::optional<double> parse_observation(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

namespace {

/// The journal's record of an observing command that failed.
HookEnd failure_of(const LiveRun& run, const Observation& observation, const Command& command,
                   const ProcessEnd& process) {
  HookEnd end;
  end.run.group = observation.group;
  end.run.hook = "observe";
  for (const std::string& argument : command.argv) {
    end.run.argv.push_back(valid_utf8(redact(argument, run.scene.secrets)));
  }
  end.run.exit_code = process.exit_code;
  end.run.timed_out = process.timed_out;
  end.run.output =
      last_lines(redact(process.standard_output + process.output, run.scene.secrets), 2048);
  end.started = run.coordinator.instant(observation.at);
  end.ended = Clock::now();
  return end;
}

asio::awaitable<void> watch(LiveRun& run, const Observe& observe, std::size_t group) {
  Command command;
  command.argv = expand_hook(observe.command, run.scene.variables[group]);
  command.environment = {{"LOADGEN_RUN_ID", run.scene.run_id},
                         {"LOADGEN_GROUP", run.scenario.groups[group].name}};
  command.directory = run.scene.directory;
  command.timeout = std::max<Duration>(observe.every, std::chrono::seconds(1));
  command.kill_on = {&run.stop, Urgency::ending};
  command.separate_stdout = true;
  bool failing = false;
  for (RunOffset due{0};;) {
    const bool go_on = co_await run.sleep_until(due, Urgency::ending);
    if (!go_on) co_return;
    Observation observation;
    observation.name = observe.name;
    observation.group = run.scenario.groups[group].name;
    observation.at = run.coordinator.now();
    const ProcessEnd end = co_await run_process(command);
    if (end.stopped) co_return;
    if (end.ok()) observation.value = parse_observation(end.standard_output);
    if (!observation.value) {
      observation.detail = end.ok() ? "printed no number" : describe(end, command.timeout);
      if (!failing) run.journal(failure_of(run, observation, command, end));
    }
    failing = !observation.value;
    run.observe(observation);
    // The next multiple that is still to come.
    due += observe.every * ((run.coordinator.now() - due) / observe.every + 1);
  }
}

}  // namespace

void begin_observers(LiveRun& run) {
  for (const Observe& observe : run.scenario.observe) {
    for (std::size_t group = 0; group < run.scenario.groups.size(); ++group) {
      run.tasks.spawn(watch(run, observe, group));
    }
  }
}

}  // namespace loadgen
