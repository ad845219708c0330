// Questions that every renderer asks of a result.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// Where charts and recovery figures have their 0: the first fault's request, else the run's start.
RunOffset time_zero(const Result& result);

struct PhaseSpan {
  std::string name;
  RunOffset from{0}, to{0};
};
/// The phases in time order, from the first workload that has any.
std::vector<PhaseSpan> phase_spans(const Result& result);

/// Names in order of first appearance over all groups.
std::vector<std::string> workload_names(const Result& result);
std::vector<std::string> observation_names(const Result& result);

/// Null when there is none of that name.
const WorkloadResult* find_workload(const GroupResult& group, std::string_view name);
const PhaseFigures* find_phase(const WorkloadResult& workload, std::string_view name);

/// The group whose role is control, when another one stands beside it; else null.
const GroupResult* control_of(const Result& result);
/// What the user calls that group; "" when there is none.
std::string control_name(const Result& result);
/// The first group that is not control; in a run with one group, that one. Null without groups.
const std::pair<std::string, GroupResult>* subject_of(const Result& result);

/// True when a fault hook or a mark says that a fault was asked for.
bool had_fault(const Result& result);

/// Planned but not ok.
std::uint64_t not_ok(const Tally& tally);

/// A quantile of response time with failures as infinite: the time, or "not reached, 3.0 % failed".
std::string reached(const std::optional<std::int64_t>& us, const PhaseFigures& phase);

/// Fewer than 100 samples lie beyond the quantile: it is shown in grey (statistics.md 4).
bool too_few(const PhaseFigures& phase, double quantile);

/// Sum of the figures that are printed first: over all groups, without warm-up.
Tally grand_total(const Result& result);
/// First phase edge to last, 0 without phases.
Duration duration_of(const Result& result);

/// "connection refused", "HTTP 5xx", "not sent: cap reached" … for people.
std::string_view in_words(Outcome outcome);

/// Of a check: what was observed, what was allowed, and "experimental, test_db, during".
std::string observed_in_words(const CheckResult& check);
std::string bound_in_words(const CheckResult& check);
std::string place_of(const CheckResult& check);
/// True when any check or comparison carries an interval, so that a test was made.
bool any_interval(const Result& result);

/// "15 s", "not within 40 s", "no outage, but worse than before until the end", "undetermined",
/// "not affected".
std::string recovery_in_words(const Recovery& recovery);
/// Whole requests, beyond the rate of `before`: "1,729".
std::string lost_in_words(const Recovery& recovery);

/// "pg-0 restarted", "pg-1 became primary, timeline 1 → 2", "pg-0 not seen for 5.1 s"; without the
/// name when that is "".
std::string in_words(const std::string& node, const NodeEvent& event);
/// All of that for one node, with instants: "pg-0 not seen for 5.1 s from +0.6 s, restarted at
/// +5.7 s"; "" when nothing happened.
std::string events_in_words(const Result& result, const std::string& node,
                            const NodeResult& samples);

/// "✓", "✕", "!", "?", "–": never colour alone.
std::string_view icon_of(Verdict verdict);
/// The same for Markdown, as an emoji; and the class of its colours in HTML.
std::string_view badge_of(Verdict verdict);
std::string_view tone_of(Verdict verdict);
/// "held" → "✓", "refuted" → "✕", else "?".
std::string_view icon_of_check(std::string_view check_result);
/// The headline; a sentence saying that there is none when the result gives no reason.
std::string headline(const Result& result);

/// What to type to have this run again; "" when the scenario was not a file and its options are not
/// known.
std::string repeat_command(const Result& result);

}  // namespace loadgen::reports
