#include "pgbench_mode/conninfo.h"

#include <libpq-fe.h>

#include <array>
#include <map>
#include <memory>
#include <string_view>

#include "loadgen/core/error.h"
#include "loadgen/drive/address.h"

namespace loadgen::pgbench {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
using Words = std::map<std::string, std::string>;

Words words_of(const PQconninfoOption* options) {
  Words words;
  for (; options->keyword != nullptr; ++options) {
    if (options->val != nullptr && *options->val != '\0') words[options->keyword] = options->val;
  }
  return words;
}

Words given_words(const std::string& dsn) {
  // libpq's own test of whether a text is more than the name of a database.
  const bool is_string = dsn.find('=') != std::string::npos || dsn.rfind("postgresql://", 0) == 0 ||
                         dsn.rfind("postgres://", 0) == 0;
  if (!is_string) return dsn.empty() ? Words{} : Words{{"dbname", dsn}};
  char* problem = nullptr;
  const Options options(PQconninfoParse(dsn.c_str(), &problem), PQconninfoFree);
  if (options != nullptr) return words_of(options.get());
  std::string message = problem == nullptr ? "out of memory" : problem;
  PQfreemem(problem);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  throw UserError(message);
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t comma; (comma = list.find(',', begin)) != std::string::npos; begin = comma + 1)
    parts.push_back(list.substr(begin, comma - begin));
  parts.push_back(list.substr(begin));
  return parts;
}

/// Takes a word out; what is absent has libpq's default.
std::string take(Words& words, const Words& defaults, const std::string& name) {
  std::string value;
  if (const auto given = words.find(name); given != words.end()) {
    value = given->second;
    words.erase(given);
  } else if (const auto fallback = defaults.find(name); fallback != defaults.end()) {
    value = fallback->second;
  }
  return value;
}

SessionRole role_called(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, SessionRole>, 6> roles{{
      {"any", SessionRole::any},
      {"read-write", SessionRole::read_write},
      {"read-only", SessionRole::read_only},
      {"primary", SessionRole::primary},
      {"standby", SessionRole::standby},
      {"prefer-standby", SessionRole::prefer_standby},
  }};
  if (name.empty()) return SessionRole::any;
  for (const auto& [text, role] : roles) {
    if (text == name) return role;
  }
  throw UserError("invalid target_session_attrs value: \"" + name + "\"");
}

std::vector<Place> places_of(const std::string& host, const std::string& address,
                             const std::string& port) {
  const std::vector<std::string> hosts = split(host);
  const std::vector<std::string> addresses = split(address);
  const std::vector<std::string> ports = split(port);
  // As in libpq, the list of addresses counts when there is one.
  const std::size_t count = address.empty() ? hosts.size() : addresses.size();
  if (!address.empty() && !host.empty() && hosts.size() != count) {
    throw UserError("could not match " + std::to_string(hosts.size()) + " host names to " +
                    std::to_string(count) + " hostaddr values");
  }
  if (ports.size() != 1 && ports.size() != count) {
    throw UserError("could not match " + std::to_string(ports.size()) + " port numbers to " +
                    std::to_string(count) + " hosts");
  }
  std::vector<Place> places(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!host.empty()) places[i].host = hosts[i];
    if (!address.empty()) places[i].address = addresses[i];
    places[i].port = ports.size() == 1 ? ports[0] : ports[i];
  }
  return places;
}

}  // namespace

bool Place::needs_look_up() const {
  return address.empty() && !host.empty() && host[0] != '/' && host[0] != '@' &&
         !numeric_address(host, 0);
}

std::string Place::text() const {
  std::string text = host.empty() ? address : host;
  if (!address.empty() && !host.empty()) text += " (" + address + ")";
  if (!port.empty()) text += (text.empty() ? "port " : ", port ") + port;
  return text;
}

Conninfo parse_conninfo(const std::string& dsn) {
  Words words = given_words(dsn);
  const Options known(PQconndefaults(), PQconninfoFree);
  const Words defaults = known == nullptr ? Words{} : words_of(known.get());
  Conninfo info;
  const bool by_service =
      words.count("service") > 0 && words.count("host") + words.count("hostaddr") == 0;
  if (by_service) {
    info.places.emplace_back();
  } else {
    const std::string host = take(words, defaults, "host");
    const std::string address = take(words, defaults, "hostaddr");
    info.places = places_of(host, address, take(words, defaults, "port"));
    info.role = role_called(take(words, defaults, "target_session_attrs"));
    info.shuffled = take(words, defaults, "load_balance_hosts") == "random";
  }
  words.erase("connect_timeout");
  words.emplace("fallback_application_name", "loadgen");
  info.settings.assign(words.begin(), words.end());
  return info;
}

}  // namespace loadgen::pgbench
