// How groups and classes look, the same in every section.
#include <array>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {

Ink ink_of_group(const Result& result, std::string_view group) {
  static const std::array<Ink, 3> kOthers = {
      Ink{"e", "#b34700", ""}, Ink{"o1", "#6b3fa0", "8 3 2 3"}, Ink{"o2", "#1d6f42", "2 3"}};
  // A lone group is nobody's control: it gets the solid line.
  if (result.groups.size() == 1) return {"c", "#0b62a8", ""};
  std::size_t others = 0;
  bool control_seen = false;
  for (const auto& [name, content] : result.groups) {
    if (content.role == "control" && !control_seen) {
      if (name == group) return {"c", "#0b62a8", "5 4"};
      control_seen = true;
    } else {
      if (name == group) return kOthers[others % kOthers.size()];
      ++others;
    }
  }
  return {"dim", "#6a7280", ""};
}

Ink ink_of_class(std::size_t n) {
  // Okabe and Ito's colours without black and yellow: apart for every kind of colour blindness.
  static const std::array<const char*, 8> kColours = {"#d55e00", "#0072b2", "#cc79a7", "#009e73",
                                                      "#e69f00", "#56b4e9", "#8c6bb1", "#7f7f7f"};
  return {"k", kColours[n % kColours.size()], ""};
}

std::string group_tag(const Result& result, std::string_view group) {
  if (group.empty()) return "every group";
  const Ink ink = ink_of_group(result, group);
  return "<span class=\"tag " + ink.name +
         "\"><svg width=\"20\" height=\"8\" aria-hidden=\"true\">" + "<path class=\"s " + ink.name +
         "\" stroke=\"" + ink.colour + "\" stroke-width=\"2.5\" fill=\"none\"" +
         (ink.dash.empty() ? "" : " stroke-dasharray=\"" + ink.dash + "\"") +
         " d=\"M0 4h20\"/></svg>" + escape(group) + "</span>";
}

std::string short_name(std::string_view group) {
  constexpr std::size_t kMost = 9;  // characters that fit beside a plot on a phone
  if (group == "experimental") return "exp.";
  if (width_of(group) <= kMost) return std::string(group);
  std::string out(group.substr(0, kMost - 1));
  while (!out.empty() && (static_cast<unsigned char>(group[out.size()]) & 0xC0) == 0x80) {
    out.pop_back();  // not in the middle of a character
  }
  return out + "…";
}

}  // namespace loadgen::reports
