#include "pgbench_mode/sql_effect.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace loadgen::pgbench {

namespace {

using Words = std::vector<std::string>;

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Walks through SQL and gives the words of one statement after the other, in capitals; what stands
/// in quotes and comments is left out.
class Statements {
 public:
  explicit Statements(std::string_view sql) : sql_(sql) {}

  /// Where the first word of the statement that next() gave begins.
  std::size_t begin() const { return begin_; }

  bool next(Words& words) {
    words.clear();
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == ';') {
        ++at_;
        if (!words.empty()) return true;
      } else if (c == '\'' || c == '"') {
        skip_quotes(c);
      } else if (sql_.substr(at_, 2) == "--") {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (sql_.substr(at_, 2) == "/*") {
        skip_comment();
      } else if (c == '$' && skip_dollar_quotes()) {
      } else if (is_word_byte(c)) {
        if (words.empty()) begin_ = at_;
        words.push_back(word());
      } else {
        ++at_;
      }
    }
    return !words.empty();
  }

 private:
  std::string word() {
    std::string word;
    for (; at_ < sql_.size() && is_word_byte(sql_[at_]); ++at_)
      word += static_cast<char>(std::toupper(static_cast<unsigned char>(sql_[at_])));
    return word;
  }

  void skip_quotes(char quote) {
    // E'…' knows backslashes. A doubled quote looks like two quoted texts, which does no harm.
    const bool escapes = quote == '\'' && at_ > 0 && (sql_[at_ - 1] == 'E' || sql_[at_ - 1] == 'e');
    for (++at_; at_ < sql_.size(); ++at_) {
      if (escapes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == quote) {
        ++at_;
        return;
      }
    }
    at_ = std::min(at_, sql_.size());
  }

  void skip_comment() {
    int depth = 0;
    while (at_ < sql_.size()) {
      const std::string_view two = sql_.substr(at_, 2);
      if (two == "/*") ++depth;
      if (two == "*/") --depth;
      at_ += two == "/*" || two == "*/" ? 2 : 1;
      if (depth == 0) return;
    }
  }

  /// $tag$ … $tag$; false when there is no such thing here.
  bool skip_dollar_quotes() {
    const std::size_t end = sql_.find('$', at_ + 1);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = sql_.substr(at_, end - at_ + 1);
    const std::string_view name = tag.substr(1, tag.size() - 2);
    if (!std::all_of(name.begin(), name.end(), is_word_byte)) return false;
    if (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
    const std::size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return true;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool chains(const Words& words) { return has(words, "CHAIN") && !has(words, "NO"); }

bool modifies(const Words& words) {
  return has(words, "INSERT") || has(words, "UPDATE") || has(words, "DELETE") ||
         has(words, "MERGE") || has(words, "INTO");
}

bool reads_only(const Words& words) {
  constexpr std::array<std::string_view, 18> readers{
      "VALUES",  "TABLE", "SHOW",    "FETCH",      "MOVE",      "CLOSE",
      "DECLARE", "SET",   "RESET",   "DISCARD",    "LISTEN",    "UNLISTEN",
      "RELEASE", "LOCK",  "PREPARE", "DEALLOCATE", "SAVEPOINT", "LOAD"};
  const std::string& first = words.front();
  if (first == "SELECT") return !has(words, "INTO");
  if (first == "WITH") return !modifies(words);
  if (first == "EXPLAIN") return !has(words, "ANALYZE") || !modifies(words);
  return std::find(readers.begin(), readers.end(), first) != readers.end();
}

bool is_commit(const Words& words) {
  const bool prepared = words.size() > 1 && words[1] == "PREPARED";
  return (words.front() == "COMMIT" || words.front() == "END") && !prepared;
}

void judge(const Words& words, SqlEffect::Sent& sent) {
  const std::string& first = words.front();
  const bool prepared = words.size() > 1 && words[1] == "PREPARED";
  const bool was_in_block = sent.in_block;
  if (first == "BEGIN" || first == "START") {
    sent.in_block = true;
  } else if (is_commit(words)) {
    sent.commits = sent.commits || was_in_block;
    sent.in_block = was_in_block && chains(words);
  } else if (first == "PREPARE" && words.size() > 1 && words[1] == "TRANSACTION") {
    sent.commits = sent.commits || was_in_block;
    sent.in_block = false;
  } else if ((first == "ROLLBACK" || first == "ABORT") && !prepared) {
    if (!has(words, "TO")) sent.in_block = was_in_block && chains(words);
  } else if (!reads_only(words)) {
    sent.commits = sent.commits || !was_in_block;
  }
}

}  // namespace

SqlTransactions transactions_of(std::string_view sql) {
  SqlTransactions found;
  Statements statements(sql);
  Words words;
  while (statements.next(words)) {
    ++found.statements;
    const std::string& first = words.front();
    const bool prepared = words.size() > 1 && words[1] == "PREPARED";
    if (first == "BEGIN" || first == "START") {
      found.opens = true;
    } else if (is_commit(words)) {
      ++found.commits;
      found.last_commit = found.statements - 1;
      found.last_commit_at = statements.begin();
    } else if ((prepared && (first == "COMMIT" || first == "ROLLBACK")) ||
               (first == "PREPARE" && words.size() > 1 && words[1] == "TRANSACTION")) {
      found.in_two_phases = true;
    } else if (first == "ROLLBACK" || first == "ABORT") {
      found.rolls_back = found.rolls_back || !has(words, "TO");
    } else if (!reads_only(words)) {
      found.writes = true;
    }
  }
  return found;
}

SqlEffect effect_of(std::string_view sql) {
  SqlEffect effect;
  effect.inside.in_block = true;
  Statements statements(sql);
  Words words;
  while (statements.next(words)) {
    judge(words, effect.outside);
    judge(words, effect.inside);
  }
  return effect;
}

}  // namespace loadgen::pgbench
