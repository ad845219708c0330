#include "reports/svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reports/format.h"

namespace loadgen::reports {
namespace {

constexpr double kWidth = 1000;  // of the plot's own coordinates; the page stretches them
constexpr int kBottom = 24;      // room for tick labels
constexpr std::size_t kTableRows = 180;
constexpr double kNarrow = 200;  // px that a plot has on a phone

/// About what a label takes in px, generously: at 11.5 px a character is 6.3 px wide on average.
double label_px(std::string_view label) { return 6.6 * static_cast<double>(width_of(label)) + 4; }

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + value + "\"";
}

std::string share_of_width(double share) { return coordinate(share * 100) + "%"; }

/// Room above the plot for phase names and event labels.
int top_of(const Chart& chart) { return chart.bands.empty() && chart.edges.empty() ? 12 : 36; }

/// Maps values to the plot.
class Scale {
 public:
  explicit Scale(const Chart& chart) : chart_(chart) {}

  /// 0 … 1 from left to right.
  double across(double x) const {
    const double span = chart_.x_to - chart_.x_from;
    return span > 0 ? std::clamp((x - chart_.x_from) / span, 0.0, 1.0) : 0.5;
  }
  double x(double value) const { return across(value) * kWidth; }
  double y(double value) const {
    double low = chart_.y_from, high = chart_.y_to;
    if (chart_.y_log) {
      value = std::log(std::max(value, low));
      low = std::log(low);
      high = std::log(high);
    }
    const double share = high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0) : 0.0;
    return (1 - share) * chart_.height;
  }
  /// Distance of two neighbouring points, in values of x.
  double step() const {
    return chart_.x.size() > 1 ? chart_.x[1] - chart_.x[0] : chart_.x_to - chart_.x_from;
  }

 private:
  const Chart& chart_;
};

std::string stroke(const Trace& trace) {
  std::string out = attribute("class", "s " + trace.ink.name) + " fill=\"none\"" +
                    attribute("stroke", trace.ink.colour) +
                    attribute("stroke-width", coordinate(trace.stroke)) +
                    " stroke-linejoin=\"round\" stroke-linecap=\"round\""
                    " vector-effect=\"non-scaling-stroke\"";
  if (!trace.ink.dash.empty()) out += attribute("stroke-dasharray", trace.ink.dash);
  return out;
}

/// A path through the values; a gap lifts the pen, a lone value becomes a dot.
std::string line_path(const Chart& chart, const Trace& trace) {
  const Scale scale(chart);
  std::string path;
  bool down = false;
  for (std::size_t i = 0; i < chart.x.size(); ++i) {
    const auto& value = trace.values[i];
    if (!value) {
      down = false;
      continue;
    }
    const bool followed = i + 1 < chart.x.size() && trace.values[i + 1].has_value();
    const std::string at = coordinate(scale.x(chart.x[i])) + " " + coordinate(scale.y(*value));
    const bool dot = trace.kind == Trace::Kind::dots || (!down && !followed);
    path += (down && !dot ? "L" : "M") + at + (dot ? "h0" : "");
    down = trace.kind == Trace::Kind::line;
  }
  if (path.empty()) return "";
  Trace look = trace;
  if (chart.x.size() == 1) look.stroke = 7;  // a single dot is all there is: let it be seen
  return "<path" + stroke(look) + attribute("d", path) + "/>";
}

/// Bars of one trace on top of what `base` holds already; `base` grows by them.
std::string bar_path(const Chart& chart, const Trace& trace, std::vector<double>& base) {
  const Scale scale(chart);
  const double half = scale.step() / 2;
  const bool touching = trace.kind == Trace::Kind::area;
  std::string path;
  for (std::size_t i = 0; i < chart.x.size(); ++i) {
    const double value = trace.values[i].value_or(0);
    if (value <= 0) continue;
    const double left = scale.x(chart.x[i] - half);
    const double width = scale.x(chart.x[i] + half) - left;
    const double shown = touching ? width : width * 0.84;
    const double bottom = scale.y(base[i]);
    base[i] += value;
    const double top = scale.y(base[i]);
    path += "M" + coordinate(left + (width - shown) / 2) + " " + coordinate(bottom) + "V" +
            coordinate(top) + "h" + coordinate(shown) + "V" + coordinate(bottom) + "z";
  }
  if (path.empty()) return "";
  return "<path" + attribute("class", "f " + trace.ink.name) + attribute("fill", trace.ink.colour) +
         attribute("d", path) + "/>";
}

std::vector<double> y_ticks(const Chart& chart) {
  return chart.y_log ? log_ticks(chart.y_from, chart.y_to)
                     : linear_ticks(chart.y_from, chart.y_to, chart.height > 160 ? 5 : 4);
}

std::string bands(const Chart& chart) {
  const Scale scale(chart);
  std::string out;
  bool shaded = false;
  for (const Band& band : chart.bands) {
    const double left = scale.x(band.from);
    const double width = scale.x(band.to) - left;
    const char* name = band.marked ? "band fault" : shaded ? "band odd" : "band";
    const char* colour = band.marked ? "#fdf1e7" : shaded ? "#f3f5f8" : "#ffffff";
    out += "<rect" + attribute("class", name) + attribute("fill", colour) +
           attribute("x", coordinate(left)) + attribute("width", coordinate(width)) +
           attribute("height", std::to_string(chart.height)) + "/>";
    shaded = !shaded;
  }
  return out;
}

/// What stretches: bands, grid, data.
std::string plot(const Chart& chart) {
  const Scale scale(chart);
  std::string out = "<svg viewBox=\"0 0 1000 " + std::to_string(chart.height) +
                    "\" preserveAspectRatio=\"none\" width=\"100%\" height=\"" +
                    std::to_string(chart.height) + "\">" + bands(chart);
  std::string grid;
  for (const double tick : y_ticks(chart)) grid += "M0 " + coordinate(scale.y(tick)) + "h1000";
  const std::string thin = " fill=\"none\" vector-effect=\"non-scaling-stroke\"";
  out += "<path class=\"grid\" stroke=\"#e3e6ea\"" + thin + attribute("d", grid) + "/>";
  std::vector<double> base(chart.x.size(), 0);
  for (const Trace& trace : chart.traces) {
    if (trace.kind == Trace::Kind::bars || trace.kind == Trace::Kind::area) {
      out += bar_path(chart, trace, base);
    }
  }
  for (const Reference& line : chart.references) {
    out += "<path class=\"limit\" stroke=\"#6a7280\" stroke-dasharray=\"2 3\"" + thin +
           attribute("d", "M0 " + coordinate(scale.y(line.at)) + "h1000") + "/>";
  }
  for (const Edge& edge : chart.edges) {
    out +=
        "<path class=\"edge\" stroke=\"#16191d\" stroke-width=\"1.2\"" + thin +
        attribute("d", "M" + coordinate(scale.x(edge.at)) + " 0v" + std::to_string(chart.height)) +
        "/>";
  }
  for (const Trace& trace : chart.traces) {
    if (trace.kind == Trace::Kind::line || trace.kind == Trace::Kind::dots) {
      out += line_path(chart, trace);
    }
  }
  return out + "</svg>";
}

std::string text_at(const std::string& x, double y, const std::string& attributes,
                    const std::string& content) {
  return "<text" + attribute("x", x) + attribute("y", coordinate(y)) + attributes + ">" +
         escape(content) + "</text>";
}

/// Texts above and below the plot.
std::string horizontal_labels(const Chart& chart) {
  const Scale scale(chart);
  std::string out;
  for (const Band& band : chart.bands) {
    const double share = scale.across(band.to) - scale.across(band.from);
    const double needed = label_px(band.label);
    if (share * chart.width_px < needed) continue;
    const std::string name = share * kNarrow < needed ? "t phase minor" : "t phase";
    out += text_at(share_of_width(scale.across(band.from)), -22,
                   attribute("class", name) + " fill=\"#565e6a\" font-size=\"11.5\" dx=\"2\"",
                   band.label);
  }
  std::optional<double> before;
  for (const Edge& edge : chart.edges) {
    if (edge.label.empty()) continue;
    const double room = before ? scale.across(edge.at) - *before : 1;
    const double needed = label_px("▾ " + edge.label) + 6;
    if (room * chart.width_px < needed) continue;
    before = scale.across(edge.at);
    const bool late = *before > 0.8;
    out += text_at(share_of_width(scale.across(edge.at)), -7,
                   attribute("class", room * kNarrow < needed ? "t event minor" : "t event") +
                       " fill=\"#16191d\" font-size=\"11.5\"" +
                       (late ? " text-anchor=\"end\" dx=\"3\"" : " dx=\"-3\""),
                   late ? edge.label + " ▾" : "▾ " + edge.label);
  }
  for (const Tick& tick : chart.x_ticks) {
    out += text_at(share_of_width(scale.across(tick.at)), chart.height + 17,
                   attribute("class", tick.minor ? "t minor" : "t") +
                       " fill=\"#565e6a\" font-size=\"11.5\" text-anchor=\"middle\"",
                   tick.label);
  }
  return out;
}

struct SideLabel {
  double y = 0;
  std::string text;
  Ink ink;
};

/// Pushes labels apart until they are a line height from each other, inside the plot.
void spread(std::vector<SideLabel>& labels, double height) {
  constexpr double kLine = 13;
  std::stable_sort(labels.begin(), labels.end(),
                   [](const SideLabel& a, const SideLabel& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i) {
    labels[i].y = std::max(labels[i].y, labels[i - 1].y + kLine);
  }
  double most = height + 2;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    label->y = std::min(label->y, most);
    most = label->y - kLine;
  }
}

/// Texts to the left (scale) and to the right (line ends, limits) of the plot.
std::string vertical_labels(const Chart& chart) {
  const Scale scale(chart);
  std::string out;
  for (const double tick : y_ticks(chart)) {
    out += text_at("0", scale.y(tick) + 4,
                   " class=\"t\" fill=\"#565e6a\" font-size=\"11.5\" text-anchor=\"end\" "
                   "dx=\"-7\"",
                   without_zeros(chart.y_format(tick)));
  }
  std::vector<SideLabel> labels;
  for (const Reference& line : chart.references) {
    labels.push_back({scale.y(line.at), line.label, {"reference", "#565e6a", ""}});
  }
  for (const Trace& trace : chart.traces) {
    if (trace.end_label.empty()) continue;
    const auto last = std::find_if(trace.values.rbegin(), trace.values.rend(),
                                   [](const auto& value) { return value.has_value(); });
    if (last != trace.values.rend()) {
      labels.push_back({scale.y(**last), trace.end_label, trace.ink});
    }
  }
  spread(labels, chart.height);
  for (const SideLabel& label : labels) {
    out += text_at("100%", label.y + 4,
                   attribute("class", "t f " + label.ink.name) +
                       attribute("fill", label.ink.colour) + " font-size=\"11.5\" dx=\"7\"",
                   label.text);
  }
  return out;
}

std::string legend(const Chart& chart) {
  std::string out = "<ul class=\"legend\">";
  for (const Trace& trace : chart.traces) {
    if (trace.label.empty()) continue;
    out += "<li><svg width=\"24\" height=\"10\" aria-hidden=\"true\">";
    switch (trace.kind) {
      case Trace::Kind::line:
        out += "<path" + stroke(trace) + " d=\"M2 5h20\"/>";
        break;
      case Trace::Kind::dots:
        out += "<path" + stroke(trace) + " d=\"M6 5h0M12 5h0M18 5h0\"/>";
        break;
      case Trace::Kind::bars:
      case Trace::Kind::area:
        out += "<rect x=\"7\" width=\"10\" height=\"10\" rx=\"2\"" +
               attribute("class", "f " + trace.ink.name) + attribute("fill", trace.ink.colour) +
               "/>";
        break;
    }
    out += "</svg>" + escape(trace.label) + "</li>";
  }
  return out + "</ul>";
}

std::string table(const Chart& chart) {
  const std::size_t every = (chart.x.size() + kTableRows - 1) / kTableRows;
  std::string out = "<details class=\"data\"><summary>The numbers of “" + escape(chart.title) +
                    "”" +
                    (every > 1 ? " (one row in " + std::to_string(every) + ")" : std::string()) +
                    "</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\"" +
                    attribute("aria-label", "Numbers of " + escape(chart.title)) +
                    "><table><thead><tr><th scope=\"col\">" + escape(chart.x_name) + "</th>";
  for (const Trace& trace : chart.traces) {
    out += "<th scope=\"col\">" + escape(trace.label) + "</th>";
  }
  out += "</tr></thead><tbody>";
  for (std::size_t i = 0; i < chart.x.size(); i += std::max<std::size_t>(every, 1)) {
    out += "<tr><th scope=\"row\">" + escape(chart.x_format(chart.x[i])) + "</th>";
    for (const Trace& trace : chart.traces) {
      out += "<td>" +
             escape(trace.values[i] ? chart.y_format(*trace.values[i]) : std::string(kNothing)) +
             "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></details>";
}

}  // namespace

std::string coordinate(double value) {
  if (!std::isfinite(value)) return "0";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", std::clamp(value, -1e9, 1e9));
  std::string out = text;
  if (out.size() > 2 && out.substr(out.size() - 2) == ".0") out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string id_of(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      out += c;
    } else {  // two hex digits keep different names different
      char hex[4];
      std::snprintf(hex, sizeof hex, "-%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += hex;
    }
  }
  return out;
}

std::string figure(const Chart& chart) {
  const std::string height = std::to_string(top_of(chart) + chart.height + kBottom);
  // The labels stand outside of the frame, in margins that the style sheet leaves (a page without
  // it has the figure's own).
  return "<figure class=\"chart\"><figcaption><h3>" + escape(chart.title) + "</h3>" +
         legend(chart) + "</figcaption><svg class=\"frame\" width=\"76%\" height=\"" + height +
         "\" overflow=\"visible\" role=\"img\" aria-labelledby=\"" + chart.id + "-t " + chart.id +
         "-d\"><title id=\"" + chart.id + "-t\">" + escape(chart.title) + "</title><desc id=\"" +
         chart.id + "-d\">" + escape(chart.description) + "</desc><g transform=\"translate(0 " +
         std::to_string(top_of(chart)) + ")\">" + plot(chart) + horizontal_labels(chart) +
         vertical_labels(chart) + "</g></svg>" + table(chart) + "</figure>\n";
}

}  // namespace loadgen::reports
