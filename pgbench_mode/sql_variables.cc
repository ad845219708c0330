#include "pgbench_mode/sql_variables.h"

#include <algorithm>

#include "pgbench_mode/words.h"

namespace loadgen::pgbench {

std::vector<VariableUse> find_variables(std::string_view text) {
  std::vector<VariableUse> uses;
  std::size_t at = 0;
  while ((at = text.find(':', at)) != std::string_view::npos) {
    std::size_t end = at + 1;
    if (end < text.size() && starts_name(text[end])) {
      while (end < text.size() && continues_name(text[end])) ++end;
      uses.push_back({at, end - at});
    } else {
      // In a::b the second colon names nothing either.
      while (end < text.size() && text[end] == ':') ++end;
    }
    at = end;
  }
  return uses;
}

std::string number_variables(std::string_view text, const std::vector<VariableUse>& uses) {
  std::string numbered;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    numbered += text.substr(at, uses[i].offset - at);
    numbered += "$" + std::to_string(i + 1);
    at = uses[i].offset + uses[i].length;
  }
  numbered += text.substr(at);
  return numbered;
}

void render_sql(const Command& command, const Variables& variables, std::string& sql) {
  sql.clear();
  std::size_t at = 0;
  for (std::size_t i = 0; i < command.uses.size(); ++i) {
    const VariableUse& use = command.uses[i];
    const std::string* value = variables.text(command.parameters[i]);
    if (value == nullptr) continue;
    sql.append(command.text, at, use.offset - at);
    sql += *value;
    at = use.offset + use.length;
  }
  sql.append(command.text, at);
}

}  // namespace loadgen::pgbench
