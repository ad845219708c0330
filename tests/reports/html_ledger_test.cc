#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "reports/render.h"
#include "tests/reports/example_result.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("what the clients know, every reading, and which writes are gone") {
  const std::string text = html_ledger(example_audited());
  for (const char* part : {"Acknowledged writes", "<td>15,003</td><td>37</td>",
                           "Every reading of the table", "timeline 2, decides", "a standby",
                           "Lost writes by connection", "<td>3</td><td>17</td><td>53</td>"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("what a server called itself is text, not markup") {
  Result result = example_audited();
  result.groups[1].second.workloads[0].second.audit->readings[0].server = "<script>";
  const std::string text = html_ledger(result);
  CHECK_FALSE(has(text, "<script>"));
  CHECK(has(text, "&lt;script&gt;"));
}

TEST_CASE("it stands in a page whose tags are closed") {
  const std::string page = html(example_audited());
  CHECK(unbalanced_tag(page).empty());
  CHECK(has(page, "<a href=\"#ledger\">Ledger</a>"));
}

TEST_CASE("without an audit there is no such section") {
  CHECK(html_ledger(example_experiment()).empty());
}

}  // namespace
}  // namespace loadgen::reports
