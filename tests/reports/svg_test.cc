#include "reports/svg.h"

#include <doctest/doctest.h>

#include <limits>

#include "reports/format.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

Chart chart_of(std::vector<std::optional<double>> values) {
  Chart chart;
  chart.id = "c";
  chart.title = "T <x>";
  chart.description = "D";
  chart.x_name = "X";
  for (std::size_t i = 0; i < values.size(); ++i) chart.x.push_back(static_cast<double>(i));
  chart.x_to = static_cast<double>(values.size());
  chart.y_to = 10;
  chart.y_format = [](double y) { return significant(y); };
  chart.x_format = [](double x) { return significant(x); };
  Trace trace;
  trace.label = "L & l";
  trace.end_label = "end";
  trace.ink = {"c", "#0b62a8", "5 4"};
  trace.values = std::move(values);
  chart.traces.push_back(trace);
  return chart;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("a chart has title, description, colours by attribute and its numbers in a table") {
  const std::string text = figure(chart_of({1.0, 2.0, 3.0}));
  CHECK(unbalanced_tag(text) == "");
  for (const char* part : {"<title id=\"c-t\">T &lt;x&gt;</title>", "<desc id=\"c-d\">D</desc>",
                           "role=\"img\"", "stroke=\"#0b62a8\"", "stroke-dasharray=\"5 4\"",
                           "L &amp; l", "<details", "<td>3.00</td>", ">end</text>"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("a gap lifts the pen, and a lone value is a dot") {
  CHECK(has(figure(chart_of({1.0, 2.0, std::nullopt, 4.0})), "d=\"M0 135L250 120M750 90h0\""));
  CHECK(has(figure(chart_of({5.0})), "stroke-width=\"7\""));
  CHECK_FALSE(has(figure(chart_of({std::nullopt})), "d=\"M0 75"));
}

TEST_CASE("stacked bars stand on each other") {
  Chart chart = chart_of({2.0});
  chart.traces[0].kind = Trace::Kind::bars;
  chart.traces.push_back(chart.traces[0]);
  const std::string text = figure(chart);
  CHECK(has(text, "150V120h"));
  CHECK(has(text, "120V90h"));
}

TEST_CASE("values outside of the axis are drawn at its edge, and none becomes nan") {
  const std::string text = figure(chart_of({-5.0, 1e300, std::numeric_limits<double>::infinity(),
                                            std::numeric_limits<double>::quiet_NaN()}));
  CHECK_FALSE(has(text, "nan"));
  CHECK_FALSE(has(text, "inf"));
}

TEST_CASE("an end label is moved so that it does not cover another") {
  Chart chart = chart_of({5.0, 5.0});
  chart.traces.push_back(chart.traces[0]);
  const std::string text = figure(chart);
  CHECK(has(text, "y=\"79\""));
  CHECK(has(text, "y=\"92\""));
}

TEST_CASE("labels are written only where there is room") {
  Chart chart = chart_of({1.0, 1.0});
  chart.bands = {{0, 0.1, "warmup", false}, {0.1, 2, "before", false}};
  const std::string text = figure(chart);
  CHECK_FALSE(has(text, "warmup"));
  CHECK(has(text, "before"));
}

TEST_CASE("coordinates and ids") {
  CHECK(coordinate(1.25) == "1.2");
  CHECK(coordinate(3) == "3");
  CHECK(coordinate(-0.01) == "0");
  CHECK(coordinate(std::numeric_limits<double>::quiet_NaN()) == "0");
  CHECK(id_of("a b") != id_of("a_b"));
  CHECK(id_of("\"><script>").find_first_of("\"<> ") == std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
