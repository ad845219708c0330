// From a ticket to the bytes of its request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/plan/scenario.h"
#include "loadgen/plan/schedule.h"
#include "loadgen/plan/template.h"

namespace loadgen {

/// A base URL taken apart.
struct HttpTarget {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 80;
  std::string host_header;  // "example.org:8080"; the port is left out when it is the scheme's
  std::string base_path;    // "" or "/app": goes before every path
  std::string credentials;  // base64 of user:password, or empty
  std::string text;         // without credentials, for messages

  /// Throws UserError when it is no http(s) URL with a host.
  static HttpTarget parse(const std::string& base_url);
};

/// The requests of one workload for one group, compiled. Immutable after making; engine thread.
class HttpRequests {
 public:
  /// Throws TemplateError (a UserError) for a wrong placeholder.
  HttpRequests(const Scenario& scenario, const Workload& workload, const HttpTarget& target,
               const Variables& variables, std::uint64_t seed, std::uint16_t workload_index);

  /// Which request a ticket makes: drawn by weight from the ticket's own stream.
  std::uint16_t choose(std::uint64_t sequence) const;
  /// Appends the request's bytes.
  void render(std::string& out, std::uint16_t operation, const Ticket& ticket) const;
  /// "00-<trace>-<span>-01" of this ticket; empty when not asked for.
  std::string traceparent(const Ticket& ticket) const;

  bool is_head(std::uint16_t operation) const { return kinds_[operation].head; }
  /// GET, HEAD, OPTIONS, PUT, DELETE: may be sent again when the connection turned out to be dead.
  bool is_idempotent(std::uint16_t operation) const { return kinds_[operation].idempotent; }

 private:
  struct Kind {
    std::string whole;  // the whole request, when nothing in it varies
    Template path, body;
    std::vector<std::pair<std::string, Template>> headers;
    std::string method;
    std::string fixed_headers;  // Host and what else every request has
    double upto = 0;            // cumulative weight, last one 1
    bool head = false;
    bool idempotent = false;
    bool has_body = false;
    bool own_length = false;  // the scenario gives Content-Length itself
  };
  void render_whole(std::string& out, const Kind& kind, const Ticket& ticket) const;

  const HttpTarget& target_;
  const Variables& variables_;
  std::uint64_t seed_;
  std::uint16_t workload_;
  bool traceparent_;
  std::vector<Kind> kinds_;
};

}  // namespace loadgen
