#include "pgbench_mode/sql_splitter.h"

#include <algorithm>

#include "pgbench_mode/words.h"

namespace loadgen::pgbench {
namespace {

bool is_newline(char c) { return c == '\n' || c == '\r'; }
bool is_space(char c) { return is_newline(c) || c == ' ' || c == '\t' || c == '\f' || c == '\v'; }
bool continues_identifier(char c) { return continues_name(c) || c == '$'; }

}  // namespace

char SqlSplitter::peek(std::size_t ahead) const {
  return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

bool SqlSplitter::sees(std::string_view what) const {
  return text_.substr(at_, what.size()) == what;
}

void SqlSplitter::take(std::size_t count) {
  count = std::min(count, text_.size() - at_);
  if (sql_->empty()) begin_ = at_;
  sql_->append(text_, at_, count);
  at_ += count;
}

template <class Accepts>
std::size_t SqlSplitter::end_of(std::size_t from, Accepts accepts) const {
  while (from < text_.size() && accepts(text_[from])) ++from;
  return from;
}

std::size_t SqlSplitter::end_of_word_at(std::size_t at) const {
  const bool is_word = at < text_.size() && starts_name(text_[at]);
  return is_word ? end_of(at, continues_identifier) : at;
}

SqlSplitter::End SqlSplitter::next(std::string& sql) {
  sql.clear();
  sql_ = &sql;
  while (at_ < text_.size()) {
    if (take_blank() || take_quoted() || take_dollar_quoted()) continue;
    const char c = peek(0);
    if (c == ';') {
      take(1);
      if (parentheses_ > 0 || bodies_ > 0) continue;
      identifiers_ = 0;
      return End::semicolon;
    }
    if (c == '\\') {
      ++at_;
      if (peek(0) != ';' && peek(0) != ':') return End::backslash;
      if (peek(0) == ';') identifiers_ = 0;
      take(1);
      continue;
    }
    take_piece();
  }
  return End::text;
}

// Blanks and `--` comments.
bool SqlSplitter::take_blank() {
  std::size_t end = end_of(at_, is_space);
  if (sees("--")) end = end_of(at_, [](char c) { return !is_newline(c); });
  if (end == at_) return false;
  if (sql_->empty()) {
    at_ = end;
  } else {
    take_to(end);
  }
  return true;
}

bool SqlSplitter::take_quoted() {
  if (sees("/*")) {
    take_block_comment();
  } else if (sees("'")) {
    take_string(false);
  } else if (sees("E'") || sees("e'")) {
    take_escaped_string();
  } else if (sees("\"")) {
    take_to(std::min(text_.find('"', at_ + 1), text_.size() - 1) + 1);
  } else {
    return false;
  }
  return true;
}

void SqlSplitter::take_block_comment() {
  std::size_t depth = 0;
  do {
    if (sees("/*")) {
      ++depth;
      take(2);
    } else if (sees("*/")) {
      --depth;
      take(2);
    } else {
      take(1);
    }
  } while (depth > 0 && at_ < text_.size());
}

// From the opening quote to the next one: a doubled quote is the end of one string and the
// beginning of another, which makes no difference to where commands end.
void SqlSplitter::take_string(bool backslash_escapes) {
  take(1);
  while (at_ < text_.size()) {
    const char c = peek(0);
    take(backslash_escapes && c == '\\' ? 2 : 1);
    if (c == '\'') return;
  }
}

// E'…', and the strings after it that continue it: doubled quotes, or on another line with nothing
// but blanks and comments between. In all of them a backslash escapes.
void SqlSplitter::take_escaped_string() {
  take(1);
  while (true) {
    take_string(true);
    std::size_t at = at_;
    bool line_ended = false;
    while (at < text_.size()) {
      if (is_space(text_[at])) {
        line_ended = line_ended || is_newline(text_[at]);
        ++at;
      } else if (text_.substr(at, 2) == "--") {
        const std::size_t end = end_of(at, [](char c) { return !is_newline(c); });
        if (end == text_.size()) break;
        at = end;
      } else {
        break;
      }
    }
    const bool continued = at < text_.size() && text_[at] == '\'' && (line_ended || at == at_);
    if (!continued) return;
    take_to(at);
  }
}

// $tag$ … $tag$; `$1` and a lone `$` are no quotes.
bool SqlSplitter::take_dollar_quoted() {
  if (!sees("$")) return false;
  const std::size_t tag_end = starts_name(peek(1)) ? end_of(at_ + 1, continues_name) : at_ + 1;
  if (tag_end >= text_.size() || text_[tag_end] != '$') return false;
  const std::string_view tag = text_.substr(at_, tag_end + 1 - at_);
  const std::size_t close = text_.find(tag, tag_end + 1);
  take_to(close == std::string_view::npos ? text_.size() : close + tag.size());
  return true;
}

// Anything else: one token, or one byte where the bounds of tokens decide nothing.
void SqlSplitter::take_piece() {
  const char c = peek(0);
  if (starts_name(c)) return take_identifier();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return take_number();
  if (c == '$' && is_digit(peek(1))) return take_to(end_of_word_at(end_of(at_ + 1, is_digit)));
  if (sees("::")) return take(2);
  if (c == ':') return take_to(end_of(at_ + 1, continues_name));
  if (c == '(') ++parentheses_;
  if (c == ')') parentheses_ = std::max(0, parentheses_ - 1);
  take(1);
}

// A word right behind a number belongs to it, so in 1E'\' no escaped string begins; and the sign of
// a broken exponent does, so 1e--1 is no comment.
void SqlSplitter::take_number() {
  std::size_t end = end_of(at_, is_digit);
  const auto at = [&](std::size_t i) { return i < text_.size() ? text_[i] : '\0'; };
  if (at(end) == '.' && at(end + 1) == '.') return take_to(end);
  if (at(end) == '.') end = end_of(end + 1, is_digit);
  if (at(end) == 'e' || at(end) == 'E') {
    const bool sign = at(end + 1) == '+' || at(end + 1) == '-';
    const std::size_t digits = end + (sign ? 2 : 1);
    if (is_digit(at(digits))) {
      end = end_of(digits, is_digit);
    } else if (sign) {
      return take_to(digits);
    }
  }
  take_to(end_of_word_at(end));
}

void SqlSplitter::take_identifier() {
  const std::size_t end = end_of(at_, continues_identifier);
  note_identifier(text_.substr(at_, end - at_));
  take_to(end);
}

void SqlSplitter::note_identifier(std::string_view word) {
  if (identifiers_ == 0) initials_.fill('\0');
  for (const std::string_view telling : {"create", "or", "replace", "function", "procedure"}) {
    if (identifiers_ < initials_.size() && same_word(word, telling)) {
      initials_[identifiers_] = telling.front();
    }
  }
  ++identifiers_;
  const auto is_routine = [&](std::size_t i) { return initials_[i] == 'f' || initials_[i] == 'p'; };
  const bool creates_routine =
      initials_[0] == 'c' &&
      (is_routine(1) || (initials_[1] == 'o' && initials_[2] == 'r' && is_routine(3)));
  if (!creates_routine || parentheses_ > 0) return;
  if (same_word(word, "begin") || (bodies_ > 0 && same_word(word, "case"))) ++bodies_;
  if (same_word(word, "end") && bodies_ > 0) --bodies_;
}

}  // namespace loadgen::pgbench
