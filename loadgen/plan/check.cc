#include "loadgen/plan/check.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <vector>

#include "loadgen/core/assert.h"
#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

struct MetricName {
  std::string_view name;
  Unit unit;
  bool takes_argument = false;
};

/// In the order of Metric.
constexpr std::array<MetricName, 44> kMetrics{{
    {"p50", Unit::seconds},
    {"p75", Unit::seconds},
    {"p90", Unit::seconds},
    {"p95", Unit::seconds},
    {"p99", Unit::seconds},
    {"p999", Unit::seconds},
    {"max", Unit::seconds},
    {"mean", Unit::seconds},
    {"ok_p50", Unit::seconds},
    {"ok_p75", Unit::seconds},
    {"ok_p90", Unit::seconds},
    {"ok_p95", Unit::seconds},
    {"ok_p99", Unit::seconds},
    {"ok_p999", Unit::seconds},
    {"ok_max", Unit::seconds},
    {"ok_mean", Unit::seconds},
    {"service_p50", Unit::seconds},
    {"service_p75", Unit::seconds},
    {"service_p90", Unit::seconds},
    {"service_p95", Unit::seconds},
    {"service_p99", Unit::seconds},
    {"service_p999", Unit::seconds},
    {"service_max", Unit::seconds},
    {"service_mean", Unit::seconds},
    {"error_rate", Unit::fraction},
    {"goodput", Unit::fraction},
    {"achieved_rate", Unit::fraction},
    {"failed", Unit::fraction, true},
    {"tps", Unit::per_second},
    {"ok_rate", Unit::per_second},
    {"time_to_detect", Unit::seconds},
    {"recovery_time", Unit::seconds},
    {"healed", Unit::seconds, true},
    {"longest_outage", Unit::seconds},
    {"total_outage", Unit::seconds},
    {"degraded_time", Unit::seconds},
    {"requests_lost", Unit::count},
    {"share", Unit::fraction, true},
    {"acknowledged_writes_lost", Unit::count},
    {"in_doubt", Unit::count},
    {"duplicates", Unit::count},
    {"phantoms", Unit::count},
    {"write_outage", Unit::seconds},
    {"read_outage", Unit::seconds},
}};
static_assert(static_cast<std::size_t>(Metric::read_outage) + 1 == kMetrics.size());

const MetricName& entry(Metric metric) { return kMetrics[static_cast<std::size_t>(metric)]; }

/// On lines of their own: the sentence before them is complete.
constexpr std::string_view kKnownMetrics =
    "\n  p50 p75 p90 p95 p99 p999 max mean (also with ok_ or service_ in front), error_rate, "
    "goodput,"
    "\n  achieved_rate, failed(\"class\"), tps, ok_rate, time_to_detect, recovery_time, "
    "healed(\"fault\"),\n  longest_outage, total_outage, degraded_time, requests_lost, "
    "share(\"zone\"),\n  acknowledged_writes_lost, in_doubt, duplicates, phantoms (with audit), "
    "write_outage, read_outage (with probes)";

/// How a bound of this unit and form is written, for messages.
std::string_view example_of(Unit unit, Check::Form form) {
  if (form == Check::Form::ratio) return "a plain number, e.g. 1.15";
  switch (unit) {
    case Unit::seconds:
      return "a time, e.g. 250ms, 1.5s or 1m30s";
    case Unit::fraction:
      return form == Check::Form::delta ? "percentage points, e.g. 0.1pp" : "a percentage, e.g. 5%";
    case Unit::per_second:
      return "a rate per second, e.g. 300 or 300/s";
    case Unit::count:
      return "a plain number, e.g. 0";
  }
  return "";
}

/// What the suffix of a bound multiplies its number by; nothing when the suffix doesn't fit.
std::optional<double> factor_of(std::string_view suffix, Unit unit, Check::Form form) {
  if (form == Check::Form::ratio) return suffix.empty() ? std::optional(1.0) : std::nullopt;
  switch (unit) {
    case Unit::seconds: {
      // One unit only: the rest of "2m30s" must not be taken for one.
      if (suffix.find_first_of("0123456789") != std::string_view::npos) return std::nullopt;
      const std::optional<Duration> one = parse_duration("1" + std::string(suffix));
      return one ? std::optional(to_seconds(*one)) : std::nullopt;
    }
    case Unit::fraction:
      if (suffix == (form == Check::Form::delta ? "pp" : "%")) return 0.01;
      return std::nullopt;
    case Unit::per_second:
      return suffix.empty() || suffix == "/s" ? std::optional(1.0) : std::nullopt;
    case Unit::count:
      return suffix.empty() ? std::optional(1.0) : std::nullopt;
  }
  return std::nullopt;
}

/// Reads an expression from left to right; `at_` is the byte that comes next.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Check check() {
    Check made;
    made.text = text_.substr(std::min(text_.find_first_not_of(" \t"), text_.size()));
    read_metric(made);
    read_form(made);
    read_comparator(made);
    read_bound(made);
    read_held_for(made);
    skip_space();
    if (at_ < text_.size()) fail("nothing more was expected here, but found " + rest());
    return made;
  }

 private:
  void read_metric(Check& made) {
    skip_space();
    const std::size_t begin = at_;
    const std::string_view name = word();
    if (name.empty()) fail("expected a metric, e.g. p99 or error_rate" + found());
    const auto metric = std::find_if(kMetrics.begin(), kMetrics.end(),
                                     [&](const MetricName& m) { return m.name == name; });
    if (metric == kMetrics.end()) {
      std::vector<std::string_view> names;
      for (const MetricName& m : kMetrics) names.push_back(m.name);
      fail_at(begin, "unknown metric '" + std::string(name) + "'" + did_you_mean(name, names) +
                         std::string(kKnownMetrics));
    }
    made.metric = static_cast<Metric>(metric - kMetrics.begin());
    if (metric->takes_argument) {
      read_argument(made);
    } else if (peek() == '(') {
      fail("'" + std::string(name) + "' takes no argument");
    }
  }

  void read_argument(Check& made) {
    const std::string usage = std::string(entry(made.metric).name) + "(\"…\")";
    skip_space();
    if (peek() != '(') fail("expected an argument: " + usage + found());
    ++at_;
    skip_space();
    const char quote = peek();
    if (quote != '"' && quote != '\'') fail("expected a quoted argument: " + usage + found());
    const std::size_t begin = ++at_;
    const std::size_t end = text_.find(quote, begin);
    if (end == std::string_view::npos) fail("this quote is never closed: " + usage);
    made.argument = text_.substr(begin, end - begin);
    if (made.argument.empty()) fail("the argument is empty: " + usage);
    at_ = end + 1;
    skip_space();
    if (peek() != ')') fail("expected ) after the argument" + found());
    ++at_;
  }

  void read_form(Check& made) {
    skip_space();
    const std::size_t begin = at_;
    const std::string_view name = word();
    if (name.empty()) return;
    if (name == "ratio") {
      made.form = Check::Form::ratio;
    } else if (name == "delta") {
      made.form = Check::Form::delta;
    } else {
      fail_at(begin, "expected a comparison, or 'ratio' or 'delta' before it, but found '" +
                         std::string(name) + "'" + did_you_mean(name, {"ratio", "delta"}));
    }
  }

  void read_comparator(Check& made) {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view("<>=!~≤≥").find(text_[at_]) != text_.npos) ++at_;
    const std::string_view op = text_.substr(begin, at_ - begin);
    for (const Comparator c :
         {Comparator::less, Comparator::less_equal, Comparator::greater, Comparator::greater_equal,
          Comparator::equal, Comparator::not_equal}) {
      if (op == name_of(c)) {
        made.op = c;
        return;
      }
    }
    std::string hint;
    if (op == "==") hint = "; did you mean '='?";
    if (op == "=<" || op == "≤") hint = "; did you mean '<='?";
    if (op == "=>" || op == "≥") hint = "; did you mean '>='?";
    at_ = begin;
    fail("expected a comparison: < <= > >= = !=" + found() + hint);
  }

  void read_bound(Check& made) {
    skip_space();
    const std::size_t begin = at_;
    const Unit unit = unit_of(made.metric);
    const std::string example(example_of(unit, made.form));
    const auto wrong = [&] {
      at_ = begin;
      const std::string what =
          std::string(entry(made.metric).name) + (made.form == Check::Form::ratio   ? " ratio"
                                                  : made.form == Check::Form::delta ? " delta"
                                                                                    : "");
      std::string hint;
      const std::string_view end = rest_of(begin);
      const bool percent = !end.empty() && end.back() == '%';
      if (percent && made.form == Check::Form::ratio) hint = "; 115% is written 1.15";
      if (percent && made.form == Check::Form::delta && unit == Unit::fraction) {
        hint = "; pp are points, so that 1% and 0.1pp more is 1.1%";
      }
      fail("'" + what + "' takes " + example + found() + hint);
    };
    const std::string_view written = rest_of(begin);
    double number = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(),
                                              number, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(number)) wrong();
    const auto digits = static_cast<std::size_t>(end - written.data());
    const std::string_view suffix = written.substr(digits);
    at_ = begin + written.size();
    const std::optional<double> factor = factor_of(suffix, unit, made.form);
    const std::optional<Duration> time = parse_duration(written);
    if (time && unit == Unit::seconds && made.form != Check::Form::ratio) {
      made.bound = to_seconds(*time);  // also 1m30s
    } else if (factor) {
      made.bound = number * *factor;
    } else if (number == 0 && suffix.empty()) {
      made.bound = 0;  // nothing is nothing in every unit
    } else {
      wrong();
    }
    check_range(made, begin);
  }

  void check_range(const Check& made, std::size_t begin) {
    const bool fraction = unit_of(made.metric) == Unit::fraction;
    if (made.form == Check::Form::value && fraction && made.bound > 1) {
      fail_at(begin, "a share of all is never above 100%");
    }
    if (made.form != Check::Form::delta && made.bound < 0) {
      fail_at(begin, "this is never below 0");
    }
    if (made.form == Check::Form::ratio && made.bound == 0) {
      fail_at(begin, "a ratio is above 0: 1 means unchanged");
    }
  }

  void read_held_for(Check& made) {
    skip_space();
    const std::size_t begin = at_;
    const std::string_view name = word();
    if (name.empty()) return;
    if (name != "for") {
      fail_at(begin,
              "expected the end, or 'for' and a time, but found '" + std::string(name) + "'");
    }
    skip_space();
    const std::optional<Duration> length = parse_duration(rest_of(at_));
    if (!length || length->count() <= 0 || *length % std::chrono::seconds(1) != Duration::zero()) {
      fail("'for' takes whole seconds, e.g. 10s" + found());
    }
    made.held_for = length;
    at_ += rest_of(at_).size();
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  /// Letters, digits and _ from here on.
  std::string_view word() {
    const std::size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '_') ++at_;
    return text_.substr(begin, at_ - begin);
  }
  /// What stands from `begin` to the next space.
  std::string_view rest_of(std::size_t begin) const {
    const std::size_t end = std::min(text_.find_first_of(" \t", begin), text_.size());
    return text_.substr(begin, end - begin);
  }
  std::string rest() const { return "'" + std::string(text_.substr(at_)) + "'"; }
  std::string found() const {
    return at_ < text_.size() ? ", but found '" + std::string(rest_of(at_)) + "'"
                              : ", but the expression ends here";
  }
  [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }
  [[noreturn]] static void fail_at(std::size_t at, const std::string& what) {
    throw CheckError(what, at + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

}  // namespace

Check parse_check(std::string_view text) { return Reader(trimmed(text)).check(); }

std::string_view name_of(Metric metric) { return entry(metric).name; }

bool of_ledger(Metric metric) {
  return metric == Metric::acknowledged_writes_lost || metric == Metric::in_doubt ||
         metric == Metric::duplicates || metric == Metric::phantoms;
}

Unit unit_of(Metric metric) { return entry(metric).unit; }

std::string_view name_of(Comparator op) {
  constexpr std::array<std::string_view, 6> kNames{"<", "<=", ">", ">=", "=", "!="};
  return kNames[static_cast<std::size_t>(op)];
}

bool compare(double observed, Comparator op, double bound) {
  switch (op) {
    case Comparator::less:
      return observed < bound;
    case Comparator::less_equal:
      return observed <= bound;
    case Comparator::greater:
      return observed > bound;
    case Comparator::greater_equal:
      return observed >= bound;
    case Comparator::equal:
      return observed == bound;
    case Comparator::not_equal:
      return observed != bound;
  }
  LG_ASSERT(false);
}

}  // namespace loadgen
