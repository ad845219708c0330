#include "loadgen/experiment/hooks.h"

#include <algorithm>
#include <utility>

#include "loadgen/core/assert.h"
#include "loadgen/core/utf8.h"
#include "loadgen/plan/hook_text.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kRecordedOutput = 2 * 1024;
constexpr Duration kPollEvery = std::chrono::seconds(1);
/// A polled hook that starts shortly before it is given up still gets this long.
constexpr Duration kShortestAttempt = std::chrono::milliseconds(200);

std::vector<std::pair<std::string, std::string>> environment_of(const HookScene& scene,
                                                                const HookCall& call) {
  return {{"LOADGEN_RUN_ID", scene.run_id},
          {"LOADGEN_GROUP", call.fault.group},
          {"LOADGEN_FAULT", call.fault.name},
          {"LOADGEN_PHASE", call.phase}};
}

asio::awaitable<HookEnd> attempt(const HookScene& scene, const HookCall& call, Duration timeout) {
  HookEnd result;
  Command command;
  command.argv = expand_hook(hook_argv(call.fault, call.hook), call.variables);
  command.environment = environment_of(scene, call);
  command.directory = scene.directory;
  command.timeout = timeout;
  command.kill_on = call.kill_on;
  result.run.fault = call.fault.name;
  result.run.group = call.fault.group;
  result.run.hook = call.hook;
  for (const std::string& argument : command.argv) {
    result.run.argv.push_back(valid_utf8(redact(argument, scene.secrets)));
  }
  result.started = Clock::now();
  result.end = co_await run_process(std::move(command));
  result.ended = Clock::now();
  result.run.exit_code = result.end.exit_code;
  result.run.timed_out = result.end.timed_out;
  // Redacted before it is cut: half a secret would not be recognised.
  const std::string& said = result.end.failure.empty() ? result.end.output : result.end.failure;
  result.run.output = last_lines(redact(said, scene.secrets), kRecordedOutput);
  co_return result;
}

}  // namespace

const std::vector<std::string>& hook_argv(const Fault& fault, std::string_view hook) {
  if (hook == "require") return fault.require;
  if (hook == "inject") return fault.inject;
  if (hook == "confirm") return fault.confirm;
  if (hook == "recovered") return fault.recovered;
  LG_ASSERT(hook == "revert");
  return fault.revert;
}

asio::awaitable<HookEnd> run_hook(const HookScene& scene, HookCall call) {
  HookEnd result = co_await attempt(scene, call, call.fault.timeout);
  co_return result;
}

asio::awaitable<HookEnd> poll_hook(const HookScene& scene, HookCall call, Instant give_up) {
  Instant first{};
  for (std::uint32_t attempts = 1;; ++attempts) {
    const Instant started = Clock::now();
    if (attempts == 1) first = started;
    const Duration left = std::max<Duration>(give_up - started, kShortestAttempt);
    HookEnd result = co_await attempt(scene, call, std::min(left, call.fault.timeout));
    result.run.attempts = attempts;
    result.started = first;
    const Instant next = std::max(started + kPollEvery, result.ended);
    if (result.ok() || next >= give_up) co_return result;
    const bool go_on = co_await sleep_until(next, call.kill_on);
    if (!go_on) co_return result;
  }
}

HookRun record_of(const HookEnd& end, Instant zero) {
  HookRun run = end.run;
  run.started = end.started - zero;
  run.ended = end.ended - zero;
  return run;
}

std::string by_hand(const HookScene& scene, const HookCall& call) {
  std::string line = "cd " + shell_text({scene.directory.string()}) + " && env";
  for (const auto& [name, value] : environment_of(scene, call)) {
    line += " " + shell_text({name + "=" + value});
  }
  line += " " + shell_text(expand_hook(hook_argv(call.fault, call.hook), call.variables));
  return redact(line, scene.secrets);
}

std::string what_happened(const HookEnd& end, const Fault& fault) {
  if (!end.end.failure.empty()) return "could not be started: " + end.run.output;
  std::string text = describe(end.end, fault.timeout);
  std::string_view output = end.run.output;
  while (!output.empty() && output.back() == '\n') output.remove_suffix(1);
  const std::size_t newline = output.rfind('\n');
  if (newline != std::string_view::npos) output.remove_prefix(newline + 1);
  if (!output.empty()) text += ": " + last_lines(output, 250);
  return text;
}

std::string last_lines(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    text.remove_prefix(text.size() - limit);
    const std::size_t newline = text.find('\n');
    if (newline != std::string_view::npos && newline + 1 < text.size()) {
      text.remove_prefix(newline + 1);
    }
    // A character that was cut in two is left out.
    while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0) == 0x80) {
      text.remove_prefix(1);
    }
  }
  std::string valid = valid_utf8(text);
  // Replaced bytes take three each: what is still too long is cut by the same rule.
  return valid.size() > limit ? last_lines(valid, limit) : valid;
}

}  // namespace loadgen
