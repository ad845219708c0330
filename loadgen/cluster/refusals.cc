#include "loadgen/cluster/refusals.h"

#include "loadgen/core/utf8.h"

namespace loadgen {

void Refusals::count(const std::string& kind, const std::string& peer, const std::string& why) {
  counts_[kind] += 1;
  if (++said_ > kMostSaid) return;
  say_("refused a connection: " + (peer.empty() ? "" : peer + " ") + kind +
       (why.empty() ? "" : ": " + one_line(why)) +
       (said_ == kMostSaid ? " (further ones are only counted)" : ""));
}

std::string Refusals::text() const {
  std::string text;
  for (const auto& [kind, count] : counts_)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  return text;
}

std::string one_line(std::string_view text) {
  constexpr std::size_t kMostBytes = 200;
  std::string line(text.substr(0, kMostBytes));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return valid_utf8(line) + (text.size() > kMostBytes ? "…" : "");
}

}  // namespace loadgen
