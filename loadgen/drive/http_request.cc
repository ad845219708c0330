#include "loadgen/drive/http_request.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cstdio>

#include "loadgen/core/base64.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool has_header(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return same_name(header.first, name); });
}

bool idempotent(std::string_view method) {
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

/// The headers that every request has unless the scenario gives them itself.
std::string fixed_headers_of(const Request& request, const Workload& workload,
                             const HttpTarget& target) {
  std::string out;
  if (!has_header(request, "Host")) out += "Host: " + target.host_header + "\r\n";
  if (!has_header(request, "User-Agent")) out += "User-Agent: loadgen\r\n";
  if (!has_header(request, "Accept")) out += "Accept: */*\r\n";
  if (!target.credentials.empty() && !has_header(request, "Authorization")) {
    out += "Authorization: Basic " + target.credentials + "\r\n";
  }
  if (!workload.http.keepalive && !has_header(request, "Connection"))
    out += "Connection: close\r\n";
  return out;
}

}  // namespace

HttpTarget HttpTarget::parse(const std::string& base_url) {
  const auto wrong = [&](const std::string& why) {
    return UserError("base_url \"" + without_credentials(base_url) + "\": " + why +
                     "; expected something like http://host:port or https://host/path");
  };
  const auto parsed = boost::urls::parse_uri(base_url);
  if (!parsed) throw wrong("is no URL (" + parsed.error().message() + ")");
  const boost::urls::url_view url = *parsed;
  HttpTarget target;
  target.tls = url.scheme_id() == boost::urls::scheme::https;
  if (!target.tls && url.scheme_id() != boost::urls::scheme::http)
    throw wrong("its scheme is neither http nor https");
  target.host = url.host_address();
  if (target.host.empty()) throw wrong("has no host");
  target.port = target.tls ? 443 : 80;
  const bool own_port = url.has_port() && !url.port().empty();
  if (own_port) {
    if (url.port_number() == 0) throw wrong("its port is not between 1 and 65535");
    target.port = url.port_number();
  }
  target.host_header = std::string(url.encoded_host());
  if (target.port != (target.tls ? 443 : 80))
    target.host_header += ":" + std::to_string(target.port);
  target.base_path = std::string(url.encoded_path());
  // Boost.URL takes what follows the digits of a port for a path without a slash.
  if (!target.base_path.empty() && target.base_path.front() != '/')
    throw wrong("its port is not between 1 and 65535");
  while (!target.base_path.empty() && target.base_path.back() == '/') target.base_path.pop_back();
  if (url.has_userinfo()) target.credentials = to_base64(url.user() + ":" + url.password());
  target.text = without_credentials(base_url);
  return target;
}

HttpRequests::HttpRequests(const Scenario& scenario, const Workload& workload,
                           const HttpTarget& target, const Variables& variables, std::uint64_t seed,
                           std::uint16_t workload_index)
    : target_(target),
      variables_(variables),
      seed_(seed),
      workload_(workload_index),
      traceparent_(workload.http.traceparent) {
  const Template::Files files = [&](const std::string& name) { return scenario.line_file(name); };
  double total = 0;
  for (const Request& request : workload.http.requests) total += request.weight;
  double sum = 0;
  for (const Request& request : workload.http.requests) {
    Kind kind;
    kind.method = request.method;
    kind.path = Template::compile(request.path, files);
    kind.body = Template::compile(request.body, files);
    bool constant = kind.path.is_constant() && kind.body.is_constant() && !traceparent_;
    for (const auto& [name, value] : request.headers) {
      kind.headers.emplace_back(name, Template::compile(value, files));
      constant = constant && kind.headers.back().second.is_constant();
    }
    kind.fixed_headers = fixed_headers_of(request, workload, target);
    kind.head = request.method == "HEAD";
    kind.idempotent = idempotent(request.method);
    kind.has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                    request.method == "PATCH";
    kind.own_length = has_header(request, "Content-Length");
    sum += request.weight;
    kind.upto = sum / total;
    if (constant) render_whole(kind.whole, kind, Ticket{});
    kinds_.push_back(std::move(kind));
  }
  kinds_.back().upto = 1;
}

std::uint16_t HttpRequests::choose(std::uint64_t sequence) const {
  if (kinds_.size() == 1) return 0;
  const double draw = TicketRandom(seed_, workload_, sequence).uniform();
  std::uint16_t chosen = 0;
  while (chosen + 1U < kinds_.size() && draw >= kinds_[chosen].upto) ++chosen;
  return chosen;
}

void HttpRequests::render(std::string& out, std::uint16_t operation, const Ticket& ticket) const {
  const Kind& kind = kinds_[operation];
  if (!kind.whole.empty()) {
    out += kind.whole;
    return;
  }
  render_whole(out, kind, ticket);
}

void HttpRequests::render_whole(std::string& out, const Kind& kind, const Ticket& ticket) const {
  TicketRandom random(seed_, workload_, ticket.sequence);
  if (kinds_.size() > 1) random.next();  // the draw that chose the request
  out += kind.method;
  out += ' ';
  out += target_.base_path;
  kind.path.render(out, ticket.sequence, random, variables_);
  out += " HTTP/1.1\r\n";
  out += kind.fixed_headers;
  for (const auto& [name, value] : kind.headers) {
    out += name;
    out += ": ";
    value.render(out, ticket.sequence, random, variables_);
    out += "\r\n";
  }
  if (traceparent_) out += "traceparent: " + traceparent(ticket) + "\r\n";
  if (!kind.has_body) {
    out += "\r\n";
    return;
  }
  std::string body;
  kind.body.render(body, ticket.sequence, random, variables_);
  if (!kind.own_length) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  out += "\r\n";
  out += body;
}

std::string HttpRequests::traceparent(const Ticket& ticket) const {
  if (!traceparent_) return {};
  TicketRandom random(seed_ ^ 0x7472616365ULL,
                      static_cast<std::uint16_t>(workload_ * 64 + ticket.group), ticket.sequence);
  char text[64];
  const std::uint64_t span = random.next() | 1;  // all zeroes would be invalid
  std::snprintf(text, sizeof text, "00-%016llx%016llx-%016llx-01",
                static_cast<unsigned long long>(random.next()),
                static_cast<unsigned long long>(random.next() | 1),
                static_cast<unsigned long long>(span));
  return text;
}

}  // namespace loadgen
