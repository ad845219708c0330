#include "reports/comparisons.h"

#include <algorithm>
#include <cmath>

#include "reports/facts.h"
#include "reports/format.h"

namespace loadgen::reports {
namespace {

bool is_share(const ComparisonRow& row) {
  return row.metric == "error_rate" || row.metric == "goodput";
}

std::string points(double fraction) {
  const double value = fraction * 100;
  return (value < 0 ? "−" : "") + significant(std::abs(value));
}

constexpr const char* kBetweenParts = "; ";

/// A note is made of parts.
std::vector<std::string> parts_of(const std::string& note) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < note.size();) {
    const std::size_t end = std::min(note.find(kBetweenParts, begin), note.size());
    parts.push_back(note.substr(begin, end - begin));
    begin = end + std::string_view(kBetweenParts).size();
  }
  return parts;
}

}  // namespace

std::string effect_in_words(const ComparisonRow& row) {
  if (is_share(row)) {
    const auto& difference = row.did_difference ? row.did_difference : row.difference;
    if (!difference) return std::string(kNothing);
    return (*difference > 0 ? "+" : "") + points(*difference) + " points";
  }
  const auto& factor = row.did_ratio ? row.did_ratio : row.ratio;
  return factor ? ratio(factor) : std::string(kNothing);
}

std::string interval_in_words(const ComparisonRow& row) {
  if (!row.interval) return {};
  const auto& [low, high] = *row.interval;
  if (!is_share(row)) return significant(low) + " – " + significant(high);
  return points(low) + " – " + points(high) + " points";
}

std::string range_in_words(const ComparisonRow& row) {
  if (!row.range) return {};
  return metric(row.metric, row.range->first) + " – " + metric(row.metric, row.range->second);
}

std::string rounds_in_words(const ComparisonRow& row) {
  constexpr std::size_t kMostShown = 12;
  if (row.rounds.empty()) return {};
  const auto one = [&](double value) { return is_share(row) ? points(value) : significant(value); };
  const std::string unit = is_share(row) ? " points" : "";
  if (row.rounds.size() > kMostShown) {
    const auto [least, most] = std::minmax_element(row.rounds.begin(), row.rounds.end());
    return std::to_string(row.rounds.size()) + " rounds from " + one(*least) + " to " + one(*most) +
           unit;
  }
  std::string text = "rounds: ";
  for (std::size_t i = 0; i < row.rounds.size(); ++i) {
    text += (i > 0 ? ", " : "") + one(row.rounds[i]);
  }
  return text + unit;
}

bool took_turns(const Result& result) {
  return std::any_of(result.comparison.begin(), result.comparison.end(),
                     [](const ComparisonRow& row) { return !row.rounds.empty(); });
}

std::vector<const ComparisonRow*> judged_rows(const Result& result) {
  std::vector<const ComparisonRow*> rows;
  for (const ComparisonRow& row : result.comparison) {
    if (row.verdict != "not judged") rows.push_back(&row);
  }
  return rows;
}

std::string shared_reason(const std::vector<const ComparisonRow*>& rows) {
  std::vector<std::string> shared;
  std::size_t told = 0;
  for (const ComparisonRow* row : rows) {
    const std::vector<std::string> parts = parts_of(row->note);
    const auto has = [&](const std::string& part) {
      return std::find(parts.begin(), parts.end(), part) != parts.end();
    };
    if (row->verdict != "not judged" || has("not a primary metric")) continue;
    if (told++ == 0) shared = parts;
    shared.erase(std::remove_if(shared.begin(), shared.end(),
                                [&](const std::string& part) { return !has(part); }),
                 shared.end());
  }
  return told < 2 || shared.empty() ? "" : shared.front();
}

std::string without(const std::string& note, const std::string& part) {
  std::string rest;
  for (const std::string& each : parts_of(note)) {
    if (each != part) rest += (rest.empty() ? "" : kBetweenParts) + each;
  }
  return rest;
}

std::string_view icon_of_row(std::string_view verdict) {
  for (const Verdict each :
       {Verdict::pass, Verdict::degraded, Verdict::failed, Verdict::inconclusive}) {
    if (name_of(each) == verdict) return icon_of(each);
  }
  return kNothing;
}

std::string steadiness_in_words(const Result& result) {
  const Steadiness& steadiness = result.steadiness;
  if (steadiness.outcome.empty()) return {};
  std::string text = steadiness.outcome == "steady"       ? "yes"
                     : steadiness.outcome == "not steady" ? "no"
                                                          : "can't be told";
  if (!steadiness.reasons.empty()) text += ": " + steadiness.reasons.front();
  if (result.steadiness.cut_s > 0) {
    text += "; its first " + time_s(result.steadiness.cut_s) +
            " are left out of comparisons: a rest of warm-up";
  }
  return text;
}

}  // namespace loadgen::reports
