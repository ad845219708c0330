#include "reports/ticks.h"

#include <algorithm>
#include <cmath>

#include "reports/format.h"

namespace loadgen::reports {

std::string without_zeros(const std::string& number) {
  const std::size_t point = number.find('.');
  if (point == number.npos) return number;
  std::size_t end = number.find_first_not_of("0123456789", point + 1);
  if (end == number.npos) end = number.size();
  std::size_t keep = end;
  while (number[keep - 1] == '0') --keep;
  if (keep == point + 1) keep = point;
  return number.substr(0, keep) + number.substr(end);
}

std::vector<double> linear_ticks(double from, double to, int wanted) {
  if (!(to > from)) return {from};
  const double rough = (to - from) / std::max(wanted, 1);
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  double step = decade * 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (decade * factor >= rough * 0.999) {
      step = decade * factor;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::ceil(from / step - 1e-9);
  // Counted, because n + 1 may be n: a file may claim any numbers.
  for (int i = 0; i < 4 * wanted + 10 && (first + i) * step <= to + step * 1e-9; ++i) {
    ticks.push_back((first + i) * step);
  }
  return ticks;
}

std::vector<double> log_ticks(double from, double to) {
  std::vector<double> ticks;
  if (!(from > 0) || !(to > from)) return ticks;
  const bool between = std::log10(to / from) < 2.5;
  for (double decade = std::pow(10, std::floor(std::log10(from))); decade <= to * 1.0001;
       decade *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1 && !between) break;
      const double tick = decade * factor;
      if (tick >= from * 0.9999 && tick <= to * 1.0001) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::vector<Tick> second_ticks(double from, double to) {
  double step = 7200;
  for (const double each :
       {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0}) {
    if ((to - from) / each <= 9) {
      step = each;
      break;
    }
  }
  while ((to - from) / step > 12) step *= 2;
  std::vector<Tick> ticks;
  for (double n = std::ceil(from / step - 1e-9); n * step <= to + 1e-9; ++n) {
    const double at = n * step;
    const std::string sign = at < 0 ? "−" : at > 0 ? "+" : "";
    const double size = std::abs(at);
    const bool minutes = step >= 60;
    const std::string label = at == 0
                                  ? "0"
                                  : sign + without_zeros(significant(minutes ? size / 60 : size)) +
                                        (minutes ? " min" : " s");
    ticks.push_back({at, label, std::fmod(size, 2 * step) > step / 2});
  }
  return ticks;
}

}  // namespace loadgen::reports
