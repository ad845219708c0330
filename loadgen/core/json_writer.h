// Writes JSON straight to text: keys in the order given, numbers exact.
//
// Boost.JSON reads our files but does not write them: its serializer prints 500.0 as "5E2" and puts
// a whole result on one line, and a result is read and compared by people too.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

/// Members of a `block` stand on lines of their own, those of a `line` beside each other.
enum class JsonLayout : std::uint8_t { block, line };

/// Regular value, one thread. Every begin needs its end; in an object each value follows its key.
/// Integers are written as integers, doubles in the shortest form that reads back the same;
/// infinite and NaN as null. Strings are made valid UTF-8 first. An absent optional is null.
class JsonWriter {
 public:
  void begin_object(JsonLayout layout = JsonLayout::block) { begin('{', layout); }
  void end_object() { end('}'); }
  void begin_array(JsonLayout layout = JsonLayout::block) { begin('[', layout); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(bool truth) { scalar(truth ? "true" : "false"); }
  void value(std::nullptr_t) { scalar("null"); }
  void value(double number);
  void value(std::integral auto number) { scalar(std::to_string(number)); }
  template <class T>
  void value(const std::optional<T>& maybe) {
    if (maybe) {
      value(*maybe);
    } else {
      value(nullptr);
    }
  }
  template <class T>
  void value(const std::vector<T>& list) {
    begin_array(JsonLayout::line);
    for (const T& each : list) value(each);
    end_array();
  }

  template <class T>
  void field(std::string_view name, const T& content) {
    key(name);
    value(content);
  }
  /// As `field`, but nothing at all when the value is absent or an empty string.
  template <class T>
  void field_if(std::string_view name, const std::optional<T>& maybe) {
    if (maybe) field(name, *maybe);
  }
  void field_if(std::string_view name, const std::string& text) {
    if (!text.empty()) field(name, text);
  }

  /// The text so far.
  const std::string& text() const { return text_; }

 private:
  struct Level {
    JsonLayout layout;
    bool empty = true;
  };
  void begin(char bracket, JsonLayout layout);
  void end(char bracket);
  void separate();  // comma and line break, as the level and what stands before demand
  void scalar(std::string_view text);
  void quote(std::string_view text);

  std::string text_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace loadgen
