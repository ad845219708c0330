// Text in columns, for terminals.
#pragma once

#include <string>
#include <vector>

namespace loadgen::reports {

struct Column {
  std::string heading;
  bool right = false;  // numbers stand to the right
  int keep = 0;        // when the line is too wide, columns with the lowest value go first
};

/// Lines of `rows` (as many cells each as there are columns) under their headings, two spaces
/// between columns and `indent` before the first, at most `width` characters wide: columns are
/// dropped until they fit, but never those with the highest `keep`. Pure.
std::string columns(const std::vector<Column>& heads,
                    const std::vector<std::vector<std::string>>& rows, std::size_t width,
                    std::size_t indent = 2);

}  // namespace loadgen::reports
