// The keys of the scenario file: the one table that the strict parser, `--set` and the JSON Schema
// for editors are made from.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace loadgen {

/// What a value must be.
enum class ValueKind : std::uint8_t {
  text,
  name,               // letters, digits, - and _
  choice,             // one of `choices`
  boolean,            //
  integer,            // whole, low … high
  number,             // low … high
  duration,           // "250ms"; above 0 when low > 0
  whole_seconds,      // "60s"
  share,              // "15%" or "1pp"
  texts,              // array of texts
  integers,           // array of whole numbers, low … high
  text_map,           // table of free keys, each a text
  table,              // `table`
  tables,             // array of `table`
  table_map,          // table of free keys, each a `table`
  text_or_table,      // one of `choices` (any text when there are none), or `table`
  text_or_table_map,  // table of free keys, each a text or a `table`
};

struct TableKeys;

struct Key {
  std::string_view name;
  ValueKind kind = ValueKind::text;
  std::string_view meaning{};  // one line
  bool required = false;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> choices{};
  const TableKeys* table = nullptr;
  /// Only in tables whose `kind` is this; empty = in all.
  std::string_view only_kind{};
  /// Why it can't run yet; empty = it can.
  std::string_view refused{};
};

struct TableKeys {
  std::string_view what;  // "a workload", for messages
  std::vector<Key> keys;

  const Key* find(std::string_view name) const;
  std::vector<std::string_view> names() const;
};

/// The keys of the whole file. The tables live for ever. Pure.
const TableKeys& scenario_keys();
const TableKeys& workload_keys();
const TableKeys& fault_keys();

}  // namespace loadgen
