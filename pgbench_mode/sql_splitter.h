// Where one SQL command of a script ends and the next begins, as psql's lexer decides it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace loadgen::pgbench {

/// Goes through a script text. A `;` ends a command unless it is in quotes, a comment, parentheses
/// or the BEGIN … END body of a function; a backslash outside of quotes and comments ends it too
/// and begins a meta command. `\;` and `\:` are a `;` and a `:` that end nothing.
///
/// Comments and blanks before a command are left out, `--` ones only: a `/* */` belongs to the
/// command, even when there is no other text.
/// Source of the rules: psqlscan.l of PostgreSQL 15, standard_conforming_strings on.
class SqlSplitter {
 public:
  enum class End { semicolon, backslash, text };

  explicit SqlSplitter(std::string_view text) : text_(text) {}

  /// Fills `sql` with the next command (empty: there was none) and says what ended it. After a
  /// backslash offset() is behind it, and the caller goes on with resume_at().
  End next(std::string& sql);

  std::size_t offset() const { return at_; }
  /// Where the command that next() gave begins; meaningless when it was empty.
  std::size_t command_begin() const { return begin_; }
  /// Goes on from there, in the parentheses and function body that were open.
  void resume_at(std::size_t offset) { at_ = offset; }

 private:
  char peek(std::size_t ahead) const;
  bool sees(std::string_view what) const;
  void take(std::size_t count);
  void take_to(std::size_t end) { take(end - at_); }
  template <class Accepts>
  std::size_t end_of(std::size_t from, Accepts accepts) const;
  std::size_t end_of_word_at(std::size_t at) const;

  void take_piece();
  bool take_blank();
  bool take_quoted();
  bool take_dollar_quoted();
  void take_string(bool backslash_escapes);
  void take_escaped_string();
  void take_identifier();
  void take_block_comment();
  void take_number();
  void note_identifier(std::string_view word);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::string* sql_ = nullptr;  // where next() collects

  int parentheses_ = 0;
  int bodies_ = 0;  // open BEGIN and CASE of a function's body
  // Initials of the command's first words, where these are of CREATE [OR REPLACE] FUNCTION or
  // PROCEDURE; only then BEGIN opens a body and not a transaction.
  std::array<char, 4> initials_{};
  std::size_t identifiers_ = 0;
};

}  // namespace loadgen::pgbench
