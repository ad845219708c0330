#include "reports/capacity.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reports/format.h"

namespace loadgen::reports {
namespace {

std::string limits_of(const Capacity& capacity) {
  std::string text;
  for (std::size_t i = 0; i < capacity.limits.size(); ++i) {
    const bool last = i + 1 == capacity.limits.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + capacity.limits[i];
  }
  return text;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t has = width_of(text);
  const std::string blanks(has < width ? width - has : 0, ' ');
  return right ? blanks + text : text + blanks;
}

std::string time_of(const std::optional<std::int64_t>& us) {
  return us ? time_us(us) : "not reached";
}

std::string row(const std::string& level, const std::string& result, const std::string& ok,
                const std::string& bad, const std::string& p50, const std::string& p99,
                const std::string& why) {
  std::string line = "  " + padded(level, 14, true) + "  " + padded(result, 9, false) + "  " +
                     padded(ok, 10, true) + "  " + padded(bad, 8, true) + "  " +
                     padded(p50, 11, true) + "  " + padded(p99, 11, true) + "  " + why;
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string exact_level(double level) { return exact(level); }

std::string level_text(const Capacity& capacity, double level) {
  const bool whole = level == std::floor(level) && level < 1e15;
  const std::string number = whole ? count(static_cast<std::uint64_t>(level)) : exact_level(level);
  if (!capacity.over_clients) return number + "/s";
  return number + (level == 1 ? " client" : " clients");
}

std::string capacity_sentence(const Capacity& capacity) {
  const std::string what = capacity.over_clients ? "number of clients" : "rate";
  if (!capacity.highest) {
    return "no " + what + " was found at which " + limits_of(capacity) + " held" +
           (capacity.missed ? "; not even " + level_text(capacity, *capacity.missed) : "") +
           (capacity.ended.empty() ? "" : " (" + capacity.ended + ")");
  }
  std::string text = level_text(capacity, *capacity.highest);
  if (!capacity.missed) {
    return "at least " + text + ": " + limits_of(capacity) + " held there; no higher " + what +
           " is known, since " + capacity.ended;
  }
  text += " is the highest " + what + " at which " + limits_of(capacity) +
          " held; it did not hold at " + level_text(capacity, *capacity.missed);
  if (capacity.ended.empty() || capacity.ended == kNextMissed) return text;
  return text + ", and what is between them is not known, since " + capacity.ended;
}

std::string capacity_heading(const Capacity& capacity) {
  return row(capacity.over_clients ? "clients" : "rate", "", "ok/s", "not ok", "p50", "p99", "");
}

std::string capacity_line(const Capacity& capacity, const CapacityStep& step) {
  return row(level_text(capacity, step.level), step.result, significant(step.ok_per_s),
             percent(step.error_rate), time_of(step.p50_us), time_of(step.p99_us),
             one_line_for_terminal(step.why));
}

std::string capacity_table(const Capacity& capacity) {
  if (capacity.steps.empty()) return "";
  std::string out = capacity_heading(capacity);
  for (const CapacityStep& step : capacity.steps) out += capacity_line(capacity, step);
  return out;
}

std::string capacity_markdown(const Capacity& capacity) {
  std::string out = "### Capacity\n\n" + escape_markdown(capacity_sentence(capacity)) + ".\n\n| " +
                    (capacity.over_clients ? "clients" : "rate") +
                    " | held for | | ok rate | not ok | p50 | p99 | why |\n"
                    "|---:|---:|---|---:|---:|---:|---:|---|\n";
  for (const CapacityStep& step : capacity.steps) {
    out += "| " + level_text(capacity, step.level) + " | " + time_s(step.seconds) + " | " +
           escape_markdown(step.result) + " | " + per_second(step.ok_per_s) + " | " +
           escape_markdown(percent(step.error_rate)) + " | " + time_of(step.p50_us) + " | " +
           time_of(step.p99_us) + " | " + escape_markdown(step.why) + " |\n";
  }
  return out + "\n";
}

}  // namespace loadgen::reports
