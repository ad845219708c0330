#include "pgbench_mode/places.h"

#include <algorithm>
#include <utility>

namespace loadgen::pgbench {

namespace {
/// One look-up serves the sessions that come back together.
constexpr Duration kAddressesKept = std::chrono::seconds(1);
}  // namespace

Places::Places(const Conninfo& conninfo, Resolver& resolver, std::function<void(Instant now)> told)
    : conninfo_(conninfo), resolver_(resolver), told_(std::move(told)) {
  const auto named = [](const Place& place) { return place.needs_look_up(); };
  if (std::none_of(conninfo_.places.begin(), conninfo_.places.end(), named))
    known_until_ = Instant::max();
}

void Places::ask() {
  if (awaited_ > 0) return;
  problem_.clear();
  took_ = Duration{0};
  addresses_.clear();
  for (const Place& place : conninfo_.places) {
    if (place.needs_look_up()) addresses_[place.host];
  }
  awaited_ = addresses_.size();
  for (const auto& one : addresses_) {
    resolver_.resolve(one.first, 0, [this, host = one.first](const Resolver::Answer& answer) {
      answered(host, answer);
    });
  }
}

void Places::answered(const std::string& host, const Resolver::Answer& answer) {
  for (const Address& address : answer.addresses) addresses_[host].push_back(address.host());
  took_ = std::max(took_, answer.took);
  if (answer.addresses.empty()) {
    problem_ += problem_.empty() ? "" : "\n";
    // libpq's words.
    problem_ += "could not translate host name \"" + host + "\" to address: " + answer.problem;
  }
  if (--awaited_ > 0) return;
  const Instant now = Clock::now();
  known_until_ = in_order(0).empty() ? now : now + kAddressesKept;
  told_(now);
}

std::vector<Place> Places::in_order(std::size_t first) const {
  std::vector<Place> places;
  for (const Place& place : conninfo_.places) {
    if (!place.needs_look_up()) {
      places.push_back(place);
      continue;
    }
    const auto found = addresses_.find(place.host);
    if (found == addresses_.end()) continue;
    for (const std::string& address : found->second) {
      places.push_back(place);
      places.back().address = address;
    }
  }
  if (!places.empty()) {
    const auto begin = static_cast<std::ptrdiff_t>(first % places.size());
    std::rotate(places.begin(), places.begin() + begin, places.end());
  }
  return places;
}

}  // namespace loadgen::pgbench
