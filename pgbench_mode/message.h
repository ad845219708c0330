// What pgbench says on stderr, in its own form: `pgbench: error: …`, then `detail:` and `hint:`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {

/// One message without the program's name. label: "error: ", "warning: ", "detail: ", "hint: ", or
/// nothing, as for what getopt says and for information. A text may have several lines.
struct MessageLine {
  std::string label;
  std::string text;
  bool operator==(const MessageLine&) const = default;
};

/// "pgbench: error: …\n" for each line. As in pgbench, one newline at the end of a text (libpq's
/// messages have one) is not doubled.
std::string message_text(std::string_view program, const std::vector<MessageLine>& lines);

/// What ends pgbench with exit code 1: a mistake on the command line or in a script, or a
/// server that can't be reached or prepared before the first transaction. what() is the text of all
/// lines without the program's name; print message_text(program, lines()) and exit with code().
class Fatal : public UserError {
 public:
  explicit Fatal(std::vector<MessageLine> lines);
  const std::vector<MessageLine>& lines() const { return lines_; }

 private:
  std::vector<MessageLine> lines_;
};

/// One "error: " line, and after it what is not empty of detail and hint.
struct FatalText {
  std::string error = {};
  std::string detail = {};
  std::string hint = {};
};
Fatal fatal(const FatalText& text);

}  // namespace loadgen::pgbench
