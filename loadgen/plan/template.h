// Placeholders in the path, the headers and the body of a request, compiled once.
//
// {seq} the ticket's number   {random:1:128} a whole number, both ends included
// {line:ids.txt} a line of a file   {var:token} a variable of the group
// Any other `{` is text, so that JSON needs no escapes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/error.h"
#include "loadgen/plan/schedule.h"

namespace loadgen {

/// Values of a group's variables, by name.
using Variables = std::map<std::string, std::string, std::less<>>;

/// A placeholder that is wrong; `column` counts bytes of the template from 1.
class TemplateError : public UserError {
 public:
  TemplateError(const std::string& text, std::size_t column)
      : UserError("column " + std::to_string(column) + ": " + text), what_(text), column_(column) {}
  const std::string& what_alone() const { return what_; }  // without the column
  std::size_t column() const { return column_; }

 private:
  std::string what_;
  std::size_t column_;
};

/// A compiled text. Immutable; copies share the lines of files, so any thread may render its own or
/// a shared one.
class Template {
 public:
  /// Gives the content of a file named in {line:FILE}; nothing when there is none. In a driver:
  /// `[&](const std::string& name) { return scenario.line_file(name); }`.
  using Files = std::function<std::optional<std::string>(const std::string& name)>;

  Template() = default;  // the empty text
  /// Throws TemplateError for a placeholder that is wrong, and for a file without a line.
  static Template compile(std::string_view text, const Files& files);

  /// Appends the text of one ticket. `random`: the ticket's own stream; it is drawn from in the
  /// order of the placeholders. A variable that is not in `variables` gives no text. Allocates
  /// nothing but what `out` grows.
  void render(std::string& out, std::uint64_t sequence, TicketRandom& random,
              const Variables& variables) const;

  /// The same text for every ticket: no placeholder, or variables only.
  bool is_constant() const;
  /// Names of the variables used, in the order of their first use.
  const std::vector<std::string>& variables() const { return variables_; }

 private:
  struct Piece {
    enum class Kind : std::uint8_t { text, sequence, random, line, variable };
    Kind kind = Kind::text;
    std::string text;  // of text; the name of a variable
    std::int64_t low = 0, high = 0;
    std::shared_ptr<const std::vector<std::string>> lines;  // owned by all copies of the template
  };
  static Piece placeholder(std::string_view inside, std::size_t column, const Files& files);

  std::vector<Piece> pieces_;
  std::vector<std::string> variables_;
};

}  // namespace loadgen
