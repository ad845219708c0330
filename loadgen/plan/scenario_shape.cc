#include "loadgen/plan/scenario_shape.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario.h"
#include "loadgen/plan/scenario_keys.h"
#include "loadgen/plan/variable_name.h"

namespace loadgen {
namespace {

using document::Member;
using document::Value;
using Kind = Value::Kind;

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string number_text(double number) {
  std::ostringstream out;
  out.precision(12);
  out << number;
  return out.str();
}

/// "1 … 1024" for messages; empty when every number from 0 on is right.
std::string range_text(const Key& key) {
  if (key.low == key.high) return ": " + number_text(key.low);
  if (std::isinf(key.high)) return key.low > 0 ? " from " + number_text(key.low) + " on" : "";
  return " from " + number_text(key.low) + " to " + number_text(key.high);
}

class Shape {
 public:
  explicit Shape(Findings& findings) : findings_(findings) {}

  void table(const Value& value, const TableKeys& keys) {
    const Value* kind = value.find("kind");
    for (const Member& member : value.members) {
      const Key* key = keys.find(member.key);
      if (key == nullptr) {
        unknown(member, keys);
        continue;
      }
      if (belongs(member, *key, kind, keys)) member_value(member, *key);
    }
    for (const Key& key : keys.keys) {
      if (key.required && value.find(key.name) == nullptr) {
        findings_.add(value.place, std::string(keys.what) + " needs " + in_quotes(key.name),
                      std::string(key.meaning));
      }
    }
  }

 private:
  void unknown(const Member& member, const TableKeys& keys) {
    findings_.add(member.key_place,
                  "unknown key " + in_quotes(member.key) + " in " + std::string(keys.what) +
                      did_you_mean(member.key, keys.names()),
                  "one of " + listed(keys.names()), member.key.size());
  }

  /// Whether the key is one of this kind of table: `workload` belongs to load faults only.
  bool belongs(const Member& member, const Key& key, const Value* kind, const TableKeys& keys) {
    if (key.only_kind.empty() || kind == nullptr || !kind->is(Kind::text)) return true;
    const Key* choice = keys.find("kind");
    const bool known = choice != nullptr &&
                       std::find(choice->choices.begin(), choice->choices.end(), kind->text) !=
                           choice->choices.end();
    if (!known || kind->text == key.only_kind) return true;
    findings_.add(member.key_place,
                  in_quotes(member.key) + " is for kind \"" + std::string(key.only_kind) +
                      "\", and this one's kind is \"" + kind->text + "\"",
                  "", member.key.size());
    return false;
  }

  void member_value(const Member& member, const Key& key) {
    // `false` asks for nothing that can't be done.
    const bool asks = !(member.value.is(Kind::boolean) && !member.value.boolean);
    if (!key.refused.empty() && asks) {
      findings_.add(member.key_place,
                    in_quotes(key.name) + " can't run yet: " + std::string(key.refused), "",
                    member.key.size());
    }
    value(member.value, key);
  }

  void value(const Value& v, const Key& key) {
    switch (key.kind) {
      case ValueKind::text:
      case ValueKind::name:
      case ValueKind::choice:
      case ValueKind::duration:
      case ValueKind::whole_seconds:
      case ValueKind::share:
        return text(v, key);
      case ValueKind::boolean:
        if (!v.is(Kind::boolean)) wrong(v, key, "true or false");
        return;
      case ValueKind::integer:
      case ValueKind::number:
        return number(v, key);
      case ValueKind::texts:
      case ValueKind::integers:
        return list(v, key);
      case ValueKind::table:
        if (!v.is(Kind::table)) return wrong(v, key, "a table");
        return table(v, *key.table);
      case ValueKind::tables:
        if (!v.is(Kind::array)) return wrong(v, key, "an array of tables");
        for (const Value& item : v.items) {
          if (item.is(Kind::table)) {
            table(item, *key.table);
          } else {
            wrong(item, key, "a table in this array");
          }
        }
        return;
      case ValueKind::text_map:
      case ValueKind::table_map:
      case ValueKind::text_or_table_map:
        return map(v, key);
      case ValueKind::text_or_table:
        return text_or_table(v, key);
    }
  }

  void text(const Value& v, const Key& key) {
    const bool time = key.kind == ValueKind::duration || key.kind == ValueKind::whole_seconds;
    if (!v.is(Kind::text)) {
      const std::string hint = time && v.is(Kind::integer) && v.integer >= 0
                                   ? "; did you mean \"" + std::to_string(v.integer) + "s\"?"
                                   : "";
      return wrong(v, key, time ? "a duration with its unit, in quotes" : "a text in quotes", hint);
    }
    if (v.blank) return;
    if (time) return duration(v, key);
    if (key.kind == ValueKind::name && !is_name(v.text)) {
      findings_.add(v, in_quotes(v.text) + " is no name", "letters, digits, - and _");
    }
    if (key.kind == ValueKind::choice) choice(v, key);
    if (key.kind == ValueKind::share && !parse_share(v.text)) {
      findings_.add(v, in_quotes(key.name) + " takes a share, not " + in_quotes(v.text),
                    "\"15%\" or \"1pp\"");
    }
  }

  void choice(const Value& v, const Key& key) {
    if (std::find(key.choices.begin(), key.choices.end(), v.text) != key.choices.end()) return;
    findings_.add(v,
                  "unknown " + std::string(key.name) + " " + in_quotes(v.text) +
                      did_you_mean(v.text, key.choices),
                  listed(key.choices));
  }

  void duration(const Value& v, const Key& key) {
    const std::optional<Duration> d = parse_duration(v.text);
    const bool digits =
        !v.text.empty() && v.text.find_first_not_of("0123456789") == std::string::npos;
    if (!d) {
      findings_.add(v,
                    in_quotes(key.name) + (digits ? " has no unit: " : " is no duration: ") +
                        in_quotes(v.text) + (digits ? "; did you mean '" + v.text + "s'?" : ""),
                    "whole numbers with units, e.g. \"30s\", \"250ms\", \"1m30s\"");
    } else if (key.low > 0 && d->count() == 0) {
      findings_.add(v, in_quotes(key.name) + " must be above 0");
    } else if (key.kind == ValueKind::whole_seconds &&
               *d % std::chrono::seconds(1) != Duration::zero()) {
      findings_.add(v, in_quotes(key.name) + " must be whole seconds, not " + in_quotes(v.text));
    }
  }

  void number(const Value& v, const Key& key) {
    const bool whole = key.kind == ValueKind::integer;
    const std::string expected = (whole ? "a whole number" : "a number") + range_text(key);
    if (!v.is(Kind::integer) && (whole || !v.is(Kind::real))) {
      const bool digits = v.is(Kind::text) && !v.text.empty() &&
                          v.text.find_first_not_of("0123456789.") == std::string::npos;
      return wrong(v, key, expected, digits ? "; did you mean " + v.text + " without quotes?" : "");
    }
    if (!std::isfinite(v.real) || v.real < key.low || v.real > key.high) {
      findings_.add(v, in_quotes(key.name) + " is out of range: " + number_text(v.real), expected);
    }
  }

  void list(const Value& v, const Key& key) {
    const bool texts = key.kind == ValueKind::texts;
    if (!v.is(Kind::array)) {
      return wrong(v, key, texts ? "an array of texts" : "an array of whole numbers",
                   v.is(Kind::text) && texts ? "; did you mean [\"" + v.text + "\"]?" : "");
    }
    for (const Value& item : v.items) {
      if (!texts) {
        number(item,
               {.name = key.name, .kind = ValueKind::integer, .low = key.low, .high = key.high});
      } else if (!item.is(Kind::text)) {
        wrong(item, key, "a text in quotes in this array");
      }
    }
  }

  void map(const Value& v, const Key& key) {
    if (!v.is(Kind::table)) return wrong(v, key, "a table");
    for (const Member& member : v.members) {
      const bool text_fits = key.kind != ValueKind::table_map;
      const bool table_fits = key.kind != ValueKind::text_map;
      if (member.value.is(Kind::table) && table_fits) {
        table(member.value, *key.table);
      } else if (!member.value.is(Kind::text) || !text_fits) {
        findings_.add(
            member.value,
            in_quotes(member.key) + " in " + in_quotes(key.name) + " must be " +
                (table_fits ? (text_fits ? "a text or a table" : "a table") : "a text in quotes") +
                ", not " + std::string(name_of(member.value.kind)));
      }
    }
  }

  void text_or_table(const Value& v, const Key& key) {
    if (v.is(Kind::table)) return table(v, *key.table);
    if (!v.is(Kind::text)) return wrong(v, key, listed(key.choices) + ", or a table");
    if (!v.blank) choice(v, key);
  }

  void wrong(const Value& v, const Key& key, const std::string& expected,
             const std::string& hint = "") {
    findings_.add(v,
                  in_quotes(key.name) + " must be " + expected + ", not " +
                      std::string(name_of(v.kind)) + hint,
                  std::string(key.meaning));
  }

  Findings& findings_;
};

}  // namespace

void check_shape(const Value& root, Findings& findings) {
  Shape(findings).table(root, scenario_keys());
}

std::optional<ShareText> parse_share(std::string_view text) {
  double number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  if (error != std::errc() || !(number >= 0) || number > 1000) return std::nullopt;
  if (unit != "%" && unit != "pp") return std::nullopt;
  return ShareText{number / 100, unit == "pp"};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return continues_name(c) || c == '-';
  });
}

}  // namespace loadgen
