#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("a server: who it is, what happened, what it did in each phase") {
  const std::string text = html_servers(example_experiment());
  for (const char* part :
       {"pg-0", "primary, timeline 1, PostgreSQL 15.18, started 2026-08-20T10:07:10Z",
        "not seen for 11 s", "Connection refused", "restarted",
        "synchronous_standby_names = &#39;&#39;", "301/s", "98.8 %",
        "IO:WALSync 0.600, running 0.500, LWLock:WALWrite 0.200", "16.0 KiB, 3.00 ms", "12, 7",
        "2, 0", "11 s"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("a server that was never seen is there, without figures") {
  Result result = example_experiment();
  NodeResult node;
  node.note = "<rights>";
  node.phases = {{}};
  node.phases[0].phase = "before";
  node.phases[0].blind_s = 40;
  result.groups[1].second.nodes = {{"pg<1>", node}};
  const std::string text = html_servers(result);
  CHECK(has(text, "pg&lt;1&gt;"));
  CHECK(has(text, "never seen"));
  CHECK(has(text, "nothing"));
  CHECK(has(text, "&lt;rights&gt;"));
  CHECK(has(text, "40 s</td><td>–</td><td>–</td><td>–</td><td>–</td>"));  // no nought
  CHECK(html_servers(example_quick()) == "");
}

}  // namespace
}  // namespace loadgen::reports
