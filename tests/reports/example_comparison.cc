#include "reports/facts.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {

void add_example_comparison(Result& r) {
  const WorkloadResult& control = r.groups[0].second.workloads[0].second;
  const WorkloadResult& experimental = r.groups[1].second.workloads[0].second;
  using Of = std::optional<std::int64_t> Quantiles::*;
  const auto in_seconds = [](const WorkloadResult& w, const char* phase, Of of) {
    return static_cast<double>((find_phase(w, phase)->ok_response.*of).value_or(1)) / 1e6;
  };
  for (const auto& [name, of] : {std::pair<const char*, Of>("p50", &Quantiles::p50),
                                 std::pair<const char*, Of>("p99", &Quantiles::p99)}) {
    const double ratio_before =
        in_seconds(experimental, "before", of) / in_seconds(control, "before", of);
    for (const char* phase : {"before", "during", "after"}) {
      const double ratio = in_seconds(experimental, phase, of) / in_seconds(control, phase, of);
      ComparisonRow row{"test_db",
                        phase,
                        name,
                        in_seconds(control, phase, of),
                        in_seconds(experimental, phase, of),
                        ratio_before,
                        ratio,
                        ratio / ratio_before,
                        std::nullopt,
                        "not judged",
                        ""};
      const std::string_view which = phase;
      if (which == "during") {
        row.note = "totals of a transient, beside what is usual";
        row.range = std::pair(*row.control * 0.97, *row.control * 1.02);
      } else {
        row.interval = std::pair(ratio / ratio_before * 0.98, ratio / ratio_before * 1.02);
        row.note = "before the fault: the base of the later comparison";
      }
      if (which == "after") row.note = "the declared check no-lasting-harm decides";
      if (which == "after" && row.metric == "p50") {
        row.verdict = "INCONCLUSIVE";
        row.note =
            "the phase is short for how much its seconds resemble each other: it needs "
            "about 62 s";
      }
      r.comparison.push_back(row);
    }
  }
  ComparisonRow errors{
      "test_db", "after", "error_rate", 0.0, 0.0002, {}, {}, {}, std::pair(-0.0001, 0.0011),
      "PASS",    ""};
  errors.difference = errors.did_difference = 0.0002;
  r.comparison.push_back(errors);
  r.steadiness = {"unverifiable",
                  {"`before` has 40 s of data, too short to tell whether it is steady: it needs "
                   "about 62 s"},
                  0,
                  62.0};
}

}  // namespace loadgen::reports
