// The schema of the scenario, made from scenario_keys(); that of the result is in result_schema.cc.
#include "loadgen/plan/schema.h"

#include <cmath>
#include <sstream>

#include "loadgen/plan/scenario_keys.h"

namespace loadgen {
namespace {

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string json_number(double number) {
  std::ostringstream out;
  out.precision(15);
  out << number;
  return out.str();
}

constexpr std::string_view kDuration = "^([0-9]+(h|m|s|ms|us|ns))+$";
constexpr std::string_view kName = "^[A-Za-z0-9_][A-Za-z0-9_-]*$";

/// Writes JSON with two spaces per level; members of an object in the order of the keys.
class Writer {
 public:
  std::string text() {
    out_ << "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
         << "  \"title\": \"loadgen scenario\",\n";
    object(scenario_keys(), 1);
    out_ << "\n}\n";
    return out_.str();
  }

 private:
  static std::string indent(int level) {
    return std::string(2 * static_cast<std::size_t>(level), ' ');
  }

  /// The members that describe a table, without its braces.
  void object(const TableKeys& keys, int level) {
    const std::string in = indent(level);
    out_ << in << "\"type\": \"object\",\n" << in << "\"additionalProperties\": false,\n";
    std::string required;
    for (const Key& key : keys.keys) {
      if (key.required) required += (required.empty() ? "" : ", ") + json_text(key.name);
    }
    if (!required.empty()) out_ << in << "\"required\": [" << required << "],\n";
    out_ << in << "\"properties\": {";
    const char* separator = "\n";
    for (const Key& key : keys.keys) {
      out_ << separator << indent(level + 1) << json_text(key.name) << ": {\n";
      property(key, level + 2);
      out_ << "\n" << indent(level + 1) << "}";
      separator = ",\n";
    }
    out_ << "\n" << in << "}";
  }

  void property(const Key& key, int level) {
    const std::string in = indent(level);
    std::string meaning(key.meaning);
    if (!key.only_kind.empty()) meaning += " (kind " + std::string(key.only_kind) + ")";
    if (!key.refused.empty()) meaning += " (can't run yet: " + std::string(key.refused) + ")";
    out_ << in << "\"description\": " << json_text(meaning) << ",\n";
    switch (key.kind) {
      case ValueKind::text:
        return line(in, "\"type\": \"string\"");
      case ValueKind::name:
        return line(in, "\"type\": \"string\", \"pattern\": " + json_text(kName));
      case ValueKind::choice:
        return line(in, "\"enum\": " + choices(key));
      case ValueKind::boolean:
        return line(in, "\"type\": \"boolean\"");
      case ValueKind::integer:
        return line(in, "\"type\": \"integer\", " + range(key));
      case ValueKind::number:
        return line(in, "\"type\": \"number\", " + range(key));
      case ValueKind::duration:
      case ValueKind::whole_seconds:
        return line(in, "\"type\": \"string\", \"pattern\": " + json_text(kDuration));
      case ValueKind::share:
        return line(in, "\"type\": \"string\", \"pattern\": \"^[0-9.]+(%|pp)$\"");
      case ValueKind::texts:
        return line(in, "\"type\": \"array\", \"items\": { \"type\": \"string\" }");
      case ValueKind::integers:
        return line(
            in, "\"type\": \"array\", \"items\": { \"type\": \"integer\", " + range(key) + " }");
      case ValueKind::text_map:
        return line(in, "\"type\": \"object\", \"additionalProperties\": { \"type\": \"string\" }");
      default:
        return nested(key, level);
    }
  }

  /// Values that hold tables.
  void nested(const Key& key, int level) {
    const std::string in = indent(level);
    if (key.kind == ValueKind::table) return object(*key.table, level);
    if (key.kind == ValueKind::tables) {
      out_ << in << "\"type\": \"array\",\n" << in << "\"items\": {\n";
      object(*key.table, level + 1);
    } else if (key.kind == ValueKind::table_map) {
      out_ << in << "\"type\": \"object\",\n" << in << "\"additionalProperties\": {\n";
      object(*key.table, level + 1);
    } else if (key.kind == ValueKind::text_or_table) {
      out_ << in << "\"oneOf\": [{ \"enum\": " << choices(key) << " }, {\n";
      object(*key.table, level + 1);
      out_ << "\n" << in << "}]";
      return;
    } else {  // text_or_table_map
      out_ << in << "\"type\": \"object\",\n"
           << in << "\"additionalProperties\": {\n"
           << in << "  \"oneOf\": [{ \"type\": \"string\" }, {\n";
      object(*key.table, level + 2);
      out_ << "\n" << in << "  }]";
    }
    out_ << "\n" << in << "}";
  }

  void line(const std::string& in, const std::string& text) { out_ << in << text; }

  static std::string choices(const Key& key) {
    std::string text = "[";
    for (const std::string_view choice : key.choices) {
      text += (text.size() > 1 ? ", " : "") + json_text(choice);
    }
    return text + "]";
  }

  static std::string range(const Key& key) {
    std::string text = "\"minimum\": " + json_number(key.low);
    if (!std::isinf(key.high)) text += ", \"maximum\": " + json_number(key.high);
    return text;
  }

  std::ostringstream out_;
};

}  // namespace

std::string scenario_schema() { return Writer().text(); }

}  // namespace loadgen
