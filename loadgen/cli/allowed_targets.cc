#include "loadgen/cli/allowed_targets.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include "loadgen/core/error.h"
#include "loadgen/drive/http_request.h"
#include "pgbench_mode/conninfo.h"

namespace loadgen {

namespace {

constexpr std::uint16_t kPostgresPort = 5432;

struct Permit {
  std::string host;
  std::optional<std::uint16_t> port;  // none: every port
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

/// "db", "db:5432", "10.0.0.7", "[::1]", "[::1]:80", "::1", "/run/postgresql".
Permit parse_permit(const std::string& text) {
  Permit permit{lower(text), std::nullopt};
  const std::size_t colon = text.rfind(':');
  const bool bracketed = !text.empty() && text.front() == '[';
  const bool only_colon = colon != std::string::npos && text.find(':') == colon;
  const bool has_port =
      bracketed ? colon != std::string::npos && text[colon - 1] == ']' : only_colon;
  if (has_port) {
    permit.port = port_of(std::string_view(text).substr(colon + 1));
    permit.host = lower(text.substr(0, colon));
    if (!permit.port) permit.host.clear();
  }
  if (bracketed && !permit.host.empty() && permit.host.back() == ']')
    permit.host = permit.host.substr(1, permit.host.size() - 2);
  if (permit.host.empty()) {
    throw UserError("--allow-target: \"" + text +
                    "\"; expected HOST or HOST:PORT, such as db.internal:5432");
  }
  return permit;
}

std::string text_of(const TargetPlace& place) {
  return (place.host.find(':') == std::string::npos ? place.host : "[" + place.host + "]") + ":" +
         std::to_string(place.port);
}

void require_permitted(const std::vector<Permit>& permits, const DriverSetup& setup) {
  const Group& group = setup.scenario.groups[setup.group];
  for (const TargetPlace& place : places_of(group, setup.scenario.workloads[setup.workload].kind)) {
    const bool permitted = std::any_of(permits.begin(), permits.end(), [&](const Permit& permit) {
      return permit.host == lower(place.host) && (!permit.port || *permit.port == place.port);
    });
    if (permitted) continue;
    throw UserError("group " + group.name + ": this worker may not send load to " + text_of(place) +
                    "; it was not started with --allow-target for it");
  }
}

}  // namespace

std::vector<TargetPlace> places_of(const Group& group, WorkloadKind kind) {
  if (kind != WorkloadKind::pgbench) {
    const HttpTarget target = HttpTarget::parse(group.base_url);
    return {{target.host, target.port}};
  }
  std::vector<TargetPlace> places;
  for (const pgbench::Place& place : pgbench::parse_conninfo(group.dsn).places) {
    // An address is where libpq goes; the name beside it is for the certificate.
    const std::string& host = place.address.empty() ? place.host : place.address;
    const auto port = place.port.empty() ? std::optional(kPostgresPort) : port_of(place.port);
    if (host.empty() || !port) {
      throw UserError("group " + group.name +
                      ": its dsn does not say which host and port it means, so it can't be told "
                      "whether this worker may go there");
    }
    places.push_back({host, *port});
  }
  return places;
}

DriverFactory guarded_factory(const std::vector<std::string>& allowed, DriverFactory factory) {
  if (allowed.empty()) return factory;
  std::vector<Permit> permits;
  for (const std::string& text : allowed) permits.push_back(parse_permit(text));
  return [permits = std::move(permits), factory = std::move(factory)](const DriverSetup& setup) {
    require_permitted(permits, setup);
    return factory(setup);
  };
}

}  // namespace loadgen
