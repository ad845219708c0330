#include "loadgen/core/document_json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

namespace json = boost::json;
using boost::system::error_code;

/// Builds the values as Boost.JSON's own parser does, but reads doubles from their digits: in 1.81
/// its arithmetic is off by one in the last place for one number in ten, and we promise exactness.
struct ExactHandler {
  static constexpr std::size_t max_object_size = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = 1 << 16;
  static constexpr std::size_t max_string_size = std::size_t{1} << 30;

  json::value_stack stack;
  std::string digits;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_object_end(std::size_t n, error_code&) {
    stack.push_object(n);
    return true;
  }
  bool on_array_end(std::size_t n, error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_key(json::string_view s, std::size_t, error_code&) {
    stack.push_key(s);
    return true;
  }
  bool on_string_part(json::string_view s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_string(json::string_view s, std::size_t, error_code&) {
    stack.push_string(s);
    return true;
  }
  bool on_number_part(json::string_view s, error_code&) {
    digits.append(s.data(), s.size());
    return true;
  }
  bool on_int64(std::int64_t i, json::string_view, error_code&) {
    digits.clear();
    stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, error_code&) {
    digits.clear();
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double rough, json::string_view s, error_code&) {
    digits.append(s.data(), s.size());
    double exact = rough;  // out of range: keep what the parser made of it
    std::from_chars(digits.data(), digits.data() + digits.size(), exact);
    digits.clear();
    stack.push_double(exact);
    return true;
  }
  bool on_bool(bool b, error_code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

std::string line_and_column(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t last_break = before.rfind('\n');
  const std::size_t column = before.size() - (last_break == before.npos ? 0 : last_break + 1) + 1;
  return std::to_string(line) + ":" + std::to_string(column);
}

const char* kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a text";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "an object";
  }
  return "?";
}

}  // namespace

JsonDocument::JsonDocument(std::string_view text, std::string file) : file_(std::move(file)) {
  json::basic_parser<ExactHandler> parser{json::parse_options{}};
  error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  std::string complaint;
  if (error) {
    complaint = error.message();
  } else if (text.find_first_not_of(" \t\r\n", used) != text.npos) {
    complaint = "extra text after the document";
  }
  if (!complaint.empty()) {
    throw UserError(file_ + ":" + line_and_column(text, used) + ": not JSON: " + complaint);
  }
  value_ = std::make_unique<json::value>(parser.handler().stack.release());
}

JsonDocument::~JsonDocument() = default;

JsonNode JsonDocument::root() const { return {*value_, "", file_}; }

void JsonNode::fail(const std::string& complaint) const {
  throw UserError(*file_ + ": " + (place_.empty() ? "" : place_ + ": ") + complaint);
}

void JsonNode::wrong_kind(const char* expected) const {
  fail(std::string("expected ") + expected + ", found " + kind_name(*value_));
}

bool JsonNode::is_null() const { return value_->is_null(); }

void JsonNode::read(bool& out) const {
  if (!value_->is_bool()) wrong_kind("true or false");
  out = value_->get_bool();
}

void JsonNode::read(std::uint64_t& out) const {
  if (value_->is_uint64()) {
    out = value_->get_uint64();
  } else if (value_->is_int64() && value_->get_int64() >= 0) {
    out = static_cast<std::uint64_t>(value_->get_int64());
  } else {
    wrong_kind("a whole number, 0 or more");
  }
}

void JsonNode::read(std::uint32_t& out) const {
  std::uint64_t wide = 0;
  read(wide);
  if (wide > std::numeric_limits<std::uint32_t>::max()) fail("the number is too large");
  out = static_cast<std::uint32_t>(wide);
}

void JsonNode::read(std::int64_t& out) const {
  if (!value_->is_int64()) wrong_kind("a whole number");
  out = value_->get_int64();
}

void JsonNode::read(int& out) const {
  std::int64_t wide = 0;
  read(wide);
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
    fail("the number is too large");
  }
  out = static_cast<int>(wide);
}

void JsonNode::read(double& out) const {
  if (!value_->is_number()) wrong_kind("a number");
  out = value_->is_double()  ? value_->get_double()
        : value_->is_int64() ? static_cast<double>(value_->get_int64())
                             : static_cast<double>(value_->get_uint64());
  if (!std::isfinite(out)) fail("the number is too large");
}

void JsonNode::read(std::string& out) const {
  if (!value_->is_string()) wrong_kind("a text");
  out.assign(value_->get_string().data(), value_->get_string().size());
}

void JsonNode::read(RunOffset& out) const {
  // 31 years: any two instants can be subtracted without overflow.
  constexpr std::int64_t kMostUs = 1'000'000'000'000'000;
  if (value_->is_int64()) {
    const std::int64_t us = value_->get_int64();
    if (us > kMostUs || us < -kMostUs) fail("the instant is out of range");
    out = std::chrono::microseconds(us);
    return;
  }
  double us = 0;
  read(us);
  if (std::abs(us) > static_cast<double>(kMostUs)) fail("the instant is out of range");
  out = RunOffset(std::llround(us * 1000));
}

void JsonNode::each_item(const std::function<void(const JsonNode&)>& visit) const {
  if (!value_->is_array()) wrong_kind("a list");
  std::size_t index = 0;
  for (const json::value& item : value_->get_array()) {
    visit({item, place_ + "[" + std::to_string(index++) + "]", *file_});
  }
}

void JsonNode::each_member(
    const std::function<void(const std::string&, const JsonNode&)>& visit) const {
  if (!value_->is_object()) wrong_kind("an object");
  for (const auto& [key, value] : value_->get_object()) {
    const std::string name(key.data(), key.size());
    visit(name, {value, place_.empty() ? name : place_ + "." + name, *file_});
  }
}

std::optional<JsonNode> JsonNode::member(std::string_view key) const {
  if (!value_->is_object()) wrong_kind("an object");
  const json::value* found = value_->get_object().if_contains({key.data(), key.size()});
  if (found == nullptr) return std::nullopt;
  const std::string name(key);
  return JsonNode(*found, place_.empty() ? name : place_ + "." + name, *file_);
}

JsonNode JsonFields::need(std::string_view key) {
  if (auto node = maybe(key)) return *node;
  object_.fail("the key '" + std::string(key) + "' is missing");
}

std::optional<JsonNode> JsonFields::maybe(std::string_view key) {
  taken_.emplace_back(key);
  return object_.member(key);
}

void JsonFields::done() const {
  object_.each_member([&](const std::string& key, const JsonNode&) {
    if (std::find(taken_.begin(), taken_.end(), key) == taken_.end()) {
      object_.fail("the key '" + key + "' is not one of this format");
    }
  });
}

}  // namespace loadgen
