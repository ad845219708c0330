#include "pgbench_mode/invocation_values.h"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "pgbench_mode/message.h"
#include "pgbench_mode/variables.h"
#include "pgbench_mode/words.h"

namespace loadgen::pgbench {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Fatal invalid(const std::string& what, const std::string& text) {
  return fatal({.error = "invalid " + what + ": \"" + text + "\""});
}

}  // namespace

int integer_value(const std::string& text, const IntegerRange& range) {
  errno = 0;
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  while (is_blank(*end)) ++end;
  if (*end != '\0')
    throw fatal({.error = "invalid value \"" + text + "\" for option " + range.option});
  if (errno == ERANGE || value < range.lowest || value > range.highest)
    throw fatal({.error = std::string(range.option) + " must be in range " +
                          std::to_string(range.lowest) + ".." + std::to_string(range.highest)});
  return static_cast<int>(value);
}

double positive_value(const std::string& text, const char* what) {
  const double value = std::strtod(text.c_str(), nullptr);
  if (!(value > 0) || !std::isfinite(value)) throw invalid(what, text);
  return value;
}

double sampling_rate_value(const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  if (!(value > 0 && value <= 1)) throw invalid("sampling rate", text);
  return value;
}

std::uint32_t max_tries_value(const std::string& text) {
  const int value = std::atoi(text.c_str());
  if (value < 0) throw invalid("number of maximum tries", text);
  return static_cast<std::uint32_t>(value);
}

int clients_value(const std::string& text, std::int64_t open_files_limit) {
  const int count = integer_value(text, {.option = "-c/--client"});
  const std::int64_t needed = std::int64_t{count} + 3;
  if (open_files_limit >= needed) return count;
  throw fatal({.error = "need at least " + std::to_string(needed) +
                        " open files, but system limit is " + std::to_string(open_files_limit),
               .hint = "Reduce number of clients, or use limit/ulimit to increase the system "
                       "limit."});
}

QueryMode query_mode_value(const std::string& text) {
  for (const QueryMode mode : {QueryMode::simple, QueryMode::extended, QueryMode::prepared})
    if (text == name_of(mode)) return mode;
  throw invalid("query mode (-M)", text);
}

PartitionMethod partition_method_value(const std::string& text) {
  for (const PartitionMethod method : {PartitionMethod::range, PartitionMethod::hash})
    if (same_word(text, name_of(method))) return method;
  throw invalid("partition method, expecting \"range\" or \"hash\", got", text);
}

std::string steps_value(const std::string& text) {
  if (text.empty()) throw fatal({.error = "no initialization steps specified"});
  for (const char step : text)
    if (step != ' ' && kAllSteps.find(step) == std::string_view::npos)
      throw fatal({.error = std::string("unrecognized initialization step \"") + step + "\"",
                   .detail = "Allowed step characters are: \"" + std::string(kAllSteps) + "\"."});
  return text;
}

std::pair<std::string, std::string> definition_value(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw invalid("variable definition", text);
  const std::string name = text.substr(0, equals);
  if (!is_variable_name(name))
    throw fatal({.error = "option: invalid variable name: \"" + name + "\""});
  return {name, text.substr(equals + 1)};
}

std::optional<std::uint64_t> seed_value(const std::string& text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text.c_str(), &end, 10);
  if (end == text.c_str() || *end != '\0') return std::nullopt;
  return value;
}

}  // namespace loadgen::pgbench
