#include "pgbench_mode/sqlstate.h"

#include <algorithm>
#include <array>
#include <utility>

namespace loadgen::pgbench {

namespace {

constexpr std::array<std::pair<std::string_view, Outcome>, 9> kWhole{{
    {"25006", Outcome::read_only},
    {"40001", Outcome::serialization},
    {"40P01", Outcome::deadlock},
    {"53300", Outcome::too_many},
    // The server ends the session or does not begin one: admin and crash shutdown, starting up.
    {"57P01", Outcome::connection},
    {"57P02", Outcome::connection},
    {"57P03", Outcome::connection},
    {"57P05", Outcome::connection},  // idle_session_timeout
    {"25P03", Outcome::connection},  // idle_in_transaction_session_timeout
}};

constexpr std::array<std::pair<std::string_view, Outcome>, 14> kClasses{{
    {"08", Outcome::connection},
    {"22", Outcome::sql_22},
    {"23", Outcome::sql_23},
    {"25", Outcome::sql_25},
    {"28", Outcome::sql_28},
    {"40", Outcome::sql_40},
    {"42", Outcome::sql_42},
    {"53", Outcome::sql_53},
    {"54", Outcome::sql_54},
    {"55", Outcome::sql_55},
    {"57", Outcome::sql_57},
    {"58", Outcome::sql_58},
    {"P0", Outcome::sql_p0},
    {"XX", Outcome::sql_xx},
}};

bool is_sqlstate(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

Outcome outcome_of_sqlstate(std::string_view sqlstate) {
  if (sqlstate.empty()) return Outcome::connection;
  for (const auto& [whole, outcome] : kWhole) {
    if (sqlstate == whole) return outcome;
  }
  for (const auto& [beginning, outcome] : kClasses) {
    if (sqlstate.substr(0, 2) == beginning) return outcome;
  }
  return Outcome::sql_other;
}

bool is_retryable(Outcome outcome) {
  return outcome == Outcome::serialization || outcome == Outcome::deadlock;
}

std::string take_sqlstate(std::string& message) {
  // "SEVERITY:  12345: text". The severity is in the server's language. There may be several: with
  // sslmode=prefer libpq tries twice and puts both refusals into one message.
  constexpr std::string_view before = ":  ", location = "\nLOCATION:  ";
  constexpr std::size_t length = 5;
  std::string sqlstate;
  for (std::size_t at = message.find(before); at != std::string::npos;
       at = message.find(before, at + 1)) {
    const std::size_t begin = at + before.size();
    if (message.size() < begin + length + 2) break;
    const std::string_view found = std::string_view(message).substr(begin, length);
    if (!is_sqlstate(found) || message.compare(begin + length, 2, ": ") != 0) continue;
    sqlstate = found;
    message.erase(begin, length + 2);
    const std::size_t line = message.find(location, begin);
    if (line == std::string::npos) continue;
    const std::size_t end = message.find('\n', line + 1);
    message.erase(line, end == std::string::npos ? end : end - line);
  }
  return sqlstate;
}

}  // namespace loadgen::pgbench
