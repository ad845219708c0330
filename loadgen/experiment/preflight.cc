#include "loadgen/experiment/preflight.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>
#include <variant>

#include "loadgen/plan/hook_text.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT: the operators have no names

namespace {

/// A $variable that is unknown must not turn up in the middle of a run. Throws UserError.
void expand_everything(const Scenario& scenario, const HookScene& scene) {
  for (const Fault& fault : scenario.faults) {
    const Variables& variables = scene.variables[scenario.group_index(fault.group)];
    for (const char* hook : {"require", "inject", "confirm", "recovered", "revert"}) {
      expand_hook(hook_argv(fault, hook), variables);
    }
  }
  for (const Observe& observe : scenario.observe) {
    for (const Variables& variables : scene.variables) expand_hook(observe.command, variables);
  }
}

}  // namespace

asio::awaitable<Preflight> ask_faults(const Scenario& scenario, const HookScene& scene,
                                      WakeOn wake) {
  Preflight preflight;
  for (const Fault& fault : scenario.faults) {
    if (fault.require.empty() || wake.raised()) continue;
    HookCall call{fault, "require", scene.variables[scenario.group_index(fault.group)], "preflight",
                  wake};
    HookEnd end = co_await run_hook(scene, call);
    if (!end.ok()) {
      preflight.problems.push_back("fault " + fault.name + ": require (" +
                                   shell_text(end.run.argv) + "): " + what_happened(end, fault));
    }
    preflight.hooks.push_back(std::move(end));
  }
  co_return preflight;
}

asio::awaitable<Preflight> prepare(LiveRun& run, Assign assign) {
  const WakeOn stop{&run.stop, Urgency::stop};
  co_await resolve_variables(run.scenario, run.scene, stop);
  expand_everything(run.scenario, run.scene);
  Preflight preflight;
  if (assign.preflight) preflight = co_await ask_faults(run.scenario, run.scene, stop);
  if (!preflight.problems.empty() || stop.raised()) co_return preflight;

  assign.variables = run.scene.variables;
  assign.secrets = run.scene.secrets;
  const Duration patience = run.scenario.distribution.join_timeout;
  // `arm` has a deadline of its own; what it races against is only the signal.
  auto armed = co_await (
      run.coordinator.arm(std::move(assign), patience) ||
      run.stop.sleep_until(Clock::now() + patience + std::chrono::minutes(5), Urgency::stop));
  if (armed.index() == 0) {
    for (std::string& problem : std::get<0>(armed)) {
      preflight.problems.push_back(redact(std::move(problem), run.scene.secrets));
    }
  }
  co_return preflight;
}

}  // namespace loadgen
