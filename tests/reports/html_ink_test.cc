#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("control is blue and dashed, the others differ from it and from each other") {
  Result result = example_experiment();
  result.groups.push_back({"third", result.groups[1].second});
  const Ink control = ink_of_group(result, "control");
  const Ink experimental = ink_of_group(result, "experimental");
  const Ink third = ink_of_group(result, "third");
  CHECK(control.name == "c");
  CHECK_FALSE(control.dash.empty());
  CHECK(experimental.dash.empty());
  CHECK(experimental.colour != control.colour);
  CHECK(third.colour != experimental.colour);
  CHECK(third.dash != experimental.dash);
}

TEST_CASE("a lone group has the solid line, an unknown one is grey") {
  CHECK(ink_of_group(example_quick(), "target").dash.empty());
  CHECK(ink_of_group(example_experiment(), "else").name == "dim");
}

TEST_CASE("names are escaped, and short ones are cut between characters") {
  CHECK(group_tag(Result{}, "") == "every group");
  CHECK(has(group_tag(example_quick(), "<b>"), "&lt;b&gt;"));
  CHECK(short_name("experimental") == "exp.");
  CHECK(short_name("control") == "control");
  CHECK(short_name("ééééééééééé") == "éééé…");
}

}  // namespace
}  // namespace loadgen::reports
