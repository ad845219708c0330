// Variables in SQL texts: `:name`, wherever it stands, in quotes and comments too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pgbench_mode/script.h"
#include "pgbench_mode/variables.h"

namespace loadgen::pgbench {

/// Where `text` names variables: a colon that follows no colon, then a letter, _ or a byte ≥ 0x80,
/// then more of these or digits. Ascending. Pure.
std::vector<VariableUse> find_variables(std::string_view text);

/// `text` with $1, $2, … in place of the uses, each use its own number. Pure.
std::string number_variables(std::string_view text, const std::vector<VariableUse>& uses);

/// Fills `sql` with the text of an SQL command, the values of its variables put in: what the
/// simple protocol sends. A variable that is not defined stays as it is written. `sql` keeps its
/// memory, so a client that reuses it allocates nothing.
void render_sql(const Command& command, const Variables& variables, std::string& sql);

}  // namespace loadgen::pgbench
