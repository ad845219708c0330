#include "loadgen/analysis/round_comparison.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/declared.h"
#include "loadgen/analysis/latency.h"
#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/metric_scale.h"
#include "loadgen/analysis/phase_pair.h"
#include "loadgen/analysis/run_effect.h"
#include "loadgen/analysis/run_floor.h"
#include "loadgen/analysis/run_margin.h"
#include "loadgen/analysis/shares.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/plan/rounds.h"

namespace loadgen {
namespace {

/// The judged part of both turns of a round.
struct Round {
  Piece base, head;
};

Piece piece_of(const Run& run, const Selection& selection, const Turn& turn) {
  const Pool pool = pool_of(run.recording, selection, turn.judged, turn.to);
  return {turn.judged, turn.to, pool.tally, pool[Measure::response_ok].sparse()};
}

/// The rounds that were run to their end.
std::vector<Round> rounds_of(const Measured& measured, const std::vector<Turn>& turns,
                             std::uint16_t workload, std::uint16_t base) {
  std::vector<Round> rounds;
  for (std::size_t i = 0; i + 1 < turns.size(); i += 2) {
    if (turns[i + 1].to > measured.to) break;
    Round& round = rounds.emplace_back();
    for (const Turn& turn : {turns[i], turns[i + 1]}) {
      (turn.group == base ? round.base : round.head) =
          piece_of(*measured.run, {turn.group, workload}, turn);
    }
  }
  return rounds;
}

/// What one turn came to in a metric.
class TurnFigure {
 public:
  /// worth: of the group's tickets, independent ones per ticket.
  TurnFigure(const Compared& metric, std::optional<Duration> limit, double worth)
      : metric_(metric), limit_(limit), worth_(worth) {}

  ComparableMetric operator()(const Piece& turn) const {
    ComparableMetric figure;
    figure.name = metric_.name;
    if (is_throughput(metric_.name)) {
      figure.n = turn.tally.ok();
      figure.value = static_cast<double>(figure.n) / (turn.to - turn.from);
      return figure;
    }
    const auto due = static_cast<double>(settled(turn.tally));
    if (due == 0) {
      figure.why_not = "a turn without any request";
      return figure;
    }
    if (metric_.kind == Compared::Kind::quantile) {
      quantile(turn, due, figure);
    } else {
      share(turn, figure);
    }
    return figure;
  }

 private:
  void quantile(const Piece& turn, double due, ComparableMetric& figure) const {
    figure.n = turn.histogram.total;
    if (static_cast<double>(turn.not_ok()) >= (1 - metric_.q - 1e-9) * due) {
      figure.why_not = "not reached in a turn: failures are as frequent as the quantile's tail";
      return;
    }
    const auto ln_us = quantile_in(turn, {.q = metric_.q});
    if (ln_us) figure.value = std::exp(*ln_us) / 1e6;
  }

  void share(const Piece& turn, ComparableMetric& figure) const {
    const bool good = metric_.kind == Compared::Kind::goodput;
    const Counted counted = good ? poor_counted(*limit_) : errors_counted();
    figure.n = settled(turn.tally);
    figure.effective_n = static_cast<double>(figure.n) * worth_;
    const double share = static_cast<double>(counted.events(turn)) / static_cast<double>(figure.n);
    figure.value = good ? 1 - share : share;
  }

  const Compared& metric_;
  std::optional<Duration> limit_;
  double worth_;
};

/// A workload's rounds, and what its rows are made from.
class Bench {
 public:
  Bench(const Measured& measured, std::size_t workload)
      : measured_(measured),
        scenario_(measured.scenario()),
        workload_(static_cast<std::uint16_t>(workload)),
        base_(measured.at(scenario_.group_index(scenario_.control()->name), workload)),
        head_(measured.at(scenario_.group_index(scenario_.experimental()->name), workload)),
        rounds_(rounds_of(measured, Rounds(scenario_).turns(), workload_, base_.group)) {}

  std::vector<ComparisonRow> rows() const {
    std::vector<Compared> metrics = compared_metrics();
    const Workload& plan = scenario_.workloads[workload_];
    if (plan.closed_loop()) {
      const bool pgbench = plan.kind == WorkloadKind::pgbench;
      metrics.push_back({pgbench ? "tps" : "ok_rate", Compared::Kind::quantile, 0, nullptr, true});
    }
    std::vector<ComparisonRow> rows;
    std::vector<AgainstMargin> family;
    std::vector<std::size_t> judged;
    for (const Compared& metric : metrics) {
      if (metric.kind == Compared::Kind::goodput && !base_.latency_limit) continue;
      ComparisonRow row;
      row.workload = plan.name;
      row.phase = label_of(PhaseName::before, measured_.run->header);
      row.metric = metric.name;
      const auto effect = fill(metric, row);
      if (row.verdict.empty()) {
        judged.push_back(rows.size());
        family.push_back(run_margin(metric.name, margin_of(metric)));
        if (row.note.empty()) family.back().effect = effect;
      }
      rows.push_back(std::move(row));
    }
    const std::vector<MarginVerdict> verdicts = by_margins(family);
    for (std::size_t i = 0; i < judged.size(); ++i) {
      ComparisonRow& row = rows[judged[i]];
      row.verdict = verdicts[i].verdict;
      if (row.note.empty() && row.verdict == "INCONCLUSIVE") {
        row.note = more_runs_would_decide(family[i], rounds_.size(), "rounds");
      }
    }
    return rows;
  }

 private:
  double margin_of(const Compared& metric) const {
    return metric.margin == nullptr ? kThroughputMargin
                                    : scenario_.steady_state.margins.*metric.margin;
  }

  std::string not_judged(const Compared& metric) const {
    if (!metric.primary) return "not a primary metric";
    if (scenario_.steady_state.margins.none) {
      return "margins = \"none\": only declared checks decide";
    }
    const std::string id =
        decided_by(scenario_, {metric.name, scenario_.workloads[workload_].name,
                               scenario_.groups[head_.group].name, PhaseName::before});
    return id.empty() ? "" : "the declared check " + id + " decides";
  }

  /// Independent tickets per ticket of one group, over all of its turns.
  double worth(const MeasuredWorkload& group, const Compared& metric) const {
    const MeasuredPhase* before = group.phase(PhaseName::before);
    if (before == nullptr || metric.kind == Compared::Kind::quantile) return 1;
    const Counted counted = metric.kind == Compared::Kind::goodput
                                ? poor_counted(*group.latency_limit)
                                : errors_counted();
    const Side side = measured_.side(group, *before);
    const ShareCount count = count_in(side, counted);
    return count.n == 0 ? 1 : effective_tickets(side, counted) / static_cast<double>(count.n);
  }

  /// The row's figures; its note says why they may not decide.
  std::optional<Effect> fill(const Compared& metric, ComparisonRow& row) const {
    const TurnFigure of_base(metric, base_.latency_limit, worth(base_, metric));
    const TurnFigure of_head(metric, head_.latency_limit, worth(head_, metric));
    std::vector<ComparableMetric> base, head;
    RunsOfMetric runs{metric.name, {}, {}};
    double seconds = 0;
    for (const Round& round : rounds_) {
      base.push_back(of_base(round.base));
      head.push_back(of_head(round.head));
      seconds += round.base.to - round.base.from;
    }
    for (const ComparableMetric& each : base) runs.base.push_back(&each);
    for (const ComparableMetric& each : head) runs.head.push_back(&each);
    const RunEffect found = effect_between(runs, Design::paired, false);
    row.control = found.base;
    row.experimental = found.head;
    const bool enough = rounds_.size() >= kLeastRounds;
    row.note = !enough ? std::to_string(rounds_.size()) + " rounds were run to their end, " +
                             std::to_string(kLeastRounds) + " are needed"
               : !found.why_not.empty() ? found.why_not
                                        : too_few(runs, seconds, seconds);
    if (const std::string why = not_judged(metric); !why.empty()) {
      row.verdict = "not judged";
      row.note = why;
    }
    if (!found.effect || !enough || found.design != Design::paired) return std::nullopt;
    show(*found.effect, row);
    for (std::size_t i = 0; i < rounds_.size(); ++i) {
      const double change = change_of(metric.name, to_scale(metric.name, *head[i].value) -
                                                       to_scale(metric.name, *base[i].value));
      row.rounds.push_back(is_share(metric.name) ? change : 1 + change);
    }
    return found.effect;
  }

  /// Differences of shares, ratios of all else.
  static void show(const Effect& effect, ComparisonRow& row) {
    const double change = change_of(row.metric, effect.estimate.value);
    const double a = change_of(row.metric, effect.interval.low);
    const double b = change_of(row.metric, effect.interval.high);
    const double one = is_share(row.metric) ? 0 : 1;
    (is_share(row.metric) ? row.difference : row.ratio) = one + change;
    row.interval = {one + std::min(a, b), one + std::max(a, b)};
  }

  const Measured& measured_;
  const Scenario& scenario_;
  std::uint16_t workload_;
  const MeasuredWorkload &base_, &head_;
  std::vector<Round> rounds_;
};

}  // namespace

std::vector<ComparisonRow> compare_rounds(const Measured& measured) {
  std::vector<ComparisonRow> rows;
  for (std::size_t w = 0; w < measured.scenario().workloads.size(); ++w) {
    if (measured.scenario().workloads[w].probe != Probe::none) continue;
    for (ComparisonRow& row : Bench(measured, w).rows()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace loadgen
