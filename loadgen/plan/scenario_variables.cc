// ${NAME} from the environment, in every text of the document.
#include <algorithm>
#include <cctype>

#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/variable_name.h"

namespace loadgen {
namespace {

using document::Member;
using document::Value;

/// Where a text stands, which decides what a `$` in it means.
enum class Use : std::uint8_t {
  plain,  // every ${NAME} is of the environment
  hook,   // ${name} of a group's variable is for expand_hook, and so is every $$
  dir,    // ${name} and ${start} are filled in when the run starts
};

/// By section of the file.
Use use_of(std::string_view section) {
  if (section == "faults" || section == "observe" || section == "prometheus") return Use::hook;
  return section == "outputs" ? Use::dir : Use::plain;
}

bool looks_secret(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const std::string_view word : {"PASS", "SECRET", "TOKEN", "KEY", "DSN", "CREDENTIAL"}) {
    if (name.find(word) != std::string::npos) return true;
  }
  return false;
}

class Filler {
 public:
  Filler(Draft& draft, std::vector<std::string> group_variables)
      : draft_(draft), group_variables_(std::move(group_variables)) {}

  void fill(Value& value, Use use) {
    if (value.is(Value::Kind::text)) fill_text(value, use);
    for (Value& item : value.items) fill(item, use);
    for (Member& member : value.members) fill(member.value, use);
  }

 private:
  bool kept(const std::string& name, Use use) const {
    if (use == Use::dir) return name == "name" || name == "start";
    if (use == Use::plain) return false;
    return name.rfind("LOADGEN_", 0) == 0 ||
           std::find(group_variables_.begin(), group_variables_.end(), name) !=
               group_variables_.end();
  }

  void fill_text(Value& value, Use use) {
    const std::string text = value.text;
    if (text.find("${") == std::string::npos) return;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      if (text.compare(at, 2, "$$") == 0 && (use == Use::hook || text.compare(at, 3, "$${") == 0)) {
        out += use == Use::hook ? "$$" : "$";
        at += 2;
        // The brace after an escaped dollar opens no variable.
        continue;
      }
      const std::size_t close = text.find('}', at);
      const std::string name = text.compare(at, 2, "${") == 0 && close != std::string::npos
                                   ? text.substr(at + 2, close - at - 2)
                                   : "";
      if (!is_variable_name(name) || kept(name, use)) {
        out += text[at++];
        continue;
      }
      out += answer(value, at, name, use);
      at = close + 1;
    }
    value.text = out;
  }

  std::string answer(Value& value, std::size_t at, const std::string& name, Use use) {
    const auto found = draft_.source.environment ? draft_.source.environment(name) : std::nullopt;
    if (!found) {
      draft_.findings.add(draft_.findings.inside(value, at),
                          "the environment variable " + name + " is not set, or empty",
                          "a value for ${" + name + "}; write $${" + name + "} for the text itself",
                          name.size() + 3);
      value.blank = true;
      return "";
    }
    if (found->empty()) value.blank = draft_.blank = true;
    if (looks_secret(name)) draft_.scenario.secrets.push_back(*found);
    if (use != Use::hook) return *found;
    std::string escaped;  // expand_hook must not find variables in it
    for (const char c : *found) escaped += c == '$' ? "$$" : std::string(1, c);
    return escaped;
  }

  Draft& draft_;
  std::vector<std::string> group_variables_;
};

}  // namespace

void fill_variables(Draft& draft, Value& root) {
  std::vector<std::string> names;
  if (const Value* groups = root.find("groups")) {
    for (const Member& group : groups->members) {
      const Value* vars = group.value.find("vars");
      if (vars == nullptr) continue;
      for (const Member& variable : vars->members) names.push_back(variable.key);
    }
  }
  Filler filler(draft, std::move(names));
  for (Member& section : root.members) filler.fill(section.value, use_of(section.key));
}

}  // namespace loadgen
