// [steady_state]: checks, abort rules, margins.
#include <algorithm>

#include "loadgen/core/outcome.h"
#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/scenario_shape.h"
#include "loadgen/plan/variable_name.h"

namespace loadgen {
namespace {

using document::Value;
using Kind = Value::Kind;

bool is_of_fault(Metric m) {
  return m == Metric::time_to_detect || m == Metric::recovery_time || m == Metric::healed;
}
/// Can be told from a few seconds: what an abort rule may watch, since analysis/abort.cc judges it.
bool is_live(Metric m) {
  return m <= Metric::p999 || (m >= Metric::ok_p50 && m <= Metric::ok_p999) ||
         m == Metric::error_rate || m == Metric::failed || m == Metric::tps || m == Metric::ok_rate;
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

/// Judges the metric of a check and its argument, against what the scenario has.
class MetricRules {
 public:
  MetricRules(Draft& draft, const Value& where) : draft_(draft), where_(where) {}

  void judge(const Check& check, const std::vector<const Workload*>& workloads) {
    const std::string name(name_of(check.metric));
    if (of_ledger(check.metric)) audited(check, name, workloads);
    if (check.metric == Metric::write_outage || check.metric == Metric::read_outage)
      probed(check.metric, name, workloads);
    if (check.metric == Metric::failed) failed_class_of(check.argument, workloads);
    if (check.metric == Metric::healed) healed(check.argument);
    if (is_of_fault(check.metric) && draft_.scenario.faults.empty()) {
      // No error: a scenario whose faults are commented out is a rehearsal.
      draft_.findings.warn(where_.place, in_quotes(name) +
                                             " stays undecided without a fault: its time 0 " +
                                             "is when the fault is requested");
    }
    if (workloads.empty()) return;
    const auto all = [&](auto&& test) {
      return std::all_of(workloads.begin(), workloads.end(), test);
    };
    if (check.metric == Metric::achieved_rate &&
        all([](const Workload* w) { return w->closed_loop(); })) {
      add("'achieved_rate' is null in closed loop: a client sends when its last answer came",
          "a workload with a rate");
    }
    if (check.metric == Metric::share &&
        all([](const Workload* w) { return w->http.served_by.empty(); })) {
      add("'share' needs a workload with 'served_by'");
    }
  }

 private:
  void audited(const Check& check, const std::string& name,
               const std::vector<const Workload*>& workloads) {
    if (std::none_of(workloads.begin(), workloads.end(),
                     [](const Workload* w) { return w->pgbench.audit; })) {
      add(in_quotes(name) + " needs a pgbench workload with a ledger", "audit = true");
    }
    if (check.form != Check::Form::value)
      add(in_quotes(name) + " is of the whole run: it has no change since before");
  }

  void probed(Metric metric, const std::string& name,
              const std::vector<const Workload*>& workloads) {
    const bool any = std::any_of(workloads.begin(), workloads.end(), [&](const Workload* w) {
      const PgbenchPart& pgbench = w->pgbench;
      return (metric == Metric::write_outage ? pgbench.probe_writes : pgbench.probe_reads)
                 .per_second > 0;
    });
    if (!any) {
      add(in_quotes(name) + " needs a pgbench workload with probes",
          "probes = { read = 10, write = 10 }");
    }
  }

  void failed_class_of(const std::string& name, const std::vector<const Workload*>& workloads) {
    if (const std::optional<Outcome> outcome = failed_class(name)) {
      const bool possible = !of_postgres(*outcome) ||
                            std::any_of(workloads.begin(), workloads.end(), [](const Workload* w) {
                              return w->kind == WorkloadKind::pgbench;
                            });
      if (!possible) add("class " + in_quotes(name) + " is of Postgres, and no workload here is");
      return;
    }
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if (kind_of(outcome) == OutcomeKind::failed) known.push_back(name_of(outcome));
    }
    add("unknown class " + in_quotes(name) + did_you_mean(name, known), listed(known));
  }

  void healed(const std::string& fault) {
    std::vector<std::string_view> known;
    for (const Fault& f : draft_.scenario.faults) known.push_back(f.name);
    if (std::find(known.begin(), known.end(), fault) == known.end()) {
      return add("unknown fault " + in_quotes(fault) + did_you_mean(fault, known));
    }
    for (const Fault& f : draft_.scenario.faults) {
      if (f.name == fault && f.kind == FaultKind::command && f.recovered.empty()) {
        add("fault " + in_quotes(fault) + " has no 'recovered' hook to tell when it healed");
      }
    }
  }

  void add(const std::string& what, const std::string& expected = "") {
    draft_.findings.add(where_, what, expected);
  }

  Draft& draft_;
  const Value& where_;
};

/// Parses the part of a text that begins at `offset`; nothing when it was reported.
std::optional<Check> read_check(Draft& draft, const Value& where, std::size_t offset) {
  if (!where.is(Kind::text) || where.blank) return std::nullopt;
  try {
    return parse_check(std::string_view(where.text).substr(offset));
  } catch (const CheckError& error) {
    const std::string& what = error.what_alone();
    const std::size_t line = what.find('\n');  // behind it stands what is known
    draft.findings.add(draft.findings.inside(where, offset + error.column() - 1),
                       what.substr(0, line),
                       line == std::string::npos ? "" : "one of" + what.substr(line));
    return std::nullopt;
  }
}

std::optional<PhaseName> phase_called(std::string_view name) {
  for (const PhaseName phase :
       {PhaseName::warmup, PhaseName::before, PhaseName::during, PhaseName::after}) {
    if (name == name_of(phase)) return phase;
  }
  return std::nullopt;
}

/// Phase, group, workload, operation: that they exist and go together.
void read_subject(Draft& draft, const Value& table, CheckSet& set) {
  const Scenario& scenario = draft.scenario;
  const Phases& phases = scenario.phases;
  set.phase = phase_called(text_at(table, "phase")).value_or(PhaseName::before);
  if ((set.phase == PhaseName::during && phases.during.count() == 0) ||
      (set.phase == PhaseName::after && phases.after.count() == 0)) {
    draft.findings.add(*table.find("phase"),
                       "the scenario has no phase " + in_quotes(name_of(set.phase)),
                       "[phases] " + std::string(name_of(set.phase)) + " = \"60s\"");
  }
  if (const Value* group = text_value(table, "group")) {
    if (check_known(draft, *group, "group", group_names(draft))) set.group = group->text;
  }
  const Value* workload = text_value(table, "workload");
  if (workload != nullptr && check_known(draft, *workload, "workload", workload_names(draft)) &&
      !workload->blank) {
    set.workload = workload->text;
  }
  const Value* operation = text_value(table, "operation");
  if (operation == nullptr) return;
  set.operation = operation->text;
  if (workload == nullptr && scenario.workloads.size() == 1) {
    set.workload = scenario.workloads.front().name;
  }
  if (workload == nullptr && scenario.workloads.size() > 1) {
    draft.findings.add(*operation, "'operation' needs 'workload': there are several");
  } else if (!set.workload.empty()) {
    const auto operations = scenario.workloads[scenario.workload_index(set.workload)].operations();
    check_known(draft, *operation, "operation", {operations.begin(), operations.end()});
  }
}

void read_vs(Draft& draft, const Value& table, CheckSet& set) {
  const Value* vs = text_value(table, "vs");
  if (vs == nullptr || vs->blank) return;
  set.vs = vs->text;
  const Scenario& scenario = draft.scenario;
  if (set.phase == PhaseName::before) {
    draft.findings.add(*vs, "'vs' is the change since before: it is not for phase \"before\"");
  }
  if (set.vs != "control") return;
  if (scenario.control() == nullptr) {
    draft.findings.add(*vs, "vs = \"control\" needs a control group", "vs = \"before\"");
  } else if (set.group == scenario.control()->name) {
    draft.findings.add(*vs, "vs = \"control\" compares another group with control");
  } else if (scenario.experimental() == nullptr) {
    draft.findings.add(*vs, "vs = \"control\" needs an experimental group");
  }
}

/// Those that a set of checks is about.
std::vector<const Workload*> subjects_of(const Scenario& scenario, const CheckSet& set) {
  std::vector<const Workload*> workloads;
  for (const Workload& w : scenario.workloads) {
    const bool meant = set.workload.empty() ? w.probe == Probe::none : set.workload == w.name;
    if (meant) workloads.push_back(&w);
  }
  return workloads;
}

void read_asserts(Draft& draft, const Value& table, CheckSet& set) {
  const std::vector<const Workload*> workloads = subjects_of(draft.scenario, set);
  const Value* asserts = table.find("assert");
  if (asserts == nullptr || !asserts->is(Kind::array)) return;
  if (asserts->items.empty()) draft.findings.add(*asserts, "'assert' is empty");
  bool compares = false;
  for (const Value& item : asserts->items) {
    const std::optional<Check> check = read_check(draft, item, 0);
    if (!check) {
      compares = true;  // perhaps: not to be reported twice
      continue;
    }
    MetricRules(draft, item).judge(*check, workloads);
    if (is_of_fault(check->metric) && set.phase != PhaseName::during) {
      draft.findings.add(item, in_quotes(name_of(check->metric)) + " is for phase \"during\"");
    }
    if (check->held_for) draft.findings.add(item, "'for' is for rules of 'abort'");
    if (check->form != Check::Form::value) {
      compares = true;
      if (table.find("vs") == nullptr) {
        draft.findings.add(item, "'ratio' and 'delta' compare: this check needs 'vs'",
                           "vs = \"control\" or vs = \"before\"");
      }
    }
    set.asserts.push_back(*check);
  }
  if (!compares && !set.vs.empty() && !asserts->items.empty()) {
    draft.findings.add(*table.find("vs"), "'vs' is for ratio and delta, and no assert has one",
                       "e.g. \"p99 ratio < 1.15\"");
  }
}

CheckSet read_check_set(Draft& draft, const Value& table) {
  CheckSet set;
  set.id = text_at(table, "id");
  read_subject(draft, table, set);
  read_vs(draft, table, set);
  read_asserts(draft, table, set);
  set.gate = flag_at(table, "gate", false);
  if (set.gate && set.phase != PhaseName::before) {
    draft.findings.add(*table.find("gate"), "a gate is passed before the fault",
                       "phase = \"before\"");
  }
  const bool of_later = std::any_of(set.asserts.begin(), set.asserts.end(),
                                    [](const Check& check) { return of_ledger(check.metric); });
  if (set.gate && of_later) {
    draft.findings.add(*table.find("gate"),
                       "a gate can't ask for the ledger, which is read after the run");
  }
  return set;
}

AbortRule read_abort(Draft& draft, const Value& item) {
  AbortRule rule;
  rule.text = item.text;
  std::size_t word = 0;
  while (word < item.text.size() && (continues_name(item.text[word]) || item.text[word] == '-')) {
    ++word;
  }
  std::size_t offset = 0;
  if (word > 0 && word < item.text.size() && item.text[word] == ':') {
    rule.group = item.text.substr(0, word);
    offset = word + 1;
    const auto known = group_names(draft);
    if (std::find(known.begin(), known.end(), rule.group) == known.end()) {
      draft.findings.add(item,
                         "unknown group " + in_quotes(rule.group) + did_you_mean(rule.group, known),
                         listed(known));
    }
  }
  const std::optional<Check> check = read_check(draft, item, offset);
  if (!check) return rule;
  rule.check = *check;
  std::vector<const Workload*> workloads;
  for (const Workload& w : draft.scenario.workloads) {
    if (w.probe == Probe::none) workloads.push_back(&w);
  }
  MetricRules(draft, item).judge(*check, workloads);
  if (check->form != Check::Form::value) {
    draft.findings.add(item, "an abort rule watches a value, no ratio and no delta");
  } else if (!is_live(check->metric)) {
    draft.findings.add(item,
                       in_quotes(name_of(check->metric)) + " can't be watched second by second",
                       "a percentile of response time, error_rate, failed, tps or ok_rate");
  }
  return rule;
}

Margins read_margins(Draft& draft, const Value& steady_state) {
  Margins margins;
  const Value* value = steady_state.find("margins");
  if (value == nullptr) return margins;
  if (value->is(Kind::text)) {
    margins.none = value->text == "none";
    return margins;
  }
  const auto take = [&](std::string_view key, double& into, bool points_fit, bool percent_fits) {
    const Value* text = text_value(*value, key);
    const std::optional<ShareText> share = text ? parse_share(text->text) : std::nullopt;
    if (!share) return;
    into = share->fraction;
    if (share->points ? points_fit : percent_fits) return;
    draft.findings.add(*text, in_quotes(key) + " is compared " +
                                  (share->points ? "as a ratio: write %" : "in points: write pp"));
  };
  take("p50", margins.p50, false, true);
  take("p90", margins.p90, false, true);
  take("p99", margins.p99, false, true);
  take("p999", margins.p999, false, true);
  take("error_rate", margins.error_rate, true, false);
  take("goodput", margins.goodput, true, true);
  return margins;
}

/// Whether more load makes the limit harder to keep, as a search needs it: what holds at one load
/// must hold at those below.
bool tightens_with_load(const Check& check) {
  const bool least = check.op == Comparator::greater || check.op == Comparator::greater_equal;
  const bool most = check.op == Comparator::less || check.op == Comparator::less_equal;
  switch (check.metric) {
    case Metric::share:
      return true;  // of a zone: nobody knows
    case Metric::goodput:
    case Metric::achieved_rate:
      return least || (check.op == Comparator::equal && check.bound >= 1);
    default:  // what is worse when it is more; tps and ok_rate rise with the load itself
      return most || (check.op == Comparator::equal && check.bound <= 0);
  }
}

}  // namespace

CheckSet limits_of_capacity(Draft& draft, const Value& limits, const std::string& workload) {
  CheckSet set;
  set.id = kCapacityChecks;
  set.workload = workload;
  if (!limits.is(Kind::array)) return set;
  if (limits.items.empty())
    draft.findings.add(limits, "'limit' is empty: any load would hold", "[\"p99 < 250ms\"]");
  for (const Value& item : limits.items) {
    const std::optional<Check> check = read_check(draft, item, 0);
    if (!check) continue;
    MetricRules(draft, item).judge(*check, subjects_of(draft.scenario, set));
    if (check->form != Check::Form::value)
      draft.findings.add(item, "a limit is a value: there is nothing to compare with");
    if (check->held_for) draft.findings.add(item, "'for' is for rules of 'abort'");
    if (is_of_fault(check->metric))
      draft.findings.add(item, in_quotes(name_of(check->metric)) + " needs a fault");
    if (!tightens_with_load(*check)) {
      draft.findings.add(item,
                         in_quotes(item.text) + " is no limit of a search: it must become harder " +
                             "to keep as the load rises",
                         "e.g. \"p99 < 250ms\", \"error_rate < 1%\" or \"goodput > 99%\"");
    }
    set.asserts.push_back(*check);
  }
  return set;
}

void read_steady_state(Draft& draft, const Value& root) {
  const Value* table = root.find("steady_state");
  if (table == nullptr || !table->is(Kind::table)) return;
  SteadyState& made = draft.scenario.steady_state;
  if (const Value* abort = table->find("abort")) {
    for (const Value& item : abort->items) made.abort.push_back(read_abort(draft, item));
  }
  made.inject_when_unsteady = text_at(*table, "on_unsteady") == "inject";
  made.margins = read_margins(draft, *table);
  const std::vector<const Value*> tables = tables_at(*table, "checks");
  check_unique(draft, tables, "id", "check");
  for (const Value* check : tables) made.checks.push_back(read_check_set(draft, *check));
}

}  // namespace loadgen
