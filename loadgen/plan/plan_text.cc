#include "loadgen/plan/plan_text.h"

#include <algorithm>
#include <sstream>

#include "loadgen/plan/expected_requests.h"
#include "loadgen/plan/hook_text.h"
#include "loadgen/plan/plan_layout.h"
#include "loadgen/plan/redact.h"
#include "loadgen/plan/rounds.h"

namespace loadgen {
namespace {

using namespace plan_layout;

struct PhaseSpan {
  PhaseName name;
  RunOffset from, to;
};

/// The phases that the scenario has, in order.
std::vector<PhaseSpan> spans_of(const Phases& phases) {
  std::vector<PhaseSpan> spans;
  RunOffset at{0};
  for (const auto& [name, length] : {std::pair(PhaseName::warmup, phases.warmup),
                                     {PhaseName::before, phases.before},
                                     {PhaseName::during, phases.during},
                                     {PhaseName::after, phases.after}}) {
    if (length.count() > 0) spans.push_back({name, at, at + length});
    at += length;
  }
  return spans;
}

class Plan {
 public:
  Plan(const Scenario& scenario, const std::string& file)
      : scenario_(scenario), rounds_(scenario), file_(file), spans_(spans_of(scenario.phases)) {}

  std::string text() {
    title();
    if (scenario_.capacity) capacity(*scenario_.capacity);
    timeline();
    groups();
    for (const Workload& w : scenario_.workloads) workload(w);
    requests();
    checks();
    observers();
    warnings();
    return redact(out_.str(), scenario_.secrets);
  }

 private:
  void heading(const std::string& text) { out_ << "\n" << text << "\n"; }

  /// "  label     text", the text wrapped under itself.
  void line(const std::string& label, const std::string& text, std::size_t indent = 2,
            std::size_t width = 13) {
    out_ << std::string(indent, ' ') << padded(label, width)
         << wrapped(text, indent + std::max(width, columns_of(label))) << "\n";
  }

  void title() {
    out_ << scenario_.experiment.name << "  (" << file_ << ")\n";
    if (!scenario_.experiment.hypothesis.empty()) {
      out_ << wrapped(scenario_.experiment.hypothesis, 0) << "\n";
    }
  }

  RunOffset during_begin() const { return scenario_.phases.warmup + scenario_.phases.before; }

  void timeline() {
    heading(std::string("Timeline") + (scenario_.capacity ? " of each step: " : ": ") +
            print_duration(scenario_.phases.total()) +
            (scenario_.faults.empty()
                 ? ""
                 : ", the fault window begins at " + clock_text(during_begin())));
    for (const PhaseSpan& span : spans_) {
      line(clock_text(span.from), padded(std::string(name_of(span.name)), 8) +
                                      right(print_duration(span.to - span.from), 7) +
                                      note_of(span.name));
      if (span.name == PhaseName::during) {
        for (const Fault* f : faults_by_time()) fault(*f);
      }
    }
    line(clock_text(scenario_.phases.total()), "end");
  }

  std::string note_of(PhaseName phase) const {
    if (phase == PhaseName::warmup) {
      return rounds_.any() ? "   sent, never judged: one half to each group, in turn"
                           : "   sent, never judged";
    }
    if (rounds_.any()) return "   " + turns_text();
    const auto& checks = scenario_.steady_state.checks;
    const bool gate =
        std::any_of(checks.begin(), checks.end(), [](const CheckSet& c) { return c.gate; });
    if (phase == PhaseName::before && gate) {
      return "   then the gate, which may extend it to " +
             print_duration(scenario_.phases.before * 2);
    }
    if (phase == PhaseName::during && !scenario_.faults.empty()) {
      return "   and until every revert has returned";
    }
    return "";
  }

  std::string turns_text() const {
    const Turn first = rounds_.turns().front();
    return std::to_string(scenario_.experiment.rounds) +
           " rounds, ABBA: " + scenario_.control()->name + " (A) and " +
           scenario_.experimental()->name + " (B) take turns of " +
           std::to_string(first.to - first.from) + " s, the first " +
           std::to_string(first.judged - first.from) + " s of each not judged";
  }

  std::vector<const Fault*> faults_by_time() const {
    std::vector<const Fault*> faults;
    for (const Fault& f : scenario_.faults) faults.push_back(&f);
    std::stable_sort(faults.begin(), faults.end(),
                     [](const Fault* a, const Fault* b) { return a->at < b->at; });
    return faults;
  }

  void fault(const Fault& f) {
    const RunOffset at = during_begin() + f.at;
    const RunOffset until =
        f.duration ? at + *f.duration : during_begin() + scenario_.phases.during;
    line(clock_text(at), "fault " + f.name + " on group " + f.group + " (" + kind_text(f) + ")");
    const Group& group = scenario_.groups[scenario_.group_index(f.group)];
    const Variables variables = shown_variables(group);
    const std::string limit = print_duration(f.timeout);
    hook("require", "in preflight, and again just before; at most " + limit, f.require, variables);
    hook("inject", "at " + clock_text(at) + "; at most " + limit, f.inject, variables);
    hook("confirm", "each second until it exits 0, for at most " + limit, f.confirm, variables);
    hook("recovered", "each second until it exits 0, for at most " + limit, f.recovered, variables);
    hook("revert", "at " + clock_text(until) + ", and on every way out; at most " + limit, f.revert,
         variables);
    if (f.kind == FaultKind::command && f.revert.empty()) {
      line("revert", "nothing: this fault is not undone by loadgen", 16, 11);
    }
  }

  static std::string kind_text(const Fault& f) {
    if (f.kind == FaultKind::load) {
      return "load × " + plain(f.multiply) + " on workload " + f.workload +
             (f.duration ? " for " + print_duration(*f.duration) : "");
    }
    if (f.kind == FaultKind::external) {
      return "done by somebody else; waited for " + print_duration(f.wait);
    }
    return "command";
  }

  /// A hook's command stands alone on its line, so that it can be copied.
  void hook(const std::string& name, const std::string& when, const std::vector<std::string>& argv,
            const Variables& variables) {
    if (argv.empty()) return;
    line(name, when, 16, 11);
    out_ << std::string(18, ' ') << shell_text(expand_hook(argv, variables)) << "\n";
  }

  void capacity(const CapacityPlan& search) {
    heading(std::string("Search for the ") +
            (search.over_clients ? "most clients of " : "highest rate of ") + search.workload);
    std::string limits;
    for (const std::string& limit : search.limits) limits += (limits.empty() ? "" : ", ") + limit;
    line("holds when", limits);
    line("from", grouped(search.from) + ", doubled while it holds, never above " +
                     grouped(search.most) + "; then the middle, to 1 %");
    line("each step", "a run of its own; what decides nothing is held again, for longer");
  }

  void groups() {
    heading("Groups");
    std::size_t width = 13;
    for (const Group& g : scenario_.groups) width = std::max(width, columns_of(g.name) + 2);
    for (const Group& g : scenario_.groups) {
      const std::string role(name_of(g.role));
      std::string text = role == g.name ? "" : padded("(" + role + ")", 16);
      text += without_credentials(g.base_url);
      if (!g.dsn.empty()) text += g.base_url.empty() ? "Postgres" : "  and Postgres";
      if (!g.tls.ca.empty()) text += "  ca " + g.tls.ca;
      if (!g.tls.cert.empty()) text += "  client certificate " + g.tls.cert;
      if (g.tls.insecure) text += "  certificate NOT verified";
      line(g.name, text, 2, width);
      if (const std::string servers = sampled(g); !servers.empty()) {
        line("", "sampled each second: " + servers, 2, width);
      }
    }
    const std::uint32_t workers = scenario_.distribution.workers;
    const std::uint32_t threads = scenario_.threads_per_worker();
    if (workers > 1 || threads > 1) {
      std::string text = std::to_string(workers);
      if (threads > 1) text += " of " + std::to_string(threads) + " threads";
      line("workers", text + ", sharing all of the load", 2, width);
    }
  }

  /// The servers that are looked at beside the load.
  std::string sampled(const Group& g) const {
    std::string names;
    for (const Node& node : g.nodes) names += (names.empty() ? "" : ", ") + node.name;
    const auto& all = scenario_.workloads;
    const bool pgbench = std::any_of(
        all.begin(), all.end(), [](const Workload& w) { return w.kind == WorkloadKind::pgbench; });
    return names.empty() && pgbench ? "each host of dsn" : names;
  }

  void workload(const Workload& w) {
    heading("Workload " + w.name + ", to each group");
    for (const Request& r : w.http.requests) {
      std::string text = r.method + " " + r.path;
      if (!r.body.empty())
        text += "  body of " + grouped(static_cast<double>(r.body.size())) + " bytes";
      if (w.http.requests.size() > 1) text += "  weight " + plain(r.weight);
      line("request", text);
    }
    if (w.kind == WorkloadKind::pgbench) scripts(w.pgbench);
    line("load", load_text(w));
    RunOffset at{0};
    double rate = 0;
    for (const Stage& s : w.stages) stage(s, at, rate);
    if (!w.stages.empty()) line("", clock_text(at) + "  " + plain(rate) + "/s to the end");
    line("connections", connections_text(w));
    line("at most", grouped(w.max_in_flight) + " in flight, " +
                        (w.closed_loop() ? "one per client"
                         : w.on_saturation == OnSaturation::shed
                             ? "then tickets are shed: counted as not sent"
                             : "then tickets are queued, their time running"));
    std::string timeouts = print_duration(w.timeout) + " from the intended instant; connecting " +
                           print_duration(w.connect_timeout);
    if (w.first_byte_timeout.count() > 0) {
      timeouts += "; first byte " + print_duration(w.first_byte_timeout);
    }
    line("timeout", timeouts);
    line("ok means", expect_text(w));
  }

  void scripts(const PgbenchPart& pgbench) {
    for (const ScriptChoice& choice : pgbench.scripts) {
      line("script", choice.script + (choice.text ? "" : "  built in") +
                         (pgbench.scripts.size() > 1 ? "  weight " + plain(choice.weight) : ""));
    }
    std::string tables = "init = \"" + pgbench.init + "\"";
    if (pgbench.init != "never") tables += ", scale " + grouped(pgbench.scale);
    line("tables", tables + "; protocol " + pgbench.protocol);
    if (pgbench.audit) {
      line("audit",
           "each script that writes leaves a row in loadgen_ledger, one more INSERT per "
           "transaction; read after the run");
    }
  }

  static std::string load_text(const Workload& w) {
    if (w.closed_loop()) {
      return "closed loop: " + grouped(w.clients) +
             " clients, each sends when its last answer came" +
             (w.think.count() > 0 ? ", plus " + print_duration(w.think) : "");
    }
    const std::string arrival =
        w.arrival == Arrival::poisson ? "Poisson arrivals" : "constant arrivals";
    if (!w.stages.empty()) return "open loop in stages, " + arrival;
    return "open loop: " + plain(w.rate.per_second) + "/s, " + arrival;
  }

  void stage(const Stage& s, RunOffset& at, double& rate) {
    const double to = s.to ? s.to->per_second : rate;
    if (s.over.count() > 0) {
      line("", clock_text(at) + "  " + plain(rate) + " → " + plain(to) + "/s over " +
                   print_duration(s.over));
    }
    at += s.over;
    rate = to;
    if (s.hold.count() > 0) {
      line("", clock_text(at) + "  " + plain(rate) + "/s for " + print_duration(s.hold));
    }
    at += s.hold;
  }

  static std::string connections_text(const Workload& w) {
    if (!w.http.keepalive) return "a fresh one for each request";
    if (w.pgbench.connect_per_transaction) return "a fresh one for each transaction";
    std::string text = grouped(w.connections) + " opened ahead, used in turn";
    if (w.http.requests_per_connection > 0) {
      text += ", replaced after " + grouped(w.http.requests_per_connection) + " requests";
    }
    return text + "; reconnects after " + print_duration(w.reconnect.initial) + " – " +
           print_duration(w.reconnect.max) + ", at most " + plain(w.reconnect.per_second) +
           "/s per target";
  }

  static std::string expect_text(const Workload& w) {
    if (w.kind == WorkloadKind::pgbench) {
      return "the script ran to its end and the server said so" +
             (w.latency_limit ? "; good: within " + print_duration(*w.latency_limit) : "");
    }
    std::string text = "status ";
    if (w.http.expect.status.empty()) text += "200 – 399";
    for (std::size_t i = 0; i < w.http.expect.status.size(); ++i) {
      text += (i > 0 ? ", " : "") + std::to_string(w.http.expect.status[i]);
    }
    if (!w.http.expect.body_contains.empty()) {
      text += ", body contains \"" + w.http.expect.body_contains + "\"";
    }
    if (w.latency_limit) text += "; good: within " + print_duration(*w.latency_limit);
    return text;
  }

  void requests() {
    heading("Expected requests and transactions");
    std::size_t first = 20;
    for (const Workload& w : scenario_.workloads) {
      for (const Group& g : scenario_.groups) {
        first = std::max(first, columns_of(w.name) + columns_of(g.name) + 5);
      }
    }
    out_ << "  " << padded("", first);
    for (const PhaseSpan& span : spans_) out_ << right(std::string(name_of(span.name)), 13);
    out_ << right("in all", 13) << "\n";
    for (const Workload& w : scenario_.workloads) {
      for (const Group& g : scenario_.groups) {
        out_ << "  " << padded(w.name + " → " + g.name, first);
        if (w.closed_loop()) {
          out_ << "   as many as " << grouped(w.clients) << " clients get through\n";
          continue;
        }
        double all = 0;
        for (const PhaseSpan& span : spans_) {
          const double events = expected_requests(scenario_, w, g.name, span.from, span.to);
          all += events;
          out_ << right(grouped(events), 13);
        }
        out_ << right(grouped(all), 13) << "\n";
      }
    }
  }

  void checks() {
    const SteadyState& steady = scenario_.steady_state;
    if (!steady.checks.empty() || !steady.abort.empty()) heading("Checks");
    for (const CheckSet& set : steady.checks) {
      std::string of = std::string(name_of(set.phase));
      of += set.group.empty() ? (set.phase == PhaseName::before ? ", every group" : "")
                              : ", " + set.group;
      if (!set.workload.empty()) of += ", " + set.workload;
      if (!set.operation.empty()) of += ", " + set.operation;
      if (!set.vs.empty()) of += ", against " + set.vs;
      if (set.gate) of += ": the gate";
      line(set.id, "(" + of + ")", 2, 22);
      for (const Check& check : set.asserts) line("", check.text, 2, 22);
    }
    for (const AbortRule& rule : steady.abort) line("abort when", rule.text, 2, 22);
    if (steady.margins.none) line("margins", "none: only declared checks decide", 2, 22);
  }

  void observers() {
    if (scenario_.observe.empty()) return;
    heading("Observed, per group");
    for (const Observe& o : scenario_.observe) {
      line(o.name, "every " + print_duration(o.every));
      for (const Group& g : scenario_.groups) {
        out_ << "      " << shell_text(expand_hook(o.command, shown_variables(g))) << "\n";
      }
    }
  }

  void warnings() {
    if (scenario_.warnings.empty()) return;
    heading("Warnings");
    for (const std::string& warning : scenario_.warnings)
      out_ << "  " << wrapped(warning, 2) << "\n";
  }

  const Scenario& scenario_;
  const Rounds rounds_;
  const std::string& file_;
  std::vector<PhaseSpan> spans_;
  std::ostringstream out_;
};

}  // namespace

std::string plan_text(const Scenario& scenario, const std::string& file) {
  return Plan(scenario, file).text();
}

}  // namespace loadgen
