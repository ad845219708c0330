#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "reports/render.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

constexpr const char* kClose = "</script>";
constexpr std::size_t kRoom = 10'000'000;

std::string data_in(const std::string& page) {
  const auto data = embedded_result(page);
  REQUIRE(data);
  return *data;
}

TEST_CASE("a page made from a page's data is that page") {
  for (const Result& result : {example_experiment(), example_quick(), example_nothing_ok()}) {
    CAPTURE(result.name);
    const std::string data = data_in(html(result));
    CHECK(write_result(read_result(data, "data")) == write_result(result));
    CHECK(html(read_result(data, "data")) == html(result));
  }
}

TEST_CASE("no text of a run ends the data block or opens markup") {
  Result result = example_experiment();
  const std::string evil =
      "</script><script>alert(1)</script><!-- <script>\n  two  spaces \\u003c \"";
  result.name = result.groups[0].first = evil;
  result.reasons = {evil};
  const std::string block = html_data(result, kRoom);
  CHECK(block.find(kClose) == block.rfind(kClose));
  CHECK(block.rfind('<') == block.rfind(kClose));
  CHECK(block.find('<', 1) == block.rfind(kClose));
  const Result read = read_result(data_in(block), "data");
  CHECK(read.name == evil);
  CHECK(read.groups[0].first == evil);
  CHECK(read.reasons == result.reasons);
}

TEST_CASE("pages without data, and those that were cut") {
  const std::string page = html(example_quick());
  for (const std::string& text : {std::string(), std::string("<html><script>run()</script></html>"),
                                  page.substr(0, page.find(kClose))}) {
    CAPTURE(text.size());
    CHECK_FALSE(embedded_result(text));
  }
}

TEST_CASE("what would make the page too large is left out, and the page says so") {
  const std::size_t size = html_data(example_experiment(), kRoom).size();
  CHECK(html_data(example_experiment(), size).size() == size);
  const std::string without = html_data(example_experiment(), size - 1);
  CHECK(without.find("<script") == without.npos);
  CHECK(without.find("does not carry its data") != without.npos);
}

}  // namespace
}  // namespace loadgen::reports
