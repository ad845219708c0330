#include "reports/columns.h"

#include <algorithm>

#include "reports/format.h"

namespace loadgen::reports {
namespace {

constexpr std::size_t kGap = 2;

std::vector<std::size_t> widths_of(const std::vector<Column>& heads,
                                   const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    std::size_t most = width_of(heads[i].heading);
    for (const auto& row : rows) most = std::max(most, width_of(row[i]));
    widths.push_back(most);
  }
  return widths;
}

/// Which columns stay.
std::vector<bool> fitting(const std::vector<Column>& heads, const std::vector<std::size_t>& widths,
                          std::size_t width, std::size_t indent) {
  std::vector<bool> shown(heads.size(), true);
  int highest = 0;
  for (const Column& head : heads) highest = std::max(highest, head.keep);
  const auto total = [&] {
    std::size_t sum = indent;
    for (std::size_t i = 0; i < heads.size(); ++i) sum += shown[i] ? widths[i] + kGap : 0;
    return sum - std::min(sum, kGap);
  };
  for (int level = 0; level < highest; ++level) {
    for (std::size_t i = heads.size(); i-- > 0 && total() > width;) {
      if (heads[i].keep == level) shown[i] = false;
    }
  }
  return shown;
}

}  // namespace

std::string columns(const std::vector<Column>& heads,
                    const std::vector<std::vector<std::string>>& rows, std::size_t width,
                    std::size_t indent) {
  const std::vector<std::size_t> widths = widths_of(heads, rows);
  const std::vector<bool> shown = fitting(heads, widths, width, indent);
  const auto line = [&](const auto& cell) {
    std::string out(indent, ' ');
    for (std::size_t i = 0; i < heads.size(); ++i) {
      if (!shown[i]) continue;
      const std::string& text = cell(i);
      const std::string fill(widths[i] - width_of(text), ' ');
      out += (heads[i].right ? fill + text : text + fill) + std::string(kGap, ' ');
    }
    return out.substr(0, out.find_last_not_of(' ') + 1) + "\n";
  };
  std::string out;
  const bool headed = std::any_of(heads.begin(), heads.end(),
                                  [](const Column& head) { return !head.heading.empty(); });
  if (headed) out += line([&](std::size_t i) -> const std::string& { return heads[i].heading; });
  for (const auto& row : rows) {
    out += line([&](std::size_t i) -> const std::string& { return row[i]; });
  }
  return out;
}

}  // namespace loadgen::reports
