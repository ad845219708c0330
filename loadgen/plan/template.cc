#include "loadgen/plan/template.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/variable_name.h"

namespace loadgen {
namespace {

constexpr std::array<std::string_view, 4> kOpenings{"{seq}", "{random:", "{line:", "{var:"};

/// Where the next placeholder opens at or after `from`; npos when none does.
std::size_t next_opening(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('{', from); at != std::string_view::npos;
       at = text.find('{', at + 1)) {
    for (const std::string_view opening : kOpenings) {
      if (text.substr(at, opening.size()) == opening) return at;
    }
  }
  return std::string_view::npos;
}

[[noreturn]] void fail(const std::string& what, std::size_t column) {
  throw TemplateError(what, column);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// The lines of a file, without their ends; empty ones are left out.
std::vector<std::string> lines_of(std::string_view content) {
  std::vector<std::string> lines;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return lines;
}

}  // namespace

Template::Piece Template::placeholder(std::string_view inside, std::size_t column,
                                      const Files& files) {
  Piece piece;
  if (inside == "seq") {
    piece.kind = Piece::Kind::sequence;
    return piece;
  }
  const std::size_t colon = inside.find(':');
  const std::string_view kind = inside.substr(0, colon);
  const std::string_view rest = inside.substr(colon + 1);
  if (kind == "random") {
    piece.kind = Piece::Kind::random;
    const std::size_t second = rest.find(':');
    const auto low = whole_number(rest.substr(0, second));
    const auto high =
        second == std::string_view::npos ? std::nullopt : whole_number(rest.substr(second + 1));
    if (!low || !high)
      fail("{random:LOW:HIGH} takes two whole numbers, e.g. {random:1:128}", column);
    if (*low > *high) fail("{random:LOW:HIGH}: the first number is above the second", column);
    piece.low = *low;
    piece.high = *high;
  } else if (kind == "line") {
    piece.kind = Piece::Kind::line;
    if (rest.empty()) fail("{line:FILE} takes the name of a file", column);
    const std::optional<std::string> content = files ? files(std::string(rest)) : std::nullopt;
    if (!content) fail("can't read the file '" + std::string(rest) + "'", column);
    piece.lines = std::make_shared<const std::vector<std::string>>(lines_of(*content));
    if (piece.lines->empty()) fail("the file '" + std::string(rest) + "' has no line", column);
  } else {
    piece.kind = Piece::Kind::variable;
    piece.text = rest;
    if (!is_variable_name(rest)) fail("{var:NAME} takes the name of a variable", column);
  }
  return piece;
}

Template Template::compile(std::string_view text, const Files& files) {
  Template made;
  const auto add_text = [&](std::string_view piece) {
    if (piece.empty()) return;
    made.pieces_.emplace_back();
    made.pieces_.back().text = piece;
  };
  std::size_t done = 0;
  for (std::size_t at = next_opening(text, 0); at != std::string_view::npos;
       at = next_opening(text, done)) {
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos) fail("this placeholder has no closing }", at + 1);
    add_text(text.substr(done, at - done));
    Piece piece = placeholder(text.substr(at + 1, close - at - 1), at + 1, files);
    auto& names = made.variables_;
    if (piece.kind == Piece::Kind::variable &&
        std::find(names.begin(), names.end(), piece.text) == names.end()) {
      names.push_back(piece.text);
    }
    made.pieces_.push_back(std::move(piece));
    done = close + 1;
  }
  add_text(text.substr(done));
  return made;
}

void Template::render(std::string& out, std::uint64_t sequence, TicketRandom& random,
                      const Variables& variables) const {
  std::array<char, 24> digits;
  const auto append_number = [&](auto number) {
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
  };
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::text:
        out += piece.text;
        break;
      case Piece::Kind::sequence:
        append_number(sequence);
        break;
      case Piece::Kind::random:
        append_number(random.between(piece.low, piece.high));
        break;
      case Piece::Kind::line: {
        const auto last = static_cast<std::int64_t>(piece.lines->size()) - 1;
        out += (*piece.lines)[static_cast<std::size_t>(random.between(0, last))];
        break;
      }
      case Piece::Kind::variable:
        if (const auto found = variables.find(piece.text); found != variables.end()) {
          out += found->second;
        }
        break;
    }
  }
}

bool Template::is_constant() const {
  return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return piece.kind == Piece::Kind::text || piece.kind == Piece::Kind::variable;
  });
}

}  // namespace loadgen
