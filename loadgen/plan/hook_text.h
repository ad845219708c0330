// Commands of faults and observers: $variables, and how a command is shown to a person.
#pragma once

#include <string>
#include <vector>

#include "loadgen/plan/group.h"
#include "loadgen/plan/template.h"

namespace loadgen {

/// The argv of a hook with `$name` and `${name}` replaced by the group's variables. `$$` is a
/// dollar sign; `$LOADGEN_…` stays when it is not among `variables` (hooks see it in their
/// environment); a `$` that no name follows is text. Throws UserError for a name that is unknown.
/// Pure.
std::vector<std::string> expand_hook(const std::vector<std::string>& argv,
                                     const Variables& variables);

/// The variables of a group as a person may see them: literals as they are, secret ones as ***, the
/// output of a command as <output of …>. Pure.
Variables shown_variables(const Group& group);

/// The argv as one would type it in a POSIX shell: quoted where needed. Pure.
std::string shell_text(const std::vector<std::string>& argv);

}  // namespace loadgen
