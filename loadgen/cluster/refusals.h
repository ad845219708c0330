// Connections that a coordinator did not take in, or broke off.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace loadgen {

/// The first ones are said, all are counted: who knocks often must not fill a log. One thread.
class Refusals {
 public:
  static constexpr std::uint64_t kMostSaid = 10;

  explicit Refusals(std::function<void(const std::string&)> say) : say_(std::move(say)) {}

  /// kind: "wrong token", "silent", … `why` may hold what a stranger wrote.
  void count(const std::string& kind, const std::string& peer, const std::string& why);
  /// "2 wrong token, 500 silent"; empty when nobody was refused.
  std::string text() const;

 private:
  std::function<void(const std::string&)> say_;
  std::map<std::string, std::uint64_t> counts_;
  std::uint64_t said_ = 0;
};

/// Text from outside as it may stand in a line of a log: control characters and what is no UTF-8
/// replaced, cut after 200 bytes. Pure.
std::string one_line(std::string_view text);

}  // namespace loadgen
