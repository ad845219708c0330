#include "loadgen/plan/scenario_findings.h"

#include <algorithm>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

/// Bytes of the UTF-8 text that its first `characters` characters take.
std::size_t bytes_of(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; at < text.size() && characters > 0; --characters) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) ++at;
  }
  return at;
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace

Findings::Findings(std::string_view path, std::string_view text, std::vector<std::string> overrides,
                   std::vector<TypedText> typed)
    : path_(path.empty() ? "scenario" : path),
      text_(text),
      overrides_(std::move(overrides)),
      typed_(std::move(typed)) {}

void Findings::add(document::Place place, std::string what, std::string expected,
                   std::size_t length) {
  const bool known = std::any_of(found_.begin(), found_.end(), [&](const Finding& f) {
    return f.place == place && (f.of_value || f.what == what);
  });
  if (!known) found_.push_back({place, std::move(what), std::move(expected), length});
}

void Findings::add(const document::Value& value, std::string what, std::string expected) {
  const bool plain = value.is(document::Value::Kind::text) && inside(value, 0) != value.place;
  const std::size_t before = found_.size();
  add(value.place, std::move(what), std::move(expected), plain ? characters_of(value.text) + 2 : 1);
  if (found_.size() > before) found_.back().of_value = true;
}

void Findings::warn(document::Place place, const std::string& what) {
  const bool typed = place.override_number > 0 || in_typed(place);
  const std::string at = typed ? where(place) : "line " + std::to_string(place.line);
  warnings_.push_back(at + ": " + what);
}

std::string_view Findings::line(std::size_t number) const {
  std::string_view rest = text_;
  for (; number > 1 && !rest.empty(); --number) {
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  std::string_view found = rest.substr(0, rest.find('\n'));
  if (!found.empty() && found.back() == '\r') found.remove_suffix(1);
  return found;
}

std::string Findings::where(document::Place place) const {
  if (place.override_number > 0) return "--set " + overrides_.at(place.override_number - 1);
  if (const auto typed = in_typed(place)) return *typed;
  return path_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::optional<std::string> Findings::in_typed(document::Place place) const {
  if (place.override_number > 0 || place.line == 0) return std::nullopt;
  const std::string_view source = line(place.line);
  const std::size_t at = bytes_of(source, std::max<std::uint32_t>(place.column, 1) - 1);
  for (const TypedText& typed : typed_) {
    // Quotes stand in no other text: what is found within the line is a whole value.
    for (std::size_t begin = source.find(typed.written);
         begin != std::string_view::npos && begin <= at;
         begin = source.find(typed.written, begin + 1)) {
      if (at >= begin + typed.written.size()) continue;
      const std::size_t column = characters_of(source.substr(begin, at - begin));
      return typed.flag + " \"" + typed.text + "\"" +
             (column > 0 ? ", column " + std::to_string(column) : "");
    }
  }
  return std::nullopt;
}

document::Place Findings::inside(const document::Value& value, std::size_t index) const {
  if (value.place.override_number > 0 || value.place.line == 0) return value.place;
  const std::string_view source = line(value.place.line);
  const std::size_t begin = bytes_of(source, value.place.column - 1) + 1;  // after the quote
  if (source.substr(std::min(begin, source.size()), value.text.size()) != value.text) {
    return value.place;
  }
  std::size_t characters = 0;
  while (bytes_of(value.text, characters) < index) ++characters;
  document::Place place = value.place;
  place.column += 1 + static_cast<std::uint32_t>(characters);
  return place;
}

std::string Findings::told(const Finding& finding) const {
  std::string text = where(finding.place) + ": " + finding.what + "\n";
  if (finding.place.override_number == 0 && finding.place.line > 0 && !in_typed(finding.place)) {
    const std::string_view source = line(finding.place.line);
    const std::string number = std::to_string(finding.place.line);
    text += "  " + number + " | " + std::string(source) + "\n";
    text += "  " + std::string(number.size(), ' ') + " | ";
    const std::size_t column = std::max<std::uint32_t>(finding.place.column, 1) - 1;
    const std::size_t begin = bytes_of(source, column);
    std::size_t characters = 0;
    for (std::size_t at = 0; at < begin; at = bytes_of(source, ++characters)) {
      text += source[at] == '\t' ? '\t' : ' ';
    }
    text += "^" + std::string(std::max<std::size_t>(finding.length, 1) - 1, '~') + "\n";
  }
  if (!finding.expected.empty()) text += "  expected: " + finding.expected + "\n";
  return text;
}

void Findings::throw_if_any() const {
  if (found_.empty()) return;
  std::vector<Finding> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Finding& a, const Finding& b) {
    return std::pair(a.place.override_number, a.place) <
           std::pair(b.place.override_number, b.place);
  });
  std::string text;
  for (const Finding& finding : sorted) text += told(finding);
  for (const std::string& warning : warnings_) text += "warning: " + warning + "\n";
  if (sorted.size() > 1) {
    text += std::to_string(sorted.size()) + " things are wrong with " +
            (typed_.empty() ? path_ : "the command line") + "\n";
  }
  text.pop_back();  // the last newline
  throw UserError(text);
}

}  // namespace loadgen
