// The result inside of its own page, so that `loadgen report` and `loadgen compare` work from the
// file alone.
#include "reports/html_sections.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

constexpr std::string_view kOpen = "<script type=\"application/json\" id=\"result\">";
constexpr std::string_view kClose = "</script>";

/// JSON as it may stand in a script element: without layout, and each `<`, which only strings have,
/// as its escape, so that nothing in it closes the element or opens a comment.
std::string for_script(const std::string& json) {
  std::string out;
  bool in_string = false, escaped = false;
  for (const char c : json) {
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = c == '\\' && !escaped;
    if (!in_string && (c == ' ' || c == '\n')) continue;
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string html_data(const Result& result, std::size_t room) {
  // A data block: browsers run nothing of it, whatever the page's policy.
  const std::string data =
      std::string(kOpen) + for_script(write_result(result)) + std::string(kClose) + "\n";
  if (data.size() <= room) return data;
  return "<p class=\"note\">This page does not carry its data, " +
         std::to_string(data.size() / 1000) +
         " KB, which would make it too large to send around; they are in result.json.</p>\n";
}

std::optional<std::string> embedded_result(std::string_view page) {
  const std::size_t open = page.find(kOpen);
  if (open == page.npos) return std::nullopt;
  const std::size_t from = open + kOpen.size(), close = page.find(kClose, from);
  if (close == page.npos) return std::nullopt;
  return std::string(page.substr(from, close - from));
}

}  // namespace loadgen::reports
