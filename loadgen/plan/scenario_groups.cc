// [groups.…]
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/scenario_shape.h"
#include "loadgen/plan/variable_name.h"

namespace loadgen {
namespace {

using document::Member;
using document::Value;
using Kind = Value::Kind;

bool is_number_up_to(std::string_view text, int high) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= high;
}

/// What is wrong with a base URL; empty when nothing is.
std::string url_problem(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos || (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https")) {
    return "it must begin with http:// or https://";
  }
  if (url.find_first_of("?#") != url.npos) return "it has a query or fragment: that goes into path";
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return "it has a space in it";
  }
  std::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find('/'));
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t close = authority.find(']');
    if (close == authority.npos) return "the IPv6 address has no closing ]";
    std::array<unsigned char, 16> address{};
    const std::string inside(authority.substr(1, close - 1));
    if (inet_pton(AF_INET6, inside.c_str(), address.data()) != 1) return "no IPv6 address in [ ]";
    port = authority.substr(close + 1);
  } else {
    const std::size_t colon = authority.find(':');
    if (colon == 0 || authority.empty()) return "it has no host";
    if (colon != authority.npos) port = authority.substr(colon);
  }
  if (port.empty()) return "";
  if (port.front() != ':' || !is_number_up_to(port.substr(1), 65535) || port == ":0") {
    return "the port must be a number from 1 to 65535";
  }
  return "";
}

bool is_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string address(text.substr(0, slash));
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
    return is_number_up_to(text.substr(slash + 1), 32);
  }
  return inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1 &&
         is_number_up_to(text.substr(slash + 1), 128);
}

Variable read_variable(Draft& draft, const Member& member) {
  Variable variable{member.key, "", {}, false};
  if (!is_variable_name(member.key)) {
    draft.findings.add(member.key_place, "'" + member.key + "' is no name of a variable",
                       "letters, digits and _, e.g. namespace", member.key.size());
  }
  if (member.value.is(Kind::text)) {
    variable.value = member.value.text;
    return variable;
  }
  const Value* command = member.value.find("command");
  const Value* value = member.value.find("value");
  variable.command = texts_at(member.value, "command");
  variable.value = text_at(member.value, "value");
  variable.secret = flag_at(member.value, "secret", false);
  if ((command == nullptr) == (value == nullptr)) {
    draft.findings.add(member.value, "variable '" + member.key + "' needs a command or a value",
                       "e.g. { command = [\"./login.sh\"], secret = true }");
  } else if (command != nullptr && variable.command.empty() && command->is(Kind::array)) {
    draft.findings.add(*command, "the command of variable '" + member.key + "' is empty");
  }
  if (variable.secret && !variable.value.empty()) draft.scenario.secrets.push_back(variable.value);
  return variable;
}

TlsFiles read_tls(Draft& draft, const Value& group) {
  const Value* table = group.find("tls");
  if (table == nullptr) return {};
  if ((table->find("cert") == nullptr) != (table->find("key") == nullptr)) {
    draft.findings.add(*table, "'cert' and 'key' go together");
  }
  return {resolve_path(draft, text_at(*table, "ca")), resolve_path(draft, text_at(*table, "cert")),
          resolve_path(draft, text_at(*table, "key")), flag_at(*table, "insecure", false)};
}

Group read_group(Draft& draft, const Member& member) {
  const Value& table = member.value;
  Group group;
  group.name = member.key;
  if (!is_name(group.name)) {
    draft.findings.add(member.key_place, "'" + group.name + "' is no name of a group",
                       "letters, digits, - and _", group.name.size());
  }
  const std::string role = text_at(table, "role", group.name);
  group.role = role == "experimental" ? Role::experimental : Role::control;
  group.base_url = text_at(table, "base_url");
  if (const Value* url = text_value(table, "base_url"); url != nullptr && !url->blank) {
    const std::string problem = url_problem(url->text);
    if (!problem.empty()) {
      draft.findings.add(*url, "'base_url' is no URL: " + problem,
                         "e.g. \"http://127.0.0.1:8080\"");
    }
  }
  group.dsn = text_at(table, "dsn");
  if (!group.dsn.empty()) draft.scenario.secrets.push_back(group.dsn);
  const std::vector<const Value*> nodes = tables_at(table, "nodes");
  check_unique(draft, nodes, "name", "node");
  for (const Value* node : nodes) {
    group.nodes.push_back({text_at(*node, "name"), text_at(*node, "dsn")});
    if (const std::string& dsn = group.nodes.back().dsn; !dsn.empty()) {
      draft.scenario.secrets.push_back(dsn);
    }
  }
  group.tls = read_tls(draft, table);
  if (const Value* vars = table.find("vars")) {
    for (const Member& m : vars->members) group.vars.push_back(read_variable(draft, m));
  }
  if (const Value* zones = table.find("zones")) {
    for (const Member& m : zones->members) {
      if (!is_network(m.key)) {
        draft.findings.add(m.key_place, "'" + m.key + "' is no network",
                           "CIDR, e.g. \"10.0.1.0/24\"", m.key.size() + 2);
      }
      group.zones.push_back({m.key, m.value.text});
    }
  }
  return group;
}

/// At most one control and one experimental group.
void check_roles(Draft& draft, const Value& groups) {
  const auto& made = draft.scenario.groups;
  if (made.empty()) {
    draft.findings.add(groups.place, "there is no group", "[groups.target] with its base_url");
  }
  for (std::size_t i = 1; i < made.size(); ++i) {
    const auto same = std::find_if(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const Group& g) { return g.role == made[i].role; });
    if (same == made.begin() + static_cast<std::ptrdiff_t>(i)) continue;
    draft.findings.add(groups.members[i].key_place,
                       "groups '" + same->name + "' and '" + made[i].name +
                           "' both have the role " + std::string(name_of(made[i].role)),
                       "at most one control and one experimental group; `role` says which is which",
                       made[i].name.size());
  }
}

}  // namespace

void read_groups(Draft& draft, const Value& root) {
  const Value* groups = root.find("groups");
  if (groups == nullptr || !groups->is(Kind::table)) return;
  for (const Member& member : groups->members) {
    draft.scenario.groups.push_back(read_group(draft, member));
  }
  check_roles(draft, *groups);
}

}  // namespace loadgen
