// --set dotted.key=value, written into the document before anything is judged.
#include <charconv>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/scenario_keys.h"

namespace loadgen {
namespace {

using document::Place;
using document::Value;
using Kind = Value::Kind;

/// The parts of a dotted key; a part with dots in it stands in quotes. Empty when it is none.
std::vector<std::string> parts_of(std::string_view dotted) {
  std::vector<std::string> parts;
  while (true) {
    std::string part;
    if (!dotted.empty() && (dotted.front() == '"' || dotted.front() == '\'')) {
      const std::size_t close = dotted.find(dotted.front(), 1);
      if (close == std::string_view::npos) return {};
      part = dotted.substr(1, close - 1);
      dotted.remove_prefix(close + 1);
    } else {
      part = dotted.substr(0, dotted.find('.'));
      dotted.remove_prefix(part.size());
    }
    if (part.empty()) return {};
    parts.push_back(part);
    if (dotted.empty()) return parts;
    if (dotted.front() != '.') return {};
    dotted.remove_prefix(1);
  }
}

void move_to(Value& value, Place place) {
  value.place = place;
  for (Value& item : value.items) move_to(item, place);
  for (document::Member& member : value.members) {
    member.key_place = place;
    move_to(member.value, place);
  }
}

bool is_text_kind(ValueKind kind) {
  switch (kind) {
    case ValueKind::text:
    case ValueKind::name:
    case ValueKind::choice:
    case ValueKind::duration:
    case ValueKind::whole_seconds:
    case ValueKind::share:
    case ValueKind::texts:  // one of them
    case ValueKind::text_map:
    case ValueKind::text_or_table:
    case ValueKind::text_or_table_map:
      return true;
    default:
      return false;
  }
}

/// The value as TOML reads it; else, and where a text is due, the text itself.
Value typed(const std::string& text, bool text_is_due) {
  Value plain;
  plain.kind = Kind::text;
  plain.text = text;
  try {
    Value parsed = document::parse("v = " + text);
    if (parsed.members.size() != 1 || parsed.members[0].key != "v") return plain;
    Value value = std::move(parsed.members[0].value);
    const bool structured = value.is(Kind::array) || value.is(Kind::table) || value.is(Kind::text);
    if (value.is(Kind::date) || (text_is_due && !structured)) return plain;
    return value;
  } catch (const document::SyntaxError&) {
    return plain;
  }
}

/// Walks down the document and the tables of keys side by side.
class Override {
 public:
  Override(Draft& draft, Value& root, Place place)
      : draft_(draft), place_(place), at_(&root), table_(&scenario_keys()) {}

  void apply(const std::vector<std::string>& parts, const std::string& text) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!step(parts[i], i + 1 == parts.size())) return;
    }
    Value value = typed(text, is_text_kind(kind_) && !at_whole_);
    move_to(value, place_);
    *at_ = std::move(value);
  }

 private:
  bool step(const std::string& part, bool last) {
    if (at_->is(Kind::array)) return item(part);
    if (at_ != nullptr && table_ != nullptr && !free_) return member(part, last);
    if (free_) return free_member(part, last);
    return fail("'" + part + "': what stands before it is no table");
  }

  /// A key of a table whose keys are known.
  bool member(const std::string& part, bool last) {
    const Key* key = table_->find(part);
    if (key == nullptr) {
      return fail("unknown key '" + part + "' in " + std::string(table_->what) +
                  did_you_mean(part, table_->names()));
    }
    kind_ = key->kind;
    array_ = part;
    free_ = kind_ == ValueKind::text_map || kind_ == ValueKind::table_map ||
            kind_ == ValueKind::text_or_table_map;
    at_whole_ = free_;
    table_ = key->table;
    const bool array =
        kind_ == ValueKind::tables || kind_ == ValueKind::texts || kind_ == ValueKind::integers;
    at_whole_ = at_whole_ || array;
    Value* next = at_->find(part);
    if (next == nullptr && array && !last) return fail("the scenario has no '" + part + "'");
    at_ = next != nullptr ? next : create(part);
    // `margins.p99` over `margins = "default"` makes a table of it.
    if (!last && !array && !at_->is(Kind::table) && (free_ || table_ != nullptr)) *at_ = Value{};
    return true;
  }

  /// A key of a table with free keys: a group must be there already, a variable need not.
  bool free_member(const std::string& part, bool last) {
    Value* next = at_->find(part);
    if (next == nullptr && kind_ == ValueKind::table_map) {
      std::vector<std::string_view> known;
      for (const document::Member& m : at_->members) known.push_back(m.key);
      return fail("there is no '" + part + "'" + did_you_mean(part, known));
    }
    at_ = next != nullptr ? next : create(part);
    if (!last && !at_->is(Kind::table)) *at_ = Value{};
    free_ = false;
    at_whole_ = false;
    return true;
  }

  /// An entry of an array, by its name or id, or by its number from 0.
  bool item(const std::string& part) {
    at_whole_ = false;
    std::vector<std::string_view> known;
    for (Value& entry : at_->items) {
      for (const std::string_view naming : {"name", "id"}) {
        const Value* name = entry.find(naming);
        if (name == nullptr) continue;
        known.push_back(name->text);
        if (name->text == part) {
          at_ = &entry;
          return true;
        }
      }
    }
    std::size_t index = 0;
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, index);
    if (error == std::errc() && stop == end && index < at_->items.size()) {
      at_ = &at_->items[index];
      return true;
    }
    return fail("there is no '" + part + "' in '" + array_ + "'" + did_you_mean(part, known));
  }

  Value* create(const std::string& part) {
    Value made;  // a table, until something is put there
    made.place = place_;
    at_->members.push_back({part, place_, std::move(made)});
    return &at_->members.back().value;
  }

  bool fail(const std::string& what) {
    draft_.findings.add(place_, what);
    return false;
  }

  Draft& draft_;
  Place place_;
  Value* at_;
  const TableKeys* table_;  // of the table at hand, or of the tables in it; null for plain values
  ValueKind kind_ = ValueKind::table;
  std::string array_;      // the key of the array that at_ may be
  bool free_ = false;      // at_ is a table with free keys
  bool at_whole_ = false;  // at_ is a whole array or a whole table with free keys
};

}  // namespace

void apply_overrides(Draft& draft, Value& root) {
  std::uint32_t number = 0;
  for (const std::string& text : draft.source.overrides) {
    const Place place{0, 0, ++number};
    const std::size_t equals = text.find('=');
    const std::vector<std::string> parts = equals == std::string::npos
                                               ? std::vector<std::string>{}
                                               : parts_of(std::string_view(text).substr(0, equals));
    if (parts.empty()) {
      draft.findings.add(place, "this is no override",
                         "--set dotted.key=value, e.g. --set workloads.home.rate=200");
      continue;
    }
    Override(draft, root, place).apply(parts, text.substr(equals + 1));
  }
}

}  // namespace loadgen
