#include "loadgen/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iostream>

#include "loadgen/cli/outputs.h"

namespace loadgen {

namespace {

constexpr Duration kRedraw = std::chrono::milliseconds(250);
constexpr Duration kLineEvery = std::chrono::seconds(10);
constexpr RunSecond kSparkline = 30;

std::string wall_clock() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

ProgressMode resolve(ProgressMode mode) {
  if (mode != ProgressMode::automatic) return mode;
  return isatty(STDERR_FILENO) == 1 ? ProgressMode::tty : ProgressMode::plain;
}

}  // namespace

ProgressView progress_view(const Scenario& scenario, const Coordinator& coordinator,
                           RunSecond span) {
  ProgressView view;
  view.name = scenario.experiment.name;
  view.planned = scenario.phases.total();
  view.now = coordinator.started() ? coordinator.now() : RunOffset{0};
  view.phase = "opening connections";
  for (const Mark& mark : coordinator.marks()) {
    if (mark.kind == "phase") view.phase = mark.name;
    const bool of_fault = mark.kind == "requested" || mark.kind == "confirmed" ||
                          mark.kind == "reverted" || mark.kind == "recovered" ||
                          mark.kind == "not_injected" || mark.kind == "not_reverted" ||
                          mark.kind == "not_confirmed";
    if (of_fault) view.fault = mark.name + " " + mark.kind;
  }
  const LiveView& live = coordinator.live();
  view.workers = coordinator.header().workers;
  // Before the first part nobody is missed.
  view.heard = live.newest() < 0 ? view.workers : live.heard();
  if (view.heard == 0) return view;
  const RunSecond to = live.newest() + 1;
  const RunSecond from = std::max<RunSecond>(0, to - span);
  for (std::uint16_t w = 0; w < scenario.workloads.size(); ++w) {
    if (scenario.workloads[w].probe != Probe::none) continue;
    for (std::uint16_t g = 0; g < scenario.groups.size(); ++g) {
      const LiveView::Window window = live.window({g, w}, from, to);
      const double seconds = std::max<RunSecond>(1, window.seconds);
      ProgressRow row;
      row.workload = scenario.workloads[w].name;
      row.group = scenario.groups[g].name;
      row.offered_per_s = static_cast<double>(window.sum.planned()) / seconds;
      row.done_per_s = static_cast<double>(window.sum.ok) / seconds;
      const auto settled = static_cast<double>(window.sum.ok + window.bad());
      row.error_rate = settled > 0 ? static_cast<double>(window.bad()) / settled : 0;
      row.p50_us = window.response_ok.quantile_us(0.5, window.bad());
      row.p99_us = window.response_ok.quantile_us(0.99, window.bad());
      row.max_us = window.response_ok.quantile_us(1, window.bad());
      row.lag_p99_us = window.send_lag.quantile_us(0.99);
      row.in_flight = window.sum.in_flight;
      const auto& seconds_of = live.seconds({g, w});
      for (RunSecond s = std::max<RunSecond>(0, to - kSparkline); s < to; ++s) {
        const auto found = seconds_of.find(s);
        row.recent.push_back(found == seconds_of.end() ? 0 : static_cast<double>(found->second.ok));
      }
      view.rows.push_back(std::move(row));
    }
  }
  return view;
}

Progress::Progress(boost::asio::io_context& io, const Scenario& scenario, Coordinator& coordinator,
                   ProgressMode mode)
    : scenario_(scenario), coordinator_(coordinator), mode_(resolve(mode)), timer_(io) {
  colour_ = mode_ == ProgressMode::tty && colour_wanted(STDERR_FILENO);
  coordinator_.on_mark([this](const Mark& mark) { show(mark); });
  if (mode_ != ProgressMode::none) arm();
}

void Progress::arm() {
  timer_.expires_after(mode_ == ProgressMode::tty ? kRedraw : kLineEvery);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    // Stopped: also when this handler was on its way already, or the io_context would never end.
    if (cancelled || mode_ == ProgressMode::none) return;
    tick();
    arm();
  });
}

void Progress::stop() {
  if (mode_ == ProgressMode::tty) tick();
  timer_.cancel();
  coordinator_.on_mark(nullptr);
  mode_ = ProgressMode::none;
}

void Progress::show(const Mark& mark) {
  if (mode_ == ProgressMode::none || mode_ == ProgressMode::tty) return;
  std::cerr << event_line(mark, wall_clock(), mode_ == ProgressMode::json) << std::flush;
}

void Progress::tick() {
  if (mode_ == ProgressMode::none || !coordinator_.started()) return;
  const RunSecond span = mode_ == ProgressMode::tty ? 5 : 10;
  const ProgressView view = progress_view(scenario_, coordinator_, span);
  if (mode_ != ProgressMode::tty) {
    std::cerr << progress_lines(view, wall_clock(), mode_ == ProgressMode::json) << std::flush;
    return;
  }
  std::string screen;
  // Over the last one, not the whole terminal: what stood above stays readable.
  if (lines_on_screen_ > 0) screen = "\x1b[" + std::to_string(lines_on_screen_) + "A\x1b[J";
  const std::string drawn = progress_screen(view, colour_);
  lines_on_screen_ = static_cast<int>(std::count(drawn.begin(), drawn.end(), '\n'));
  std::cerr << screen + drawn << std::flush;
}

}  // namespace loadgen
