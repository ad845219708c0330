#include "pgbench_mode/initialise.h"

#include <cstdio>
#include <ostream>
#include <string>

#include "pgbench_mode/account_copy.h"
#include "pgbench_mode/message.h"
#include "pgbench_mode/statements.h"

namespace loadgen::pgbench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kPurpose = "could not create connection for initialization";

/// One run of `-i`: the connection for COPY, and the other one for everything else, each step
/// committed before the next begins.
class Initialisation {
 public:
  Initialisation(Login& login, const InitialiseRun& run, std::ostream& err, bool on_terminal)
      : run_(run),
        err_(err),
        on_terminal_(on_terminal),
        copying_(open_connection(login, run.connect, kPurpose)),
        statements_(connect_again()) {}

  void step(char step) {
    err_ << announcement_of(step) << '\n';
    if (step == 'g') {
      generate_by_copy(copying_.get(), run_, err_, on_terminal_);
      return;
    }
    const auto statements = statements_of(step, run_.options);
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (step == 't' && i == kTables)
        err_ << "creating " << run_.options.partitions << " partitions...\n";
      execute(statements[i]);
    }
  }

 private:
  Statements connect_again() {
    try {
      return Statements(conninfo_of(copying_.get()),
                        std::chrono::ceil<std::chrono::seconds>(run_.connect.limit),
                        [this](const std::string& text) { err_ << text; });
    } catch (const StatementError& failure) {
      throw Fatal({{"error: ", failure.what()}, {"error: ", kPurpose}});
    }
  }

  void execute(const std::string& sql) {
    const auto& limits = run_.limits;
    try {
      statements_.run(sql, limits.statement + limits.statement_per_scale * run_.options.scale);
    } catch (const StatementError& failure) {
      throw fatal(
          {.error = std::string("query failed: ") + failure.what(), .detail = "Query was: " + sql});
    }
  }

  const InitialiseRun& run_;
  std::ostream& err_;
  bool on_terminal_;
  PgconnHandle copying_;
  Statements statements_;
};

std::string seconds(double s) {
  char text[40];
  std::snprintf(text, sizeof text, "%.2f s", s);
  return text;
}

}  // namespace

void initialise(Login& login, const InitialiseRun& run, std::ostream& err, bool on_terminal) {
  Initialisation initialisation(login, run, err, on_terminal);
  std::string took;
  double total_s = 0;
  for (const char step : run.options.steps) {
    if (name_of_step(step).empty()) continue;
    const Clock::time_point begun = Clock::now();
    initialisation.step(step);
    const double step_s = std::chrono::duration<double>(Clock::now() - begun).count();
    total_s += step_s;
    if (!took.empty()) took += ", ";
    took.append(name_of_step(step)).append(" ").append(seconds(step_s));
  }
  err << "done in " << seconds(total_s) << " (" << took << ").\n";
}

}  // namespace loadgen::pgbench
