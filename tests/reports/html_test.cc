#include <doctest/doctest.h>

#include <set>

#include "reports/html_sections.h"
#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

const std::vector<Result>& examples() {
  static const std::vector<Result> all = {example_experiment(), example_quick(),
                                          example_nothing_ok(), example_hour(),
                                          example_empty(),      Result{}};
  return all;
}

/// The page without the JSON that it carries, which is there unless the page says that it is not.
std::string without_data(std::string page) {
  const std::size_t from = page.find("<script type=\"application/json\" id=\"result\">");
  if (from == page.npos) {
    CHECK(page.find("does not carry its data") != page.npos);
    return page;
  }
  const std::string close = "</script>\n";
  return page.erase(from, page.find(close, from) + close.size() - from);
}

TEST_CASE("golden of an experiment") {
  test::check_golden("reports/experiment.html", without_data(html(example_experiment())));
}

TEST_CASE("the same bytes for the same result") {
  CHECK(html(example_experiment()) == html(example_experiment()));
}

TEST_CASE("well-formed, offline, without script, and never nan or inf") {
  for (const Result& result : examples()) {
    CAPTURE(result.name);
    CHECK(unbalanced_tag(html(result)) == "");
    const std::string page = without_data(html(result));
    for (const char* banned : {"<script", "javascript:", "src=", "@import", "url(", "<link", ">nan",
                               ">inf", "nan ", "-nan", "(nan", "\"nan"}) {
      CAPTURE(banned);
      CHECK(page.find(banned) == page.npos);
    }
    // The only addresses are the ones that were measured, as text.
    CHECK(page.find("href=\"http") == page.npos);
  }
}

TEST_CASE("an hour with two workloads stays under 600 KB") {
  const std::string page = html(example_hour());
  CHECK(page.size() < 600'000);
  CHECK(page.find("does not carry its data") != page.npos);
}

/// The values of an attribute, each up to its closing quote or first space.
std::vector<std::string> values_of(const std::string& page, const std::string& opening) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = page.find(opening, at)) != page.npos;) {
    at += opening.size();
    out.push_back(page.substr(at, page.find_first_of("\" ", at) - at));
  }
  return out;
}

TEST_CASE("ids are unique, and every reference has its target") {
  for (const Result& result : examples()) {
    const std::string page = without_data(html(result));
    std::set<std::string> ids;
    for (const std::string& id : values_of(page, " id=\"")) {
      CAPTURE(id);
      CHECK(ids.insert(id).second);
    }
    for (const char* opening : {"href=\"#", "aria-labelledby=\""}) {
      for (const std::string& id : values_of(page, opening)) {
        CAPTURE(id);
        CHECK(ids.count(id) == 1);
      }
    }
  }
}

/// The text without what stands in double quotes inside of tags: what is left of a tag are names.
std::string without_values(const std::string& page) {
  std::string out;
  bool in_tag = false, in_value = false;
  for (const char c : page) {
    if (c == '<' && !in_value) in_tag = true;
    if (c == '>' && !in_value) in_tag = false;
    if (c == '"' && in_tag) in_value = !in_value;
    if (in_tag && !in_value) out += c;
  }
  return out;
}

/// Every text of a result made hostile.
Result hostile() {
  const std::string evil = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&\xff\x1b";
  Result r = example_experiment();
  for (std::string* each : {&r.tool_name, &r.tool_version, &r.tool_commit, &r.run_id, &r.name,
                            &r.hypothesis, &r.started_at, &r.ended_at, &r.scenario_sha256,
                            &r.scenario, &r.abort_reason, &r.scenario_path}) {
    *each = evil;
  }
  r.labels = {{evil, evil}};
  r.environment = {{evil, evil}};
  r.reasons = {evil, evil};
  r.overrides = {evil};
  r.trust.reasons = r.trust.warnings = {evil};
  r.trust.blind = {{1, {}, {}, evil, evil, evil, 1}};
  for (CheckResult& check : r.checks) {
    check = {evil, evil, evil, evil, evil, 1.0, evil, 2, evil, {}, evil, evil};
  }
  for (Mark& mark : r.marks) mark.name = mark.group = mark.detail = evil;
  for (HookRun& hook : r.hooks) {
    hook.fault = hook.group = hook.hook = hook.output = evil;
    hook.argv = {evil};
  }
  for (Observation& each : r.observations) each.name = each.group = evil;
  for (ComparisonRow& row : r.comparison) {
    row.workload = row.phase = row.metric = row.verdict = row.note = evil;
  }
  for (auto& [name, group] : r.groups) {
    name += evil;
    group.target = evil;
    for (auto& [workload_name, workload] : group.workloads) {
      workload_name = evil;
      workload.recovery->note = evil;
      workload.operation_names = {evil};
      for (ServedBy& served : workload.served_by) served.value += evil;
      for (ErrorGroup& error : workload.errors) {
        error.phase = evil;
        for (ErrorSample& s : error.samples) s.peer = s.traceparent = s.excerpt = evil;
      }
      workload.operations[evil] = workload.phases;
      for (auto& [phase, f] : workload.phases) phase += evil;
      workload.series.failed_by_class[evil] = workload.series.failed;
    }
  }
  return r;
}

TEST_CASE("no text from outside becomes markup") {
  CHECK(unbalanced_tag(html(hostile())) == "");
  const std::string page = without_data(html(hostile()));
  for (const char* banned : {"<script", "<img", "\"'>", "'>&", "\xff", "\x1b"}) {
    CAPTURE(banned);
    CHECK(page.find(banned) == page.npos);
  }
  // Taken apart as a browser would: no attribute that runs anything.
  CHECK(without_values(page).find(" on") == page.npos);
}

TEST_CASE("what is missing is named") {
  const std::string page = html(Result{});
  for (const char* part : {"No check was declared", "No phase was recorded",
                           "No second was recorded", "No fault in this run", "No control group"}) {
    CAPTURE(part);
    CHECK(page.find(part) != page.npos);
  }
}

TEST_CASE("a section has a heading that names it") {
  CHECK(section("x", "A & b", "body") ==
        "<section id=\"x\" class=\"long\" aria-labelledby=\"x-h\"><h2 id=\"x-h\">A &amp; "
        "b</h2>body</section>\n");
  CHECK(scroll_table("c<", "k", "").find("aria-label=\"c&lt;\"") != std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
