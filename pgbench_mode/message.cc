#include "pgbench_mode/message.h"

#include <utility>

namespace loadgen::pgbench {

namespace {

std::string without_last_newline(const std::string& text) {
  return !text.empty() && text.back() == '\n' ? text.substr(0, text.size() - 1) : text;
}

std::string joined(const std::vector<MessageLine>& lines) {
  std::string all;
  for (const MessageLine& line : lines) {
    if (!all.empty()) all += '\n';
    all += line.label + without_last_newline(line.text);
  }
  return all;
}

}  // namespace

std::string message_text(std::string_view program, const std::vector<MessageLine>& lines) {
  std::string all;
  for (const MessageLine& line : lines)
    all.append(program).append(": ").append(line.label).append(without_last_newline(line.text)) +=
        '\n';
  return all;
}

Fatal::Fatal(std::vector<MessageLine> lines)
    : UserError(joined(lines), ExitCode::internal_error), lines_(std::move(lines)) {}

Fatal fatal(const FatalText& text) {
  std::vector<MessageLine> lines{{"error: ", text.error}};
  if (!text.detail.empty()) lines.push_back({"detail: ", text.detail});
  if (!text.hint.empty()) lines.push_back({"hint: ", text.hint});
  return Fatal(std::move(lines));
}

}  // namespace loadgen::pgbench
