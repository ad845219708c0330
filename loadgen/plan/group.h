// A group: one deployment under load, and what is known about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

enum class Role : std::uint8_t { control, experimental };
std::string_view name_of(Role role);

/// A variable of a group: a literal, or the output of a command that runs on the coordinator only.
struct Variable {
  std::string name;
  std::string value;                 // of a literal
  std::vector<std::string> command;  // empty for a literal
  bool secret = false;
};

struct TlsFiles {
  std::string ca, cert, key;  // paths, relative to the scenario file resolved; empty = none
  bool insecure = false;
};

struct Zone {
  std::string network;  // CIDR
  std::string name;
};

struct Node {
  std::string name, dsn;
};

struct Group {
  std::string name;
  Role role = Role::control;
  std::string base_url;  // http:// or https://, no query; may be empty when no workload is http
  std::string dsn;
  std::vector<Node> nodes;
  TlsFiles tls;
  std::vector<Variable> vars;
  std::vector<Zone> zones;
};

}  // namespace loadgen
