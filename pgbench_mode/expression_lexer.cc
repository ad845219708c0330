#include "pgbench_mode/expression_lexer.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "pgbench_mode/expression.h"
#include "pgbench_mode/words.h"

namespace loadgen::pgbench {
namespace {

using Kind = Token::Kind;

// Longer ones first.
constexpr std::array<std::pair<std::string_view, Kind>, 21> kSymbols{{
    {"<=", Kind::less_equal},
    {">=", Kind::greater_equal},
    {"!=", Kind::not_equal},
    {"<>", Kind::not_equal},
    {"<<", Kind::shift_left},
    {">>", Kind::shift_right},
    {"+", Kind::plus},
    {"-", Kind::minus},
    {"*", Kind::times},
    {"/", Kind::divide},
    {"%", Kind::modulo},
    {"|", Kind::bit_or},
    {"&", Kind::bit_and},
    {"#", Kind::bit_xor},
    {"~", Kind::complement},
    {"<", Kind::less},
    {">", Kind::greater},
    {"=", Kind::equal},
    {"(", Kind::left_parenthesis},
    {")", Kind::right_parenthesis},
    {",", Kind::comma},
}};

constexpr std::array<std::pair<std::string_view, Kind>, 11> kKeywords{{
    {"and", Kind::and_},
    {"or", Kind::or_},
    {"not", Kind::not_},
    {"is", Kind::is},
    {"isnull", Kind::isnull},
    {"notnull", Kind::notnull},
    {"case", Kind::case_},
    {"when", Kind::when},
    {"then", Kind::then},
    {"else", Kind::else_},
    {"end", Kind::end_of_case},
}};

std::size_t past_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Past [eE][-+]?[0-9]+, or `at` when that is not there.
std::size_t past_exponent(std::string_view text, std::size_t at) {
  if (at == text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  std::size_t digits = at + 1;
  if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
  const std::size_t end = past_digits(text, digits);
  return end > digits ? end : at;
}

}  // namespace

Token ExpressionLexer::next() {
  const std::size_t begin = skip_blanks();
  if (begin == text_.size() || text_[begin] == '\n') {
    Token token;
    token.last = begin;
    return token;
  }
  const char c = text_[begin];
  const bool point = c == '.' && begin + 1 < text_.size() && is_digit(text_[begin + 1]);
  if (is_digit(c) || point) return number(begin);
  if (starts_name(c)) return word(begin);
  if (c == ':' && begin + 1 < text_.size() && continues_name(text_[begin + 1])) {
    std::size_t end = begin + 1;
    while (end < text_.size() && continues_name(text_[end])) ++end;
    Token token = made(Kind::variable, begin, end - begin);
    token.text.remove_prefix(1);
    return token;
  }
  return symbol(begin);
}

// Past blanks and continued ends of lines.
std::size_t ExpressionLexer::skip_blanks() {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (rest.substr(0, 2) == "\\\n") {
      at_ += 2;
    } else if (rest.substr(0, 3) == "\\\r\n") {
      at_ += 3;
    } else if (std::string_view(" \t\r\f\v").find(rest.front()) != std::string_view::npos) {
      ++at_;
    } else {
      break;
    }
  }
  return at_;
}

Token ExpressionLexer::made(Kind kind, std::size_t begin, std::size_t length) {
  at_ = begin + length;
  Token token;
  token.kind = kind;
  token.text = text_.substr(begin, length);
  token.last = at_ - 1;
  return token;
}

Token ExpressionLexer::number(std::size_t begin) {
  const std::size_t digits_end = past_digits(text_, begin);
  std::size_t end = digits_end;
  if (end < text_.size() && text_[end] == '.') end = past_digits(text_, end + 1);
  end = past_exponent(text_, end);
  Token token = made(Kind::constant, begin, end - begin);
  if (end > digits_end) {
    const auto value = parse_double(std::string(token.text));
    if (!value) {
      throw ExpressionError("double constant overflow (" + std::string(token.text) + ")",
                            token.last);
    }
    token.constant = *value;
    return token;
  }
  std::int64_t value = 0;
  const char* past = token.text.data() + token.text.size();
  if (token.text == "9223372036854775808") {
    token.kind = Kind::two_to_63;
  } else if (std::from_chars(token.text.data(), past, value).ec != std::errc()) {
    throw ExpressionError("bigint constant overflow (" + std::string(token.text) + ")", token.last);
  }
  token.constant = value;
  return token;
}

Token ExpressionLexer::word(std::size_t begin) {
  std::size_t end = begin;
  while (end < text_.size() && continues_name(text_[end])) ++end;
  Token token = made(Kind::function, begin, end - begin);
  for (const auto& [keyword, kind] : kKeywords) {
    if (same_word(token.text, keyword)) token.kind = kind;
  }
  const bool yes = same_word(token.text, "true");
  if (yes || same_word(token.text, "false")) {
    token.kind = Kind::constant;
    token.constant = yes;
  }
  if (same_word(token.text, "null")) token.kind = Kind::constant;
  return token;
}

Token ExpressionLexer::symbol(std::size_t begin) {
  const std::string_view rest = text_.substr(begin);
  for (const auto& [text, kind] : kSymbols) {
    if (rest.substr(0, text.size()) == text) return made(kind, begin, text.size());
  }
  at_ = begin + 1;
  throw ExpressionError("unexpected character (" + std::string(rest.substr(0, 1)) + ")", begin);
}

}  // namespace loadgen::pgbench
