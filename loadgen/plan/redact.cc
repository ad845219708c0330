#include "loadgen/plan/redact.h"

#include <algorithm>

namespace loadgen {

std::string redact(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::size_t kShortest = 4;
  // Longest first: of two secrets of which one begins with the other, no rest may stay behind.
  std::vector<std::string_view> ordered(secrets.begin(), secrets.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  for (const std::string_view secret : ordered) {
    if (secret.size() < kShortest) break;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "***");
      at += 3;
    }
  }
  return text;
}

std::string without_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.substr(begin, end - begin).rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, begin)).append(url.substr(begin + at + 1));
}

}  // namespace loadgen
