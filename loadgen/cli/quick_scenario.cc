#include "loadgen/cli/quick_scenario.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "loadgen/cli/toml_text.h"
#include "loadgen/core/error.h"

namespace loadgen {

namespace {

/// With a number of requests and no time, the run ends by itself; this only bounds what was
/// forgotten.
constexpr double kLongestSeconds = 24 * 3600;

/// The URL in two: up to the authority, and the path with its query.
std::pair<std::string, std::string> split_url(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos ||
      (url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0)) {
    throw UserError("URL \"" + url +
                    "\": expected http://host[:port]/path or https://host[:port]/path");
  }
  const std::size_t path = url.find_first_of("/?#", scheme + 3);
  if (path == scheme + 3 || scheme + 3 == url.size())
    throw UserError("URL \"" + url + "\": it has no host");
  if (url.substr(0, path).find('@') != std::string::npos) {
    // It would stand in the shell's history, the process list and every result. Not repeated here.
    throw UserError(
        "URL: user and password don't belong on the command line; write a scenario with "
        "base_url = \"http://${CREDENTIALS}@host\" and set CREDENTIALS in the environment");
  }
  if (path == std::string::npos) return {url, "/"};
  std::string rest = url.substr(path, url.find('#', path) - path);
  if (rest.empty() || rest[0] != '/') rest = "/" + rest;
  return {url.substr(0, path), rest};
}

struct Body {
  std::string method;  // that it implies
  std::optional<std::string> text, file;
};

Body body_of(const QuickFlags& flags) {
  std::vector<std::pair<std::string_view, Body>> given;
  const auto text = [&](std::string_view flag, const char* method, const std::string& value) {
    if (!value.empty()) given.push_back({flag, {method, value, std::nullopt}});
  };
  const auto file = [&](std::string_view flag, const char* method, const std::string& value) {
    if (!value.empty())
      given.push_back({flag, {method, std::nullopt, std::filesystem::absolute(value).string()}});
  };
  text("--postBody", "POST", flags.post_body);
  text("--patchBody", "PATCH", flags.patch_body);
  text("--data", "POST", flags.data);
  file("--postFile", "POST", flags.post_file);
  file("--patchFile", "PATCH", flags.patch_file);
  file("--putFile", "PUT", flags.put_file);
  if (given.size() > 1) {
    throw UserError(std::string(given[0].first) + " and " + std::string(given[1].first) +
                    " both give a body; give one of them");
  }
  return given.empty() ? Body{"GET", std::nullopt, std::nullopt} : given[0].second;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

bool has_header(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return lower(header.first) == lower(name); });
}

/// A request carries a header once; two flags that give the same one can't both be meant.
void add_header(Headers& headers, const std::string& name, const std::string& value) {
  if (has_header(headers, name)) throw UserError("the header " + name + " is given twice");
  headers.emplace_back(name, value);
}

std::string headers_of(const QuickFlags& flags, bool has_body) {
  Headers headers;
  if (!flags.content_type.empty()) add_header(headers, "Content-Type", flags.content_type);
  std::string cookies;
  for (const std::string& cookie : flags.cookies) {
    if (cookie.find('=') == std::string::npos) {
      throw UserError("--cookies: \"" + cookie + "\" is no cookie; expected name=value");
    }
    cookies += (cookies.empty() ? "" : "; ") + cookie;
  }
  if (!cookies.empty()) add_header(headers, "Cookie", cookies);
  for (const std::string& header : flags.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0) {
      throw UserError("--headers: \"" + header + "\" is no header; expected name:value");
    }
    const std::size_t value = header.find_first_not_of(' ', colon + 1);
    add_header(headers, header.substr(0, colon),
               value == std::string::npos ? "" : header.substr(value));
  }
  if (has_body && !has_header(headers, "Content-Type"))
    add_header(headers, "Content-Type", "text/plain");
  std::string out;
  for (const auto& [name, value] : headers) {
    out += (out.empty() ? "" : ", ") + toml_string(name) + " = " + toml_string(value);
  }
  return out;
}

std::string request_of(const QuickFlags& flags, const std::string& path) {
  const Body body = body_of(flags);
  const bool has_body = body.text.has_value() || body.file.has_value();
  std::string method = flags.method.empty() ? body.method : flags.method;
  std::transform(method.begin(), method.end(), method.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string out =
      "request         = { method = " + toml_string(method) + ", path = " + toml_string(path);
  const std::string headers = headers_of(flags, has_body);
  if (!headers.empty()) out += ", headers = { " + headers + " }";
  if (body.text) out += ", body = " + toml_string(*body.text);
  if (body.file) out += ", body_file = " + toml_string(*body.file);
  return out + " }\n";
}

std::string tls_of(const QuickFlags& flags) {
  std::string entries;
  const auto add = [&](const std::string& entry) {
    entries += (entries.empty() ? "" : ", ") + entry;
  };
  const auto file = [&](const char* key, const std::string& path) {
    if (!path.empty())
      add(std::string(key) + " = " + toml_string(std::filesystem::absolute(path).string()));
  };
  file("ca", flags.ca);
  file("cert", flags.cert);
  file("key", flags.key);
  if (flags.insecure) add("insecure = true");
  return entries.empty() ? "" : "tls      = { " + entries + " }\n";
}

double seconds_of(const QuickFlags& flags) {
  if (flags.max_seconds > 0) return std::ceil(flags.max_seconds);
  if (flags.max_requests == 0) return kDefaultSeconds;
  if (flags.rps > 0) return std::ceil(static_cast<double>(flags.max_requests) / flags.rps) + 1;
  return kLongestSeconds;
}

/// Sent before each step of a search is judged: its connections are fresh.
constexpr const char* kStepWarmup = "2s";
/// Where a search begins when nothing says so.
constexpr double kFirstRate = 10;

bool over_clients(const QuickFlags& flags) {
  return flags.find_max.empty() ? flags.rps <= 0 : flags.over == "clients";
}

/// "p99 < 250ms, error_rate < 0.1%", one by one.
std::vector<std::string> limits_of(const std::string& find_max) {
  std::vector<std::string> limits;
  for (std::size_t at = 0; at <= find_max.size();) {
    const std::size_t comma = std::min(find_max.find(',', at), find_max.size());
    const std::size_t first = find_max.find_first_not_of(' ', at);
    if (first == std::string::npos || first >= comma)
      throw UserError("--find-max \"" + find_max +
                      "\": expected limits with commas between, such as p99 < 250ms");
    limits.push_back(find_max.substr(first, comma - first));
    at = comma + 1;
  }
  return limits;
}

/// As the [capacity] of a scenario.
std::string capacity_of(const QuickFlags& flags) {
  if (flags.find_max.empty()) {
    if (!flags.over.empty()) throw UserError("--over is for --find-max");
    return "";
  }
  if (flags.max_requests > 0)
    throw UserError("--find-max holds each step for -t seconds; leave -n");
  if (!flags.checks.empty())
    throw UserError("--find-max: its limits are the checks; leave --check");
  if (over_clients(flags) && flags.rps > 0)
    throw UserError("--over clients is a closed loop, which has no --rps; begin with -c");
  std::string limits;
  for (const std::string& limit : limits_of(flags.find_max))
    limits += (limits.empty() ? "" : ", ") + toml_string(limit);
  return "\n[capacity]\nlimit = [" + limits + "]\n";
}

}  // namespace

std::string quick_scenario(const QuickFlags& flags) {
  if (flags.timeout_ms == 0) throw UserError("--timeout 0: expected milliseconds, such as 10000");
  const auto [base, path] = split_url(flags.url);
  std::string out =
      "# The scenario of a `loadgen http` command.\nschema = 1\n\n[experiment]\nname = "
      "\"http\"\n\n";
  const std::string capacity = capacity_of(flags);
  out += "[phases]\n";
  if (!capacity.empty()) out += std::string("warmup = \"") + kStepWarmup + "\"\n";
  out += "before = \"" + toml_number(seconds_of(flags)) + "s\"\n\n";
  out += "[groups.target]\nbase_url = " + toml_string(base) + "\n" + tls_of(flags) + "\n";
  out += "[[workloads]]\nname            = \"http\"\nkind            = \"http\"\n" +
         request_of(flags, path);
  if (!over_clients(flags)) {
    out += "rate            = " + toml_number(flags.rps > 0 ? flags.rps : kFirstRate) + "\n";
    if (flags.poisson) out += "arrival         = \"poisson\"\n";
    if (flags.concurrency > 0)
      out += "max_in_flight   = " + std::to_string(flags.concurrency) + "\n";
  } else {
    if (flags.poisson)
      throw UserError("--poisson says how requests arrive at a rate; give --rps, too");
    out += "rate            = 0\nclients         = " +
           std::to_string(flags.concurrency > 0 ? flags.concurrency : kDefaultClients) + "\n";
  }
  out += "timeout         = \"" + std::to_string(flags.timeout_ms) + "ms\"\n";
  if (flags.no_keepalive) out += "keepalive       = false\n";
  out += "\n[steady_state]\nmargins = \"none\"\n";
  if (!flags.checks.empty()) {
    out += "\n[[steady_state.checks]]\nid     = \"check\"\nphase  = \"before\"\nassert = [";
    for (std::size_t i = 0; i < flags.checks.size(); ++i)
      out += (i > 0 ? ", " : "") + toml_string(flags.checks[i]);
    out += "]\n";
  }
  out += capacity;
  return out;
}

std::vector<TypedText> typed_texts(const QuickFlags& flags) {
  std::vector<TypedText> typed;
  for (const std::string& check : flags.checks)
    typed.push_back({"--check", check, toml_string(check)});
  if (flags.find_max.empty()) return typed;
  for (const std::string& limit : limits_of(flags.find_max))
    typed.push_back({"--find-max", limit, toml_string(limit)});
  return typed;
}

}  // namespace loadgen
