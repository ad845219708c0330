// The sections that stand alone: experiment, phases, observe, distribution, outputs.
#include <charconv>
#include <filesystem>

#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/scenario_shape.h"

namespace loadgen {
namespace {

using document::Value;

/// The file's name without its end, as a name: what an experiment without one is called.
std::string name_of_file(const std::string& path) {
  std::string name = std::filesystem::path(path).stem().string();
  for (char& c : name) {
    if (!is_name(std::string("x") + c)) c = '-';
  }
  return is_name(name) ? name : "run";
}

/// "HOST:PORT", the port a number of 16 bits.
bool names_a_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::uint16_t port = 0;
  const auto [end, wrong] =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  return wrong == std::errc() && end == text.data() + text.size();
}

}  // namespace

void read_basics(Draft& draft, const Value& root) {
  const Value empty;
  const auto section = [&](std::string_view key) -> const Value& {
    const Value* table = root.find(key);
    return table != nullptr && table->is(Value::Kind::table) ? *table : empty;
  };
  Scenario& made = draft.scenario;

  const Value& experiment = section("experiment");
  made.experiment.name = text_at(experiment, "name", name_of_file(draft.source.path));
  made.experiment.hypothesis = text_at(experiment, "hypothesis");
  made.experiment.labels = text_map_at(experiment, "labels");

  const Value& phases = section("phases");
  made.phases.warmup = duration_at(phases, "warmup").value_or(Duration{0});
  made.phases.before = duration_at(phases, "before").value_or(Duration{0});
  made.phases.during = duration_at(phases, "during").value_or(Duration{0});
  made.phases.after = duration_at(phases, "after").value_or(Duration{0});
  // Run seconds are 32-bit numbers.
  constexpr Duration kLongest = std::chrono::hours(24 * 365);
  for (const Duration d :
       {made.phases.warmup, made.phases.before, made.phases.during, made.phases.after}) {
    if (d > kLongest) draft.findings.add(phases.place, "a phase is longer than a year");
  }

  const Value& distribution = section("distribution");
  made.distribution.workers = count_at(distribution, "workers").value_or(1);
  made.distribution.join_timeout =
      duration_at(distribution, "join_timeout").value_or(made.distribution.join_timeout);
  made.distribution.tolerate_worker_loss = text_at(distribution, "on_worker_loss") != "invalidate";
  const Value& outputs = section("outputs");
  made.outputs.dir = text_at(outputs, "dir", made.outputs.dir);
  made.outputs.listen = text_at(outputs, "listen");
  made.outputs.linger = duration_at(outputs, "linger").value_or(Duration{0});
  if (const Value* listen = outputs.find("listen");
      listen != nullptr && !listen->blank && !names_a_port(listen->text)) {
    draft.findings.add(*listen, "'" + listen->text +
                                    "' is no place to listen at; expected HOST:PORT, such as "
                                    "127.0.0.1:9464");
  }
  if (made.outputs.listen.empty() && outputs.find("linger") != nullptr)
    draft.findings.add(*outputs.find("linger"), "'linger' needs 'listen': nothing is answered");

  const std::vector<const Value*> observers = tables_at(root, "observe");
  check_unique(draft, observers, "name", "observer");
  for (const Value* table : observers) {
    Observe observe;
    observe.name = text_at(*table, "name");
    observe.command = texts_at(*table, "command");
    observe.every = duration_at(*table, "every").value_or(observe.every);
    if (const Value* command = table->find("command");
        command != nullptr && observe.command.empty() && command->is(Value::Kind::array)) {
      draft.findings.add(*command, "'command' is empty");
    }
    if (observe.every < std::chrono::seconds(1)) {
      draft.findings.add(place_at(*table, "every"), "'every' must be at least 1s");
    }
    for (const Group& group : made.groups) check_hook(draft, *table, "command", group);
    made.observe.push_back(observe);
  }
}

}  // namespace loadgen
