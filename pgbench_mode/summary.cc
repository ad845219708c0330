#include "pgbench_mode/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace loadgen::pgbench {

namespace {

/// "%*.*f", but with the words that PostgreSQL's own printf has for what is no number.
std::string decimal(double value, int digits, int width = 0) {
  char text[400];
  if (std::isnan(value))
    std::snprintf(text, sizeof text, "%*s", width, "NaN");
  else if (std::isinf(value))
    std::snprintf(text, sizeof text, "%*s", width, value < 0 ? "-Infinity" : "Infinity");
  else
    std::snprintf(text, sizeof text, "%*.*f", width, digits, value);
  return text;
}

/// "12 (3.400%)".
std::string share(std::int64_t part, std::int64_t whole) {
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return std::to_string(part) + " (" + decimal(percent, 3) + "%)";
}

std::string milliseconds(double us) { return decimal(0.001 * us, 3); }

double average_us(const TimeSums& times) { return times.sum_us / static_cast<double>(times.count); }

double deviation_us(const TimeSums& times) {
  const double mean_us = average_us(times);
  return std::sqrt(times.squares_us2 / static_cast<double>(times.count) - mean_us * mean_us);
}

class Summary {
 public:
  Summary(std::ostream& out, const SummaryFigures& figures)
      : out_(out), run_(figures), total_(figures.total), several_(figures.scripts.size() > 1) {}

  void print() const {
    print_parameters();
    print_failures("", total_);
    if (total_.ok + total_.skipped <= 0) return;  // the rest would make no sense
    print_limits();
    print_latency();
    print_connecting();
    for (std::size_t i = 0; i < run_.scripts.size(); ++i) {
      if (several_) print_script(i);
      if (run_.report_per_command) print_commands(run_.scripts[i]);
    }
  }

 private:
  void print_parameters() const {
    out_ << "transaction type: " << (several_ ? "multiple scripts" : run_.scripts.at(0).name)
         << '\n'
         << "scaling factor: " << run_.scale << '\n';
    if (run_.partition_method != PartitionMethod::none)
      out_ << "partition method: " << name_of(run_.partition_method) << '\n'
           << "partitions: " << run_.partitions << '\n';
    out_ << "query mode: " << name_of(run_.query_mode) << '\n'
         << "number of clients: " << run_.clients << '\n'
         << "number of threads: " << run_.threads << '\n';
    if (run_.max_tries != 0) out_ << "maximum number of tries: " << run_.max_tries << '\n';
    if (run_.duration_s > 0)
      out_ << "duration: " << run_.duration_s << " s\n"
           << "number of transactions actually processed: " << total_.ok << '\n';
    else
      out_ << "number of transactions per client: " << run_.transactions << '\n'
           << "number of transactions actually processed: " << total_.ok << '/'
           << std::int64_t{run_.transactions} * run_.clients << '\n';
  }

  void print_failures(const char* indent, const Tally& tally) const {
    const std::int64_t all = tally.all();
    const auto line = [&](const char* what, std::int64_t count) {
      out_ << indent << "number of " << what << ": " << share(count, all) << '\n';
    };
    line("failed transactions", tally.failed());
    if (run_.failures_detailed) {
      line("serialization failures", tally.serialization_failures);
      line("deadlock failures", tally.deadlock_failures);
      if (tally.other_failures > 0) line("other failures", tally.other_failures);
    }
    if (run_.max_tries == 1) return;
    line("transactions retried", tally.retried);
    out_ << indent << "total number of retries: " << tally.retries << '\n';
  }

  void print_limits() const {
    if (run_.latency_limit_us <= 0) return;
    if (run_.throttled)
      out_ << "number of transactions skipped: " << share(total_.skipped, total_.all()) << '\n';
    const double percent = total_.ok > 0 ? 100.0 * static_cast<double>(run_.above_limit) /
                                               static_cast<double>(total_.ok)
                                         : 0.0;
    out_ << "number of transactions above the "
         << decimal(static_cast<double>(run_.latency_limit_us) / 1000.0, 1)
         << " ms latency limit: " << run_.above_limit << '/' << total_.ok << " ("
         << decimal(percent, 3) << "%)\n";
  }

  void print_latency() const {
    if (run_.throttled || run_.progress || run_.latency_limit_us > 0) {
      print_times("latency", total_.latency);
    } else {
      // Nothing was measured: pgbench divides clients by transactions per second.
      const double average =
          static_cast<double>(run_.run_us) * run_.clients / static_cast<double>(total_.all());
      out_ << "latency average = " << milliseconds(average) << " ms"
           << (total_.failed() > 0 ? " (including failures)" : "") << '\n';
    }
    if (run_.throttled)
      out_ << "rate limit schedule lag: avg "
           << milliseconds(total_.lag.sum_us / static_cast<double>(total_.ok)) << " (max "
           << milliseconds(total_.lag.longest_us) << ") ms\n";
  }

  void print_connecting() const {
    const std::string tps = decimal(per_second(total_.ok), 6);
    if (run_.connect_per_transaction)
      out_ << "average connection time = "
           << milliseconds(static_cast<double>(run_.connecting_us) /
                           static_cast<double>(total_.ok + total_.failed()))
           << " ms\n"
           << "tps = " << tps << " (including reconnection times)\n";
    else
      out_ << "initial connection time = " << milliseconds(static_cast<double>(run_.connecting_us))
           << " ms\n"
           << "tps = " << tps << " (without initial connection time)\n";
  }

  void print_script(std::size_t i) const {
    const ScriptFigures& script = run_.scripts[i];
    const Tally& tally = script.tally;
    double weights = 0;
    for (const ScriptFigures& one : run_.scripts) weights += one.weight;
    const double of_all = 100.0 * static_cast<double>(tally.ok) / static_cast<double>(total_.ok);
    out_ << "SQL script " << i + 1 << ": " << script.name << '\n'
         << " - weight: " << script.weight << " (targets "
         << decimal(100.0 * script.weight / weights, 1) << "% of total)\n"
         << " - " << tally.ok << " transactions (" << decimal(of_all, 1)
         << "% of total, tps = " << decimal(per_second(tally.ok), 6) << ")\n";
    print_failures(" - ", tally);
    if (run_.throttled && run_.latency_limit_us > 0 && tally.all() > 0)
      out_ << " - number of transactions skipped: " << share(tally.skipped, tally.all()) << '\n';
    print_times(" - latency", tally.latency);
  }

  void print_commands(const ScriptFigures& script) const {
    const bool tries = run_.max_tries != 1;
    out_ << (several_ ? " - " : "") << "statement latencies in milliseconds"
         << (tries ? ", failures and retries" : " and failures") << ":\n";
    for (const CommandFigures& command : script.commands) {
      const double average = command.latency.count > 0 ? average_us(command.latency) : 0.0;
      char counts[64];
      if (tries)
        std::snprintf(counts, sizeof counts, "%10lld  %10lld",
                      static_cast<long long>(command.failures),
                      static_cast<long long>(command.retries));
      else
        std::snprintf(counts, sizeof counts, "%10lld", static_cast<long long>(command.failures));
      out_ << "   " << decimal(0.001 * average, 3, 11) << "  " << counts << "  "
           << command.first_line << '\n';
    }
  }

  void print_times(const char* what, const TimeSums& times) const {
    if (times.count <= 0) return;
    out_ << what << " average = " << milliseconds(average_us(times)) << " ms\n"
         << what << " stddev = " << milliseconds(deviation_us(times)) << " ms\n";
  }

  double per_second(std::int64_t count) const {
    return static_cast<double>(count) / (static_cast<double>(run_.run_us) / 1e6);
  }

  std::ostream& out_;
  const SummaryFigures& run_;
  const Tally& total_;
  bool several_;
};

}  // namespace

void TimeSums::add(double us) {
  ++count;
  sum_us += us;
  squares_us2 += us * us;
  longest_us = std::max(longest_us, us);
}

TimeSums& TimeSums::operator+=(const TimeSums& other) {
  count += other.count;
  sum_us += other.sum_us;
  squares_us2 += other.squares_us2;
  longest_us = std::max(longest_us, other.longest_us);
  return *this;
}

Tally& Tally::operator+=(const Tally& other) {
  ok += other.ok;
  skipped += other.skipped;
  serialization_failures += other.serialization_failures;
  deadlock_failures += other.deadlock_failures;
  other_failures += other.other_failures;
  retried += other.retried;
  retries += other.retries;
  latency += other.latency;
  lag += other.lag;
  return *this;
}

SummaryFigures summary_of(const Invocation& invocation) {
  SummaryFigures figures;
  figures.scale = invocation.scale;
  figures.query_mode = invocation.query_mode;
  figures.clients = invocation.clients;
  figures.threads = invocation.threads;
  figures.max_tries = invocation.max_tries;
  figures.transactions = invocation.transactions;
  figures.duration_s = invocation.duration_s;
  figures.throttled = invocation.rate_per_s.has_value();
  figures.latency_limit_us = invocation.latency_limit_us;
  figures.progress = invocation.progress_s > 0;
  figures.connect_per_transaction = invocation.connect_per_transaction;
  figures.failures_detailed = invocation.failures_detailed;
  figures.report_per_command = invocation.report_per_command;
  for (const Script& script : invocation.scripts) {
    ScriptFigures one;
    one.name = script.name;
    one.weight = script.weight;
    for (const Command& command : script.commands) {
      CommandFigures line;
      line.first_line = command.first_line;
      one.commands.push_back(std::move(line));
    }
    figures.scripts.push_back(std::move(one));
  }
  return figures;
}

void print_summary(std::ostream& out, const SummaryFigures& figures) {
  Summary(out, figures).print();
}

void print_progress(std::ostream& err, const ProgressFigures& figures,
                    const Invocation& invocation) {
  const Tally &now = figures.now, &before = figures.before;
  const std::int64_t ok = now.ok - before.ok;
  double latency_ms = 0, deviation_ms = 0, lag_ms = 0;
  if (ok > 0) {
    const auto count = static_cast<double>(ok);
    latency_ms = 0.001 * (now.latency.sum_us - before.latency.sum_us) / count;
    const double squares_us2 = (now.latency.squares_us2 - before.latency.squares_us2) / count;
    deviation_ms = 0.001 * std::sqrt(squares_us2 - 1e6 * latency_ms * latency_ms);
    lag_ms = 0.001 * (now.lag.sum_us - before.lag.sum_us) / count;
  }
  const double tps = 1e6 * static_cast<double>(ok) / static_cast<double>(figures.interval_us);
  // One write, so that lines of the server's notices don't get into it.
  std::string line = "progress: ";
  line += invocation.progress_timestamp
              ? decimal(static_cast<double>(figures.unix_us) / 1e6, 3)
              : decimal(static_cast<double>(figures.since_start_us) / 1e6, 1);
  line += " s, " + decimal(tps, 1) + " tps, lat " + decimal(latency_ms, 3) + " ms stddev " +
          decimal(deviation_ms, 3) + ", " + std::to_string(now.failed() - before.failed()) +
          " failed";
  if (invocation.rate_per_s) {
    line += ", lag " + decimal(lag_ms, 3) + " ms";
    if (invocation.latency_limit_us > 0)
      line += ", " + std::to_string(now.skipped - before.skipped) + " skipped";
  }
  if (invocation.max_tries != 1)
    line += ", " + std::to_string(now.retried - before.retried) + " retried, " +
            std::to_string(now.retries - before.retries) + " retries";
  err << line + "\n" << std::flush;
}

}  // namespace loadgen::pgbench
