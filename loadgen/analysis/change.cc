#include "loadgen/analysis/change.h"

#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

Observed unknown(const std::string& why) {
  Observed observed;
  observed.text = "no data";
  observed.doubt = why;
  return observed;
}

std::string either(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

/// `value` against `base`, as a ratio or as a difference. A value that was not reached stays so: it
/// is larger than any base.
Observed against(const Observed& value, const Observed& base, Check::Form form) {
  if (!value.known()) return value;
  if (!base.known()) return base;
  if (base.not_reached) return unknown("what it is compared with was not reached");
  if (base.censored || value.censored) return unknown("its end was not seen");
  Observed change;
  change.doubt = either(value.doubt, base.doubt);
  change.note = either(value.note, base.note);
  if (value.not_reached) {
    change.not_reached = true;
    change.text = value.text;
    return change;
  }
  if (form == Check::Form::delta) {
    change.value = *value.value - *base.value;
  } else if (*base.value == 0) {
    return unknown("what it is compared with is 0: a ratio says nothing, use delta");
  } else {
    change.value = *value.value / *base.value;
  }
  return change;
}

}  // namespace

Observed observe_change(const Measured& measured, const MeasuredWorkload& workload,
                        const Where& where, const Check& check, const std::string& vs) {
  const Scenario& scenario = measured.scenario();
  const MeasuredPhase* before = workload.phase(PhaseName::before);
  if (before == nullptr) return unknown("there is no `before` to compare with");
  const Where base{before->span, where.operation};
  const auto since_before = [&](const MeasuredWorkload& of) {
    return against(observe(measured, of, where, check), observe(measured, of, base, check),
                   check.form);
  };
  Observed change;
  if (vs == "before") {
    change = since_before(workload);
  } else if (vs == "control" && scenario.control() != nullptr) {
    const MeasuredWorkload& control =
        measured.at(scenario.group_index(scenario.control()->name), workload.workload);
    change = where.span.name == PhaseName::before
                 ? against(observe(measured, workload, where, check),
                           observe(measured, control, where, check), check.form)
                 : against(since_before(workload), since_before(control), check.form);
  } else {
    return unknown("there is nothing to compare with");
  }
  if (change.value) {
    change.text = check.form == Check::Form::ratio
                      ? ratio_in_words(*change.value)
                      : difference_in_words(*change.value, unit_of(check.metric));
  }
  return change;
}

}  // namespace loadgen
