#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

using Theme = std::map<std::string, std::string>;

/// The custom properties of the n-th ":root{…}" of the style sheet.
Theme theme(std::size_t n) {
  const std::string css(html_style());
  std::size_t at = 0;
  for (std::size_t i = 0; i <= n; ++i) at = css.find(":root{", at) + 6;
  const std::string body = css.substr(at, css.find('}', at) - at);
  Theme out;
  for (std::size_t from = 0; (from = body.find("--", from)) != body.npos; ++from) {
    const std::size_t colon = body.find(':', from);
    const std::size_t end = std::min(body.find(';', colon), body.size());
    out[body.substr(from + 2, colon - from - 2)] = body.substr(colon + 1, end - colon - 1);
  }
  return out;
}

/// WCAG 2: relative luminance of "#rgb" or "#rrggbb".
double luminance(std::string colour) {
  if (colour.size() == 4) {
    colour = {'#', colour[1], colour[1], colour[2], colour[2], colour[3], colour[3]};
  }
  const auto channel = [&](std::size_t at) {
    const double c = std::stoi(colour.substr(at, 2), nullptr, 16) / 255.0;
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

double contrast(const std::string& a, const std::string& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST_CASE("text has a contrast of 4.5 on every ground it stands on, in both themes") {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}}) {
    Theme colours = theme(n);
    REQUIRE(colours.count("ink") == 1);
    CAPTURE(n);
    for (const char* ground : {"bg", "card", "soft"}) {
      for (const char* text : {"ink", "dim", "c"}) {
        CAPTURE(ground);
        CAPTURE(text);
        CHECK(contrast(colours[text], colours[ground]) >= 4.5);
      }
    }
    for (const char* text : {"few", "e", "o1", "o2", "good", "bad", "warn", "calm"}) {
      CAPTURE(text);
      CHECK(contrast(colours[text], colours["card"]) >= 4.5);
    }
    for (const char* tone : {"good", "bad", "warn", "calm"}) {
      CAPTURE(tone);
      CHECK(contrast(colours[tone], colours[std::string(tone) + "bg"]) >= 4.5);
    }
    CHECK(contrast(colours["ink"], colours["fault"]) >= 4.5);
  }
}

TEST_CASE("the sheet loads nothing and closes what it opens") {
  const std::string css(html_style());
  CHECK(css.find("url(") == css.npos);
  CHECK(css.find("@import") == css.npos);
  CHECK(std::count(css.begin(), css.end(), '{') == std::count(css.begin(), css.end(), '}'));
}

}  // namespace
}  // namespace loadgen::reports
