// Charts as static SVG: fixed-size text over a plot that stretches with the page, without scripts.
//
// Every chart is one <svg> with <title> and <desc>, coloured by attributes (so it survives a page
// whose styles are blocked); classes let the style sheet recolour it for dark screens. Its numbers
// follow in a table behind <details>.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reports/ticks.h"

namespace loadgen::reports {

/// How a series looks in both themes: `name` is its class, `colour` its light-theme colour.
struct Ink {
  std::string name;
  std::string colour;
  std::string dash;  // SVG stroke-dasharray; "" = solid
};

struct Trace {
  enum class Kind : unsigned char { line, dots, bars, area };  // bars and area are stacked in order
  Kind kind = Kind::line;
  std::string label;      // legend, table
  std::string end_label;  // at the right end of the line; "" = none
  Ink ink;
  double stroke = 1.6;
  std::vector<std::optional<double>> values;  // one per x; absent = gap
};

struct Band {
  double from = 0, to = 0;
  std::string label;
  bool marked = false;  // the fault window: tinted more strongly
};

struct Edge {
  double at = 0;
  std::string label;
};

struct Reference {
  double at = 0;
  std::string label;
};

struct Chart {
  std::string id;           // unique in the page, a valid XML id
  std::string title;        // heading, <title>
  std::string description;  // <desc>: what is to be seen
  std::string x_name;       // first column of the table
  std::vector<double> x;
  double x_from = 0, x_to = 1;
  std::vector<Tick> x_ticks;
  double y_from = 0, y_to = 1;
  bool y_log = false;
  std::function<std::string(double)> y_format;
  std::function<std::string(double)> x_format;
  std::vector<Trace> traces;
  std::vector<Band> bands;
  std::vector<Edge> edges;
  std::vector<Reference> references;  // horizontal: limits, caps
  int height = 150;                   // of the plot, px
  int width_px = 380;                 // about what the plot gets on a wide screen: room for labels
};

/// The whole figure: heading, legend, SVG and the table behind <details>. Pure.
std::string figure(const Chart& chart);

/// Escaped text of any length as an id: letters, digits and '-'. Pure.
std::string id_of(const std::string& text);

/// Number of a coordinate: at most one decimal, no trailing zero. Pure.
std::string coordinate(double value);

}  // namespace loadgen::reports
