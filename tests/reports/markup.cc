#include "tests/reports/markup.h"

#include <vector>

namespace loadgen::reports {

std::string unbalanced_tag(const std::string& markup) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = markup.find('<', at)) != markup.npos;) {
    const std::size_t end = markup.find('>', at);
    if (end == markup.npos) return markup.substr(at, 40);
    const std::string tag = markup.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag[0] == '!' || tag[0] == '?' || tag.substr(0, 4) == "meta" || tag.back() == '/') continue;
    const std::string name = tag.substr(0, tag.find_first_of(" \n"));
    if (name[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name.substr(1)) {
      return "<" + tag + "> at " + std::to_string(at);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

}  // namespace loadgen::reports
