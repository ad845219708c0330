#include "pgbench_mode/meta_command.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "pgbench_mode/script_error.h"
#include "pgbench_mode/words.h"

namespace loadgen::pgbench {
namespace {

// pgbench counts the command's name among the words, and gives up before it shows the line.
constexpr std::size_t kMaxWords = 256;

struct Word {
  std::string text;
  std::size_t offset = 0;  // in the script's text
};

enum class Kind { unknown, expression, words, gset, aset };

struct KnownCommand {
  std::string_view name;
  CommandKind kind;
  Kind reads;
};
constexpr std::array kKnown{
    KnownCommand{"set", CommandKind::set, Kind::expression},
    KnownCommand{"if", CommandKind::if_, Kind::expression},
    KnownCommand{"elif", CommandKind::elif_, Kind::expression},
    KnownCommand{"else", CommandKind::else_, Kind::words},
    KnownCommand{"endif", CommandKind::endif_, Kind::words},
    KnownCommand{"sleep", CommandKind::sleep, Kind::words},
    KnownCommand{"setshell", CommandKind::setshell, Kind::words},
    KnownCommand{"shell", CommandKind::shell, Kind::words},
    KnownCommand{"startpipeline", CommandKind::start_pipeline, Kind::words},
    KnownCommand{"endpipeline", CommandKind::end_pipeline, Kind::words},
    KnownCommand{"gset", CommandKind::sql, Kind::gset},
    KnownCommand{"aset", CommandKind::sql, Kind::aset},
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

KnownCommand known_command(std::string_view name) {
  for (const KnownCommand& known : kKnown) {
    if (same_word(name, known.name)) return known;
  }
  return {"", CommandKind::sql, Kind::unknown};
}

// Length of a line continuation at `at`: a backslash and the end of the line; 0: there is none.
std::size_t continuation(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.substr(0, 2) == "\\\n") return 2;
  return rest.substr(0, 3) == "\\\r\n" ? 3 : 0;
}

// One meta command: the line is text[begin, line_end), read from the left.
class MetaLine {
 public:
  explicit MetaLine(const MetaPlace& place) : place_(place), at_(place.offset + 1), line_end_(at_) {
    while (line_end_ < text().size() && text()[line_end_] != '\n') {
      line_end_ += std::max<std::size_t>(1, continuation(text(), line_end_));
    }
  }

  std::optional<Word> next_word() {
    while (at_ < line_end_) {
      if (const std::size_t length = continuation(text(), at_)) {
        at_ += length;
      } else if (is_blank(text()[at_])) {
        ++at_;
      } else {
        break;
      }
    }
    if (at_ == line_end_) return std::nullopt;
    Word word;
    const std::size_t begin = at_;
    while (at_ < line_end_ && !is_blank(text()[at_]) && continuation(text(), at_) == 0) ++at_;
    word.text = text().substr(begin, at_ - begin);
    // pgbench takes a continuation with the word before it, and then counts the word's place back
    // from there; its caret is that much to the right.
    at_ += continuation(text(), at_);
    word.offset = at_ - word.text.size();
    return word;
  }

  std::vector<Word> rest_of_words() {
    std::vector<Word> words;
    while (auto word = next_word()) {
      if (words.size() + 1 == kMaxWords) fail("too many arguments", Shown::nothing);
      words.push_back(std::move(*word));
    }
    return words;
  }

  Expression expression() {
    try {
      return parse_expression(text().substr(at_, line_end_ - at_));
    } catch (const ExpressionError& error) {
      // At the end of the line the caret is below the newline, or below the last byte of all.
      fail(error.what(), Shown::caret, std::min(at_ + error.offset(), text().size() - 1));
    }
  }

  /// Without the newline, and without the \r before it.
  std::string_view line() const {
    std::string_view line = text().substr(place_.offset, line_end_ - place_.offset);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    return line;
  }
  std::size_t next_line() const { return std::min(line_end_ + 1, text().size()); }

  void set_name(std::string name) { name_ = std::move(name); }

  enum class Shown { nothing, line, caret };
  [[noreturn]] void fail(const std::string& message, Shown shown, std::size_t offset = 0) const {
    throw ScriptError(fault(message, shown == Shown::caret ? offset : place_.offset),
                      said(message, shown, offset));
  }
  [[noreturn]] void fail_at(const std::string& message, const Word& word) const {
    fail(message + " (" + word.text + ")", Shown::caret, word.offset);
  }

 private:
  std::string_view text() const { return place_.text; }

  ScriptFault fault(const std::string& message, std::size_t offset) const {
    const std::string_view between = text().substr(place_.offset, offset - place_.offset);
    const auto lines = std::count(between.begin(), between.end(), '\n');
    return {std::string(place_.script), place_.line + static_cast<int>(lines),
            column_of(text(), offset), message, name_};
  }

  std::string said(const std::string& message, Shown shown, std::size_t offset) const {
    std::string result = std::string(place_.script) + ":" + std::to_string(place_.line) + ": " +
                         message + " in command \"" + name_ + "\"";
    if (shown != Shown::nothing) result += "\n" + std::string(line());
    if (shown == Shown::caret) {
      result += "\n" + std::string(offset - place_.offset, ' ') + "^ error found here";
    }
    return result;
  }

  MetaPlace place_;
  std::string name_;
  std::size_t at_;
  std::size_t line_end_;
};

using Shown = MetaLine::Shown;

std::chrono::microseconds sleep_unit(const MetaLine& line, const Word& word) {
  if (same_word(word.text, "us")) return std::chrono::microseconds(1);
  if (same_word(word.text, "ms")) return std::chrono::milliseconds(1);
  if (same_word(word.text, "s")) return std::chrono::seconds(1);
  line.fail_at("unrecognized time unit, must be us, ms or s", word);
}

// \sleep NUMBER|:VARIABLE [us|ms|s]; the unit may follow the number without a blank.
Sleep parse_sleep(const MetaLine& line, std::vector<Word> words) {
  if (words.empty()) line.fail("missing argument", Shown::line);
  if (words.size() > 2) line.fail("too many arguments", Shown::caret, words[2].offset);
  Sleep sleep;
  const Word& amount = words.front();
  if (amount.text.front() == ':') {
    sleep.variable = amount.text.substr(1);
  } else {
    const bool sign = amount.text.front() == '+' || amount.text.front() == '-';
    std::size_t end = sign ? 1 : 0;
    while (end < amount.text.size() && is_digit(amount.text[end])) ++end;
    if (end < amount.text.size()) {
      const bool digits = end > (sign ? 1u : 0u);
      if (!digits || words.size() > 1) {
        line.fail_at("invalid sleep time, must be an integer", amount);
      }
      words.push_back({amount.text.substr(end), amount.offset + end});
    }
    sleep.amount = std::strtoll(words.front().text.c_str(), nullptr, 10);
  }
  if (words.size() > 1) sleep.unit = sleep_unit(line, words[1]);
  return sleep;
}

void check_words(const MetaLine& line, CommandKind kind, std::size_t count) {
  if (kind == CommandKind::setshell) {
    if (count < 2) line.fail("missing argument", Shown::line);
  } else if (kind == CommandKind::shell) {
    if (count < 1) line.fail("missing command", Shown::line);
  } else if (kind != CommandKind::sleep && count > 0) {
    line.fail("unexpected argument", Shown::line);
  }
}

}  // namespace

int column_of(std::string_view text, std::size_t offset) {
  const std::size_t line_begin = text.substr(0, offset).rfind('\n') + 1;  // npos + 1 is 0
  return static_cast<int>(offset - line_begin + 1);
}

MetaCommand parse_meta_command(const MetaPlace& place) {
  MetaLine line(place);
  MetaCommand result;
  result.end = line.next_line();
  const std::optional<Word> name = line.next_word();
  if (!name) return result;
  line.set_name(name->text);
  const KnownCommand known = known_command(name->text);

  Command command;
  command.kind = known.kind;
  command.line = place.line;
  command.first_line = line.line();
  if (known.reads == Kind::expression) {
    if (known.kind == CommandKind::set) {
      auto variable = line.next_word();
      if (!variable) line.fail("missing argument", Shown::nothing);
      command.variable = std::move(variable->text);
    }
    command.expression = line.expression();
    result.command = std::move(command);
    return result;
  }

  std::vector<Word> words = line.rest_of_words();
  if (known.reads == Kind::unknown) line.fail("invalid command", Shown::line);
  if (known.reads != Kind::words) {
    if (words.size() > 1) line.fail("too many arguments", Shown::line);
    result.gather = known.reads == Kind::gset ? Gather::gset : Gather::aset;
    if (!words.empty()) result.prefix = std::move(words.front().text);
    return result;
  }
  check_words(line, known.kind, words.size());
  for (const Word& word : words) command.arguments.push_back(word.text);
  if (known.kind == CommandKind::sleep) command.sleep = parse_sleep(line, std::move(words));
  if (known.kind == CommandKind::setshell) {
    command.variable = std::move(command.arguments.front());
    command.arguments.erase(command.arguments.begin());
  }
  result.command = std::move(command);
  return result;
}

}  // namespace loadgen::pgbench
