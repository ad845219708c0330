#include "reports/junit_cases.h"

#include <algorithm>

#include "reports/format.h"

namespace loadgen::reports {
namespace {

std::string xml(const JunitCase& each) {
  const std::string open = "    <testcase name=\"" + escape(each.name) + "\" classname=\"" +
                           escape(each.class_name) + "\" time=\"0\"";
  if (each.kind.empty()) {
    return open + "><system-out>" + escape(each.message) + "</system-out></testcase>\n";
  }
  return open + "><" + each.kind + " message=\"" + escape(each.message) + "\"" +
         (each.kind == "skipped" ? "/>" : ">" + escape(each.text) + "</" + each.kind + ">") +
         "</testcase>\n";
}

}  // namespace

std::string junit_text(const JunitSuite& suite, const std::vector<JunitCase>& cases) {
  const auto number = [&](const char* kind) {
    return std::to_string(std::count_if(cases.begin(), cases.end(),
                                        [&](const JunitCase& each) { return each.kind == kind; }));
  };
  const std::string counts = "tests=\"" + std::to_string(cases.size()) + "\" failures=\"" +
                             number("failure") + "\" errors=\"" + number("error") +
                             "\" skipped=\"" + number("skipped") + "\"";
  const std::string stamp =
      suite.timestamp.empty() ? "" : " timestamp=\"" + escape(suite.timestamp) + "\"";
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts +
                    ">\n  <testsuite name=\"" + escape(suite.name) + "\" " + counts + " time=\"" +
                    std::to_string(suite.seconds) + "\"" + stamp + ">\n";
  for (const JunitCase& each : cases) out += xml(each);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace loadgen::reports
