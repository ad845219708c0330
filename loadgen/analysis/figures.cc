#include "loadgen/analysis/figures.h"

namespace loadgen {

PhaseFigures figures_of(const Pool& pool, const FiguresOf& of) {
  const Tally& tally = pool.tally;
  PhaseFigures figures;
  figures.from = std::chrono::seconds{of.from};
  figures.to = std::chrono::seconds{of.to};
  figures.tally = tally;
  figures.tally.in_flight = 0;

  const std::uint64_t judged = settled(tally);
  const std::uint64_t not_ok = judged - tally.ok();
  const double seconds = of.turns ? to_seconds(*of.turns) : of.to > of.from ? of.to - of.from : 0;
  if (seconds > 0) figures.ok_per_s = static_cast<double>(tally.ok()) / seconds;
  if (!of.closed_loop) {
    if (seconds > 0) figures.offered_per_s = static_cast<double>(tally.scheduled) / seconds;
    const std::uint64_t not_sent = count_of(tally.ended, OutcomeKind::not_sent);
    figures.achieved_rate = share_of(tally.planned() - not_sent, tally.scheduled);
  }
  figures.error_rate = share_of(not_ok, judged);
  const Histogram& ok = pool[Measure::response_ok];
  if (of.latency_limit) {
    figures.goodput = share_of(ok.count_at_most(whole_us(*of.latency_limit)), judged);
  }

  figures.response = quantiles_of(ok, not_ok);
  figures.ok_response = quantiles_of(ok);
  figures.service = quantiles_of(pool[Measure::service]);
  figures.wait = quantiles_of(pool[Measure::wait]);
  figures.send_lag = quantiles_of(pool[Measure::send_lag]);
  figures.unfinished_age = quantiles_of(pool[Measure::unfinished_age]);
  for (const Measure stage :
       {Measure::resolve, Measure::connect, Measure::tls, Measure::authenticate, Measure::role,
        Measure::first_byte, Measure::whole}) {
    if (!pool[stage].empty()) {
      figures.stages[std::string(name_of(stage))] = quantiles_of(pool[stage]);
    }
  }
  return figures;
}

Quantiles quantiles_of(const Histogram& histogram, std::uint64_t infinite) {
  Quantiles q;
  q.has_data = histogram.total() + infinite > 0;
  if (!q.has_data) return q;
  q.p50 = histogram.quantile_us(0.50, infinite);
  q.p75 = histogram.quantile_us(0.75, infinite);
  q.p90 = histogram.quantile_us(0.90, infinite);
  q.p95 = histogram.quantile_us(0.95, infinite);
  q.p99 = histogram.quantile_us(0.99, infinite);
  q.p999 = histogram.quantile_us(0.999, infinite);
  q.p9999 = histogram.quantile_us(0.9999, infinite);
  if (infinite == 0) {
    q.max = histogram.max_us();
    q.mean = histogram.mean_us();
  }
  return q;
}

std::optional<double> share_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace loadgen
