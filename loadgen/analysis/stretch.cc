#include "loadgen/analysis/stretch.h"

#include <algorithm>
#include <cmath>

namespace loadgen {
namespace {

/// Second `i` of the series.
SecondFigures second_of(const Series& series, std::size_t i) {
  SecondFigures second;
  second.planned = series.planned[i];
  second.ok = second.good = std::min(series.ok[i], series.planned[i]);
  second.ended[static_cast<std::size_t>(Outcome::blind_late)] = series.blind[i];
  second.scheduled = series.planned[i] + series.blind[i];
  second.p50_us = series.p50_us[i];
  return second;
}

/// The seconds of the figures that the series has, as indices [from, to) into it.
std::pair<std::size_t, std::size_t> seconds_in(const Series& series, const PhaseFigures& figures) {
  const auto index = [&](RunOffset at) {
    const std::int64_t second = std::int64_t{run_second(at)} - series.start_s;
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(second, 0, static_cast<std::int64_t>(series.planned.size())));
  };
  const std::size_t from = index(figures.from);
  return {from, std::max(from, index(figures.to))};
}

void add_second(const SecondFigures& second, Tally& tally) {
  tally.scheduled += second.planned;
  tally.ended[static_cast<std::size_t>(Outcome::ok)] += second.ok;
  // Which way the others ended does not matter here.
  tally.ended[static_cast<std::size_t>(Outcome::unfinished)] += second.planned - second.ok;
}

}  // namespace

Stretch stretch_of(const WorkloadResult& workload, const std::string& phase,
                   const std::optional<Duration>& latency_limit, double cut_s) {
  Stretch stretch;
  stretch.pieces.resize(kPieces);
  const auto figures = std::find_if(workload.phases.begin(), workload.phases.end(),
                                    [&](const auto& each) { return each.first == phase; });
  if (figures == workload.phases.end()) return stretch;
  const auto [from, to] = seconds_in(workload.series, figures->second);
  const auto found = workload.response_tenths.find(phase);
  if (found == workload.response_tenths.end()) return stretch;
  const std::size_t length = to - from, tenths = std::min(found->second.size(), kPieces);
  std::size_t cut = 0;  // tenths
  while (cut < tenths && static_cast<double>(length * cut / tenths) < cut_s) ++cut;
  const std::size_t count = tenths - cut;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = length * (cut + i) / tenths, end = length * (cut + i + 1) / tenths;
    const std::size_t first = i * kPieces / count, next = (i + 1) * kPieces / count;
    Piece& piece = stretch.pieces[first];
    piece.from = static_cast<RunSecond>(begin);
    piece.to = static_cast<RunSecond>(end);
    piece.histogram = found->second[cut + i];
    const double good =
        !latency_limit || piece.histogram.empty()
            ? 1
            : static_cast<double>(
                  Histogram(piece.histogram).count_at_most(whole_us(*latency_limit))) /
                  static_cast<double>(piece.histogram.total);
    for (std::size_t s = begin; s < end; ++s) {
      SecondFigures second = second_of(workload.series, from + s);
      add_second(second, piece.tally);
      second.good = static_cast<std::uint64_t>(std::llround(static_cast<double>(second.ok) * good));
      stretch.seconds.push_back(second);
    }
    for (std::size_t j = first + 1; j < next; ++j) {
      stretch.pieces[j].from = stretch.pieces[j].to = piece.to;
    }
  }
  return stretch;
}

}  // namespace loadgen
