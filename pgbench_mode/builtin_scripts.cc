#include "pgbench_mode/builtin_scripts.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {
namespace {

// The names of these tables, columns and variables are what every pgbench database has.
constexpr std::string_view kTpcbLike =
    R"(\set aid random(1, 100000 * :scale)
\set bid random(1, 1 * :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
)"
    R"(INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) )"
    R"(VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
)";

constexpr std::string_view kSimpleUpdate =
    R"(\set aid random(1, 100000 * :scale)
\set bid random(1, 1 * :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
)"
    R"(INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) )"
    R"(VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
)";

constexpr std::string_view kSelectOnly = R"(\set aid random(1, 100000 * :scale)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
)";

}  // namespace

const std::vector<BuiltinScript>& builtin_scripts() {
  static const std::vector<BuiltinScript> kScripts{
      {"tpcb-like", "<builtin: TPC-B (sort of)>", kTpcbLike},
      {"simple-update", "<builtin: simple update>", kSimpleUpdate},
      {"select-only", "<builtin: select only>", kSelectOnly},
  };
  return kScripts;
}

std::string builtin_list() {
  constexpr std::size_t kNameWidth = 13;
  std::string list = "Available builtin scripts:\n";
  for (const BuiltinScript& script : builtin_scripts()) {
    list += "  " + std::string(kNameWidth - script.name.size(), ' ');
    list += std::string(script.name) + ": " + std::string(script.description) + "\n";
  }
  return list + "\n";
}

const BuiltinScript& find_builtin(std::string_view prefix) {
  const BuiltinScript* found = nullptr;
  int count = 0;
  for (const BuiltinScript& script : builtin_scripts()) {
    if (script.name.substr(0, prefix.size()) != prefix) continue;
    found = &script;
    ++count;
  }
  if (count == 1) return *found;
  const std::string name = "\"" + std::string(prefix) + "\"";
  std::string message = "no builtin script found for name " + name;
  if (count > 1) {
    message = "ambiguous builtin name: " + std::to_string(count) +
              " builtin scripts found for prefix " + name;
  }
  std::string list = builtin_list();
  list.pop_back();  // the newline that whoever prints the message adds
  throw ScriptError({"", 0, 0, message, ""}, message + "\n" + list);
}

std::string shown_script(const BuiltinScript& script) {
  return "-- " + std::string(script.name) + ": " + std::string(script.description) + "\n" +
         std::string(script.text) + "\n";
}

WeightedName parse_weighted_name(std::string_view option) {
  const std::size_t at = option.rfind('@');
  if (at == std::string_view::npos) return {std::string(option), 1};
  const std::string weight(option.substr(at + 1));
  errno = 0;
  char* end = nullptr;
  const long value = std::strtol(weight.c_str(), &end, 10);
  if (errno != 0 || end == weight.c_str() || *end != '\0') {
    throw ScriptError("invalid weight specification: @" + weight);
  }
  if (value < 0 || value > INT_MAX) {
    throw ScriptError("weight specification out of range (0 .. " + std::to_string(INT_MAX) +
                      "): " + std::to_string(value));
  }
  return {std::string(option.substr(0, at)), static_cast<int>(value)};
}

std::string read_script_file(const std::string& name) {
  const bool standard_input = name == "-";
  std::FILE* file = standard_input ? stdin : std::fopen(name.c_str(), "r");
  if (file == nullptr) {
    throw ScriptError("could not open file \"" + name + "\": " + std::strerror(errno));
  }
  std::string text;
  std::array<char, 65536> piece;
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), file)) {
    text.append(piece.data(), count);
  }
  // A directory opens, and only reading it fails.
  const std::string problem = std::ferror(file) != 0 ? std::strerror(errno) : "";
  if (!standard_input) std::fclose(file);
  if (!problem.empty()) {
    throw ScriptError("could not read file \"" + name + "\": " + problem);
  }
  return text;
}

}  // namespace loadgen::pgbench
