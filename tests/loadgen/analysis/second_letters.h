// Seconds written as letters, for tables of outages.
#pragma once

#include <string_view>
#include <vector>

#include "loadgen/analysis/seconds.h"

namespace loadgen {

/// g good, s ok but slow (twice the usual), p poor (20 of 100 good, failures mixed in), d down, b
/// blind, e empty, w a closed loop's clients wait; < good until 0.4, then failures; > failures
/// until 0.7, then good. 100 tickets each.
inline SecondFigures second_of_letter(char letter, RunSecond number) {
  const RunOffset start = std::chrono::seconds{number};
  const auto at = [&](int ms) { return start + std::chrono::milliseconds{ms}; };
  SecondFigures s;
  const auto fill = [&](std::uint64_t ok, std::uint64_t good, std::int64_t p50_us) {
    s.scheduled = s.planned = 100;
    s.ok = ok;
    s.good = good;
    s.ended[static_cast<std::size_t>(Outcome::ok)] = ok;
    s.ended[static_cast<std::size_t>(Outcome::connect_refused)] = 100 - ok;
    if (ok > 0) {
      s.p50_us = s.p99_us = s.max_us = p50_us;
      s.first_ok = at(0);
      s.last_ok = at(990);
    }
    if (ok < 100) {
      s.first_not_ok = at(5);
      s.last_not_ok = at(985);
    }
  };
  switch (letter) {
    case 'g':
      fill(100, 100, 10'000);
      break;
    case 's':
      fill(100, 100, 20'000);
      break;
    case 'p':
      fill(20, 20, 10'000);
      break;
    case 'd':
      fill(0, 0, 0);
      s.first_not_ok = at(0);
      break;
    case '<':
      fill(40, 40, 10'000);
      s.last_ok = at(390);
      s.first_not_ok = at(400);
      s.last_not_ok = at(990);
      break;
    case '>':
      fill(30, 30, 10'000);
      s.first_not_ok = at(0);
      s.last_not_ok = at(690);
      s.first_ok = at(700);
      break;
    case 'b':
      s.scheduled = 100;
      s.ended[static_cast<std::size_t>(Outcome::blind_late)] = 100;
      break;
    case 'w':
      s.waiting = true;
      s.in_flight = 10;
      break;
    default:
      break;
  }
  return s;
}

/// Second i of the letters is run second `first` + i.
inline std::vector<SecondFigures> seconds_of_letters(std::string_view letters,
                                                     RunSecond first = 0) {
  std::vector<SecondFigures> seconds;
  for (const char letter : letters) seconds.push_back(second_of_letter(letter, first++));
  return seconds;
}

}  // namespace loadgen
