// The HTTP half of a workload: requests, expectations, placeholders.
#include <algorithm>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/template.h"

namespace loadgen {
namespace {

using document::Member;
using document::Value;
using Kind = Value::Kind;

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

/// A token of HTTP (RFC 9110, 5.6.2).
bool is_token(std::string_view text) {
  constexpr std::string_view kToken =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return !text.empty() && text.find_first_not_of(kToken) == std::string_view::npos;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// A path may hold neither spaces nor control characters, so the lines put into it may not either.
void check_lines(Draft& draft, const Value& where, const std::string& name,
                 const std::string& content) {
  std::size_t number = 1;
  for (const char c : content) {
    if (c == ' ' || (is_control(c) && c != '\n' && c != '\r')) {
      draft.findings.add(where,
                         "line " + std::to_string(number) + " of '" + name +
                             "' has a space or control character, which no path can hold",
                         "%20 for a space");
      return;
    }
    if (c == '\n') ++number;
  }
}

/// Compiles the text to see that it can be; loads the files that it names into the scenario.
void check_template(Draft& draft, const Value& where, const std::string& text, bool in_path) {
  const bool judged = static_cast<bool>(draft.source.file);
  const auto files = [&](const std::string& name) -> std::optional<std::string> {
    if (!judged) return "1";
    std::optional<std::string> content = draft.source.file(resolve_path(draft, name));
    if (content) draft.scenario.line_files[name] = *content;
    if (content && in_path) check_lines(draft, where, name, *content);
    return content;
  };
  try {
    const Template compiled = Template::compile(text, files);
    for (const std::string& variable : compiled.variables()) {
      for (const Group& group : draft.scenario.groups) {
        std::vector<std::string_view> known;
        for (const Variable& v : group.vars) known.push_back(v.name);
        if (std::find(known.begin(), known.end(), variable) != known.end()) continue;
        draft.findings.add(where, "group '" + group.name + "' has no variable '" + variable +
                                      "' for {var:" + variable + "}" +
                                      did_you_mean(variable, known));
      }
    }
  } catch (const TemplateError& error) {
    const bool here = text == where.text;
    draft.findings.add(here ? draft.findings.inside(where, error.column() - 1) : where.place,
                       error.what_alone());
  }
}

void check_path(Draft& draft, const Value& path) {
  const std::string& text = path.text;
  if (text.empty() || text.front() != '/') {
    draft.findings.add(path, "a path begins with /, not '" + text + "'");
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '#' || is_control(text[i])) {
      draft.findings.add(draft.findings.inside(path, i),
                         "a path can't hold a space, a # or a control character",
                         "%20 for a space");
      return;
    }
    if (text[i] != '{') continue;
    const std::string_view name =
        std::string_view(text).substr(i + 1, text.find_first_of(":}", i) - i - 1);
    const std::vector<std::string_view> known{"seq", "random", "line", "var"};
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      draft.findings.add(
          draft.findings.inside(path, i),
          "unknown placeholder {" + std::string(name) + "}" + did_you_mean(name, known),
          "{seq}, {random:1:128}, {line:FILE} or {var:NAME}; a brace itself is %7B");
    }
  }
}

void check_header(Draft& draft, const Member& header) {
  const std::string name = lower(header.key);
  std::string problem;
  if (!is_token(header.key)) problem = "'" + header.key + "' is no name of a header";
  for (const std::string_view own : {"connection", "content-length", "transfer-encoding"}) {
    if (name == own) problem = "'" + header.key + "' is set by loadgen itself";
  }
  if (!problem.empty()) {
    draft.findings.add(header.key_place, problem,
                       name == "connection" ? "keepalive = false closes after each request" : "",
                       header.key.size());
  }
  if (std::any_of(header.value.text.begin(), header.value.text.end(), is_control)) {
    draft.findings.add(header.value, "a header's value can't hold a control character");
  }
  check_template(draft, header.value, header.value.text, false);
}

std::string read_body(Draft& draft, const Value& table) {
  const Value* file = text_value(table, "body_file");
  const Value* body = text_value(table, "body");
  if (file == nullptr) {
    if (body != nullptr) check_template(draft, *body, body->text, false);
    return body != nullptr ? body->text : "";
  }
  if (body != nullptr) draft.findings.add(*file, "'body' and 'body_file' exclude each other");
  if (!draft.source.file) return "";
  const std::string path = resolve_path(draft, file->text);
  const std::optional<std::string> content = draft.source.file(path);
  if (!content) {
    draft.findings.add(*file, "can't read the file '" + path + "'");
    return "";
  }
  check_template(draft, *file, *content, false);
  return *content;
}

Request read_request(Draft& draft, const Value& table) {
  Request request;
  request.name = text_at(table, "name");
  if (const Value* method = text_value(table, "method"); method != nullptr && !method->blank) {
    request.method = method->text;
    std::string upper = request.method;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!is_token(request.method) || upper != request.method) {
      draft.findings.add(*method, "'" + request.method + "' is no method" +
                                      (is_token(upper) ? "; did you mean '" + upper + "'?" : ""));
    } else if (request.method == "CONNECT") {
      draft.findings.add(*method, "CONNECT opens a tunnel and is no request that can be measured");
    }
  }
  if (const Value* path = text_value(table, "path"); path != nullptr && !path->blank) {
    request.path = path->text;
    check_path(draft, *path);
    check_template(draft, *path, path->text, true);
  }
  request.headers = text_map_at(table, "headers");
  if (const Value* headers = table.find("headers")) {
    for (const Member& header : headers->members) check_header(draft, header);
  }
  request.body = read_body(draft, table);
  request.weight = number_at(table, "weight").value_or(1);
  if (request.weight <= 0) {
    draft.findings.add(place_at(table, "weight"), "'weight' must be above 0");
  }
  return request;
}

/// Every operation gets a name of its own: slices are kept by it.
void name_operations(Draft& draft, const std::vector<const Value*>& tables,
                     std::vector<Request>& requests, const std::string& workload) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Request& request = requests[i];
    if (request.name.empty()) {
      request.name = requests.size() == 1 ? workload : request.method + " " + request.path;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (requests[j].name != request.name) continue;
      draft.findings.add(place_at(*tables[i], "name"),
                         "a second request is called '" + request.name + "'",
                         "a name of its own, e.g. name = \"other\"");
      break;
    }
  }
}

}  // namespace

HttpPart read_http(Draft& draft, const Value& table, const std::string& workload) {
  HttpPart http;
  const Value* one = table.find("request");
  const Value* several = table.find("requests");
  std::vector<const Value*> tables = tables_at(table, "requests");
  if (one != nullptr && several != nullptr) {
    draft.findings.add(*several, "'request' and 'requests' exclude each other");
  } else if (several != nullptr && several->is(Kind::array) && several->items.empty()) {
    draft.findings.add(*several, "'requests' is empty", "at least one request");
  }
  if (one != nullptr) tables.assign(1, one);
  for (const Value* request : tables) http.requests.push_back(read_request(draft, *request));
  if (http.requests.empty()) http.requests.emplace_back();
  if (tables.empty()) tables.push_back(&table);
  name_operations(draft, tables, http.requests, workload);

  if (const Value* expect = table.find("expect")) {
    if (const Value* status = expect->find("status")) {
      for (const Value& item : status->items) {
        http.expect.status.push_back(static_cast<int>(item.integer));
      }
    }
    http.expect.body_contains = text_at(*expect, "body_contains");
  }
  http.keepalive = flag_at(table, "keepalive", true);
  http.requests_per_connection = count_at(table, "requests_per_connection").value_or(0);
  if (!http.keepalive && http.requests_per_connection > 1) {
    draft.findings.add(place_at(table, "requests_per_connection"),
                       "without keepalive each connection carries one request");
  }
  http.traceparent = flag_at(table, "traceparent", false);
  if (const Value* served_by = text_value(table, "served_by");
      served_by != nullptr && !served_by->blank) {
    http.served_by = served_by->text;
    if (!is_token(http.served_by)) {
      draft.findings.add(*served_by, "'" + http.served_by + "' is no name of a header",
                         "a header, e.g. \"X-Served-By\", or \"peer\"");
    }
  }
  return http;
}

}  // namespace loadgen
