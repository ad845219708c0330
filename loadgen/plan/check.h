// Checks: the grammar of contract.md 5, parsed; evaluated by loadgen/analysis.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/core/error.h"
#include "loadgen/core/units.h"

namespace loadgen {

enum class Metric : std::uint8_t {
  p50,
  p75,
  p90,
  p95,
  p99,
  p999,
  max,
  mean,  // response time, failures infinite
  ok_p50,
  ok_p75,
  ok_p90,
  ok_p95,
  ok_p99,
  ok_p999,
  ok_max,
  ok_mean,
  service_p50,
  service_p75,
  service_p90,
  service_p95,
  service_p99,
  service_p999,
  service_max,
  service_mean,
  error_rate,
  goodput,
  achieved_rate,
  failed,  // fractions; failed("class")
  tps,
  ok_rate,  // per second
  time_to_detect,
  recovery_time,
  healed,  // healed("fault")
  longest_outage,
  total_outage,
  degraded_time,
  requests_lost,
  share,  // share("zone-a")
  acknowledged_writes_lost,
  in_doubt,
  duplicates,
  phantoms,
  write_outage,
  read_outage,
};

/// What the number is counted in, in base units: seconds, fraction (1 % = 0.01), per second, count.
enum class Unit : std::uint8_t { seconds, fraction, per_second, count };

enum class Comparator : std::uint8_t { less, less_equal, greater, greater_equal, equal, not_equal };

/// `metric op value`, `metric ratio op x`, `metric delta op value`, optionally `for 10s`.
struct Check {
  enum class Form : std::uint8_t { value, ratio, delta };
  std::string text;  // as written
  Metric metric = Metric::p99;
  std::string argument;  // of failed("…"), share("…"), healed("…")
  Form form = Form::value;
  Comparator op = Comparator::less;
  double bound = 0;  // in base units (a ratio is a plain number)
  std::optional<Duration> held_for;
  bool operator==(const Check&) const = default;
};

/// An expression that is no check; `column` counts bytes of the expression from 1.
class CheckError : public UserError {
 public:
  CheckError(const std::string& text, std::size_t column)
      : UserError("column " + std::to_string(column) + ": " + text), what_(text), column_(column) {}
  const std::string& what_alone() const { return what_; }  // without the column
  std::size_t column() const { return column_; }

 private:
  std::string what_;
  std::size_t column_;
};

/// Parses one expression. Throws CheckError with a sentence that says what was expected at which
/// column, and "did you mean". Units are checked against the metric. Pure.
Check parse_check(std::string_view text);

std::string_view name_of(Metric metric);
/// Of the ledger of acknowledged writes: known only after the run, and of the whole of it.
bool of_ledger(Metric metric);
Unit unit_of(Metric metric);
std::string_view name_of(Comparator op);  // "<", "<=", …
bool compare(double observed, Comparator op, double bound);

}  // namespace loadgen
