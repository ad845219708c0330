// Reads JSON strictly: every key asked for or refused, every number exact, every complaint with its
// place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"

namespace boost::json {
class value;
}

namespace loadgen {

/// One value of a document, with its place in it. Valid while the document lives. One thread.
/// Every accessor throws UserError, naming file and place, when the value is of another kind.
class JsonNode {
 public:
  JsonNode(const boost::json::value& value, std::string place, const std::string& file)
      : value_(&value), place_(std::move(place)), file_(&file) {}

  bool is_null() const;
  void read(bool& out) const;
  void read(std::uint64_t& out) const;
  void read(std::uint32_t& out) const;
  void read(std::int64_t& out) const;
  void read(int& out) const;
  void read(double& out) const;
  void read(std::string& out) const;
  /// A number of microseconds, with a fraction or without, to the nanosecond.
  void read(RunOffset& out) const;
  template <class T>
  void read(std::optional<T>& out) const {
    out.reset();
    if (!is_null()) read(out.emplace());
  }
  template <class T>
  void read(std::vector<T>& out) const {
    out.clear();
    each_item([&](const JsonNode& item) { item.read(out.emplace_back()); });
  }

  /// Array elements and object members in their order in the file.
  void each_item(const std::function<void(const JsonNode&)>& visit) const;
  void each_member(const std::function<void(const std::string& key, const JsonNode&)>& visit) const;
  std::optional<JsonNode> member(std::string_view key) const;

  /// Throws UserError "<file>: <place>: <complaint>".
  [[noreturn]] void fail(const std::string& complaint) const;

 private:
  [[noreturn]] void wrong_kind(const char* expected) const;

  const boost::json::value* value_;
  std::string place_;  // "groups.control.role"; "" for the whole document
  const std::string* file_;
};

/// A parsed file. Throws UserError with line and column when the text is not JSON.
class JsonDocument {
 public:
  JsonDocument(std::string_view text, std::string file);
  ~JsonDocument();
  JsonNode root() const;

 private:
  std::string file_;
  std::unique_ptr<boost::json::value> value_;
};

/// The keys of one object, each to be taken once. `done` throws UserError for a key nobody took.
class JsonFields {
 public:
  explicit JsonFields(const JsonNode& object) : object_(object) {}

  /// The key must be there.
  JsonNode need(std::string_view key);
  template <class T>
  void need(std::string_view key, T& out) {
    need(key).read(out);
  }
  /// The key may be absent; `out` then keeps its value.
  std::optional<JsonNode> maybe(std::string_view key);
  template <class T>
  void maybe(std::string_view key, T& out) {
    if (const auto node = maybe(key)) node->read(out);
  }
  void done() const;
  const JsonNode& node() const { return object_; }

 private:
  JsonNode object_;
  std::vector<std::string> taken_;
};

}  // namespace loadgen
