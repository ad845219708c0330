#include "loadgen/cluster/exporter.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>
#include <limits>
#include <utility>

#include "loadgen/cluster/channel_socket.h"
#include "loadgen/core/error.h"

namespace loadgen {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double kInfinite = std::numeric_limits<double>::infinity();

double seconds_of(std::uint64_t us) { return static_cast<double>(us) / 1e6; }

ClientMetric labelled(const RunningTotals::Row& row) {
  ClientMetric metric;
  metric.label = {{"group", row.group}, {"workload", row.workload}};
  return metric;
}

/// `infinite` further values are infinitely slow; a sum with one of them in it is so, too.
ClientMetric::Histogram histogram_of(const WideBuckets& values, std::uint64_t infinite) {
  ClientMetric::Histogram histogram;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    so_far += values.counts[i];
    const auto bound = static_cast<std::uint64_t>(WideBuckets::kBoundsUs[i]);
    histogram.bucket.push_back({so_far, seconds_of(bound)});
  }
  histogram.bucket.push_back({values.total + infinite, kInfinite});
  histogram.sample_count = values.total + infinite;
  histogram.sample_sum = infinite > 0 ? kInfinite : seconds_of(values.sum_us);
  return histogram;
}

/// One family, with a sample of each row.
template <class Fill>
MetricFamily family(std::string name, std::string help, MetricType type,
                    const RunningTotals::State& state, const Fill& fill) {
  MetricFamily made{std::move(name), std::move(help), type, {}};
  for (const RunningTotals::Row& row : state.rows) fill(row, made.metric);
  return made;
}

void add_outcomes(const RunningTotals::Row& row, std::vector<ClientMetric>& to) {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (of_postgres(outcome) && !row.of_postgres) continue;
    const OutcomeKind kind = kind_of(outcome);
    const bool has_class =
        kind == OutcomeKind::failed || kind == OutcomeKind::not_sent || kind == OutcomeKind::blind;
    ClientMetric& metric = to.emplace_back(labelled(row));
    metric.label.push_back({"outcome", std::string(name_of(kind))});
    metric.label.push_back({"class", has_class ? std::string(name_of(outcome)) : ""});
    metric.counter.value = static_cast<double>(row.ended[i]);
  }
}

/// Everything but blind tickets, which are in no percentile.
std::uint64_t not_ok(const RunningTotals::Row& row) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kOutcomes; ++i) sum += row.ended[i];
  return sum - row.ended[static_cast<std::size_t>(Outcome::ok)] -
         count_of(row.ended, OutcomeKind::blind);
}

MetricFamily phases(const RunningTotals::State& state) {
  MetricFamily made{
      "loadgen_phase", "1 for the phase that the run is in, else 0.", MetricType::Gauge, {}};
  for (const char* name : {"warmup", "before", "during", "after"}) {
    ClientMetric& metric = made.metric.emplace_back();
    metric.label = {{"phase", name}};
    metric.gauge.value = state.phase == name ? 1 : 0;
  }
  return made;
}

/// Threads made while it lives take no signals: these are the conductor's.
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, &before_);
  }
  ~WithoutSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;

 private:
  sigset_t before_{};
};

/// What that address is in numbers; port 0 stays. The library that serves says of an address that
/// it can't have only that it can't.
std::string usable(const std::string& address, const std::string& named) {
  const auto [host, port] = host_and_port(address, named);
  boost::asio::io_context io;
  const auto found = listen_on(io.get_executor(), host, port, named).local_endpoint();
  const std::string number = found.address().to_string();
  return (found.address().is_v6() ? "[" + number + "]" : number) + ":" + std::to_string(port);
}

}  // namespace

class Exporter::Figures : public prometheus::Collectable {
 public:
  explicit Figures(std::shared_ptr<const RunningTotals> totals) : totals_(std::move(totals)) {}

  std::vector<MetricFamily> Collect() const override {
    using Row = RunningTotals::Row;
    using Metrics = std::vector<ClientMetric>;
    const RunningTotals::State state = totals_->state();
    std::vector<MetricFamily> all;
    all.push_back(family("loadgen_tickets_scheduled_total", "Tickets that fell due.",
                         MetricType::Counter, state, [](const Row& row, Metrics& to) {
                           to.emplace_back(labelled(row)).counter.value =
                               static_cast<double>(row.scheduled);
                         }));
    all.push_back(family("loadgen_tickets_total",
                         "Tickets that ended, by how they did; blind: the instrument lost them.",
                         MetricType::Counter, state, add_outcomes));
    all.push_back(family("loadgen_achieved_ratio",
                         "Share of the tickets due in the last ten seconds that the target was "
                         "ready to take and the instrument in time to send.",
                         MetricType::Gauge, state, [](const Row& row, Metrics& to) {
                           if (row.achieved)
                             to.emplace_back(labelled(row)).gauge.value = *row.achieved;
                         }));
    all.push_back(family("loadgen_tickets_in_flight", "Tickets due and not ended.",
                         MetricType::Gauge, state, [](const Row& row, Metrics& to) {
                           to.emplace_back(labelled(row)).gauge.value =
                               static_cast<double>(row.in_flight);
                         }));
    all.push_back(family("loadgen_response_time_seconds",
                         "From intended to done; what did not end ok is infinitely slow.",
                         MetricType::Histogram, state, [](const Row& row, Metrics& to) {
                           to.emplace_back(labelled(row)).histogram =
                               histogram_of(row.response_ok, not_ok(row));
                         }));
    all.push_back(family(
        "loadgen_ok_response_time_seconds", "From intended to done, of those that ended ok only.",
        MetricType::Histogram, state, [](const Row& row, Metrics& to) {
          to.emplace_back(labelled(row)).histogram = histogram_of(row.response_ok, 0);
        }));
    all.push_back(family("loadgen_send_lag_seconds",
                         "From intended to taken up: the instrument's own lateness.",
                         MetricType::Histogram, state, [](const Row& row, Metrics& to) {
                           to.emplace_back(labelled(row)).histogram = histogram_of(row.send_lag, 0);
                         }));
    all.push_back(phases(state));
    return all;
  }

 private:
  std::shared_ptr<const RunningTotals> totals_;
};

struct Exporter::Server {
  std::shared_ptr<Figures> figures;  // the exposer looks at it through a weak pointer
  prometheus::Exposer exposer;
};

Exporter::Exporter(const std::string& address, const std::string& named,
                   std::shared_ptr<const RunningTotals> totals) {
  const std::string at = usable(address, named);
  const WithoutSignals without_signals;
  try {
    // Who asks slowly keeps one of two threads busy for as long, and no other.
    server_.reset(
        new Server{std::make_shared<Figures>(std::move(totals)),
                   prometheus::Exposer(std::vector<std::string>{
                       "listening_ports", at, "num_threads", "2", "request_timeout_ms", "5000"})});
  } catch (const std::exception& refused) {
    throw UserError(named + ": can't listen on " + address + ": " + refused.what());
  }
  server_->exposer.RegisterCollectable(server_->figures);
  url_ = "http://" + at.substr(0, at.rfind(':') + 1) +
         std::to_string(server_->exposer.GetListeningPorts().at(0)) + "/metrics";
}

Exporter::~Exporter() = default;

}  // namespace loadgen
