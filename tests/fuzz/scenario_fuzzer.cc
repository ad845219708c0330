// Scenarios: whatever the text, it is read or refused with a message, and what is read has a plan.
#include <optional>
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/plan_text.h"
#include "loadgen/plan/scenario.h"
#include "loadgen/plan/schedule.h"

using namespace loadgen;

namespace {

/// Lines after a line "#set" are overrides; the rest is the file.
ScenarioSource source_of(std::string_view bytes) {
  ScenarioSource source;
  const std::size_t mark = bytes.find("\n#set\n");
  source.text = bytes.substr(0, mark);
  source.path = "fuzz.toml";
  source.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "UNSET") return std::nullopt;
    return name == "EMPTY" ? "" : "value";
  };
  source.file = [](const std::string& name) -> std::optional<std::string> {
    if (name == "none") return std::nullopt;
    return "one\ntwo\n";
  };
  if (mark == std::string_view::npos) return source;
  std::string_view rest = bytes.substr(mark + 6);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    source.overrides.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return source;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Scenario scenario;
  try {
    scenario = parse_scenario(source_of(fuzz::text_of(data, size)));
  } catch (const UserError& error) {
    LG_ASSERT(error.code() == ExitCode::usage && std::string_view(error.what()).size() > 0);
    return 0;
  }
  LG_ASSERT(!scenario.groups.empty() && !scenario.workloads.empty());
  for (const Workload& w : scenario.workloads) {
    LG_ASSERT(!w.operations().empty() && w.max_in_flight > 0);
    Schedule schedule(segments_of(w), w.arrival, 1, {});
    RunOffset last{0};
    for (int i = 0; i < 10; ++i) {
      const auto due = schedule.next();
      if (!due) break;
      LG_ASSERT(due->intended >= last);
      last = due->intended;
    }
  }
  // What was made of empty answers is not judged, so it need not have a plan.
  const bool judged = fuzz::text_of(data, size).find("${EMPTY}") == std::string_view::npos;
  LG_ASSERT(!judged || !plan_text(scenario, "fuzz.toml").empty());
  return 0;
}
