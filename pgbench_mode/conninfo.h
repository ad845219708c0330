// A libpq connection string taken apart, so that hosts are resolved, tried and judged by us:
// getaddrinfo blocks inside PQconnectPoll, and its connect_timeout is not kept there.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace loadgen::pgbench {

/// target_session_attrs.
enum class SessionRole : std::uint8_t {
  any,
  read_write,
  read_only,
  primary,
  standby,
  prefer_standby
};

/// One entry of libpq's list of hosts, or one address of it.
struct Place {
  std::string host;     // a name, an address, the directory of a socket; empty: libpq's default
  std::string address;  // hostaddr; empty: none given, or not resolved yet
  std::string port;     // empty: libpq's default
  bool operator==(const Place&) const = default;

  /// `host` is a name that must be looked up.
  bool needs_look_up() const;
  /// "db1 (10.0.0.7), port 5432": for messages.
  std::string text() const;
};

struct Conninfo {
  /// All keywords that were given, without those that choose a server.
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<Place> places;  // in the order in which they are tried; at least one
  SessionRole role = SessionRole::any;
  bool shuffled = false;  // load_balance_hosts = random: begin anywhere in `places`

  /// A session that turns read-only is no use any more: another server may take writes.
  bool replaces_read_only() const {
    return role == SessionRole::read_write || role == SessionRole::primary ||
           (role == SessionRole::any && places.size() > 1);
  }
};

/// Takes apart a conninfo string, a URI or a database name. What is absent comes from libpq's
/// environment (PGHOST, PGPORT, PGTARGETSESSIONATTRS …). A `service` stays libpq's to read, unless
/// hosts are given beside it. Throws UserError with libpq's words.
Conninfo parse_conninfo(const std::string& dsn);

}  // namespace loadgen::pgbench
