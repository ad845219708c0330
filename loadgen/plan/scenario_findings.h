// What is wrong with a scenario: gathered while it is read, told all at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/plan/scenario_document.h"
#include "loadgen/plan/typed_text.h"

namespace loadgen {

/// Collects the findings of one reading; one thread.
class Findings {
 public:
  /// path: of the file, for the messages; overrides: the --set arguments, for places in them;
  /// typed: what else was typed, and told as that.
  Findings(std::string_view path, std::string_view text, std::vector<std::string> overrides,
           std::vector<TypedText> typed = {});

  /// what: one line, e.g. "unknown key 'durring' in [phases]; did you mean 'during'?". expected:
  /// what is right, one line, or empty. length: characters that the caret underlines. What is
  /// said a second time is dropped, and so is all that follows from a value already found wrong.
  void add(document::Place place, std::string what, std::string expected = "",
           std::size_t length = 1);
  /// The same about a value, which is underlined as a whole.
  void add(const document::Value& value, std::string what, std::string expected = "");
  /// Something that is legal and probably not meant.
  void warn(document::Place place, const std::string& what);

  bool none() const { return found_.empty(); }
  std::vector<std::string> take_warnings() { return std::move(warnings_); }
  /// The place of character `index` (from 0) inside a text value; the value itself when the text is
  /// written with escapes or over several lines.
  document::Place inside(const document::Value& value, std::size_t index) const;

  /// Throws UserError with all of it, in the order of the file, if there is anything.
  void throw_if_any() const;

 private:
  struct Finding {
    document::Place place;
    std::string what, expected;
    std::size_t length;
    bool of_value = false;  // the value at this place is wrong, and not just something near it
  };
  std::string told(const Finding& finding) const;
  std::string where(document::Place place) const;
  /// `--check "p9 < 1s", column 1`; nothing at what no flag wrote.
  std::optional<std::string> in_typed(document::Place place) const;
  std::string_view line(std::size_t number) const;

  std::string path_;
  std::string_view text_;
  std::vector<std::string> overrides_;
  std::vector<TypedText> typed_;
  std::vector<Finding> found_;
  std::vector<std::string> warnings_;
};

}  // namespace loadgen
