// What Progress prints, as pure text.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "loadgen/cli/progress.h"

namespace loadgen {

namespace {

const std::string kNobody = "no worker is heard: what they send now is not known";

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Three significant digits with the unit: "310us", "9.81ms", "2.10s".
std::string latency(const std::optional<std::int64_t>& us) {
  if (!us) return "-";
  const auto value = static_cast<double>(*us);
  // Decided after rounding: 9.996 ms is 10.0 ms.
  const auto scaled = [](double v, const char* unit) {
    return printed(v < 9.995 ? "%.2f" : v < 99.95 ? "%.1f" : "%.0f", v) + unit;
  };
  if (value < 1000) return printed("%.0f", value) + "us";
  if (value < 999'500) return scaled(value / 1e3, "ms");
  return scaled(value / 1e6, "s");
}

std::string sparkline(const std::vector<double>& values) {
  constexpr std::array<std::string_view, 9> kBars = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string text;
  for (const double value : values) {
    const auto level = most <= 0 ? 0 : static_cast<std::size_t>(value / most * 8 + 0.5);
    text += kBars[std::min<std::size_t>(level, 8)];
  }
  return text;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string clock_text(Duration d) {
  const auto seconds =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(d).count());
  char text[32];
  std::snprintf(text, sizeof text, "%02lld:%02lld", static_cast<long long>(seconds / 60),
                static_cast<long long>(seconds % 60));
  return text;
}

std::string bar(double share, int width) {
  const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * width + 0.5);
  std::string text;
  for (int i = 0; i < width; ++i) text += i < full ? "█" : "░";
  return text;
}

/// `text` in exactly `width` columns (ASCII): cut, or filled at the right.
std::string column(std::string text, std::size_t width) {
  if (text.size() > width) text = text.substr(0, width - 1) + "~";
  text.resize(width, ' ');
  return text;
}

std::string workers_text(const ProgressView& view) {
  const std::string all = std::to_string(view.workers);
  return view.heard == view.workers ? all : std::to_string(view.heard) + " of " + all;
}

std::string json_number(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "null";
}

}  // namespace

std::string progress_screen(const ProgressView& view, bool colour) {
  const auto paint = [&](const char* code, const std::string& text) {
    return colour ? std::string(code) + text + "\x1b[0m" : text;
  };
  std::string out = paint("\x1b[1m", column(view.name, 30)) + " " + view.phase + "\n";
  const double share =
      view.planned > Duration{0} ? to_seconds(view.now) / to_seconds(view.planned) : 0;
  out += bar(share, 40) + " " + clock_text(view.now) + " of " + clock_text(view.planned) +
         "   workers " + workers_text(view) + "\n";
  if (!view.fault.empty()) out += "fault  " + paint("\x1b[33m", view.fault) + "\n";
  out += paint("\x1b[2m",
               "workload   group        offered   ok/s   err%    p50    p99    max  open  lag99") +
         "\n";
  if (view.heard == 0) out += paint("\x1b[31m", kNobody) + "\n";
  constexpr std::size_t kMostRows = 8;
  for (std::size_t i = 0; i < std::min(view.rows.size(), kMostRows); ++i) {
    const ProgressRow& row = view.rows[i];
    char numbers[128];
    std::snprintf(numbers, sizeof numbers, "%7.0f %6.0f %6.2f %6s %6s %6s %5llu %6s",
                  row.offered_per_s, row.done_per_s, row.error_rate * 100,
                  latency(row.p50_us).c_str(), latency(row.p99_us).c_str(),
                  latency(row.max_us).c_str(), static_cast<unsigned long long>(row.in_flight),
                  latency(row.lag_p99_us).c_str());
    const std::string line = column(row.workload, 10) + " " + column(row.group, 12) + " " + numbers;
    out += row.error_rate > 0.01 ? paint("\x1b[31m", line) : line;
    out += "\n";
    out += "           " + paint("\x1b[36m", sparkline(row.recent)) + "\n";
  }
  if (view.rows.size() > kMostRows)
    out += "… and " + std::to_string(view.rows.size() - kMostRows) + " more\n";
  return out;
}

std::string progress_lines(const ProgressView& view, const std::string& wall_clock, bool json) {
  std::string out;
  const auto seconds =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(view.now).count());
  if (view.heard == 0) {
    out += json ? "{\"time\":" + json_text(wall_clock) +
                      ",\"type\":\"progress\",\"phase\":" + json_text(view.phase) +
                      ",\"t_s\":" + seconds + ",\"workers\":0}\n"
                : wall_clock + " progress phase=" + view.phase + " t=" + seconds + "s workers=0 " +
                      kNobody + "\n";
  }
  for (const ProgressRow& row : view.rows) {
    if (json) {
      out += "{\"time\":" + json_text(wall_clock) +
             ",\"type\":\"progress\",\"phase\":" + json_text(view.phase) + ",\"t_s\":" + seconds +
             ",\"workload\":" + json_text(row.workload) + ",\"group\":" + json_text(row.group) +
             ",\"offered_per_s\":" + printed("%.1f", row.offered_per_s) +
             ",\"done_per_s\":" + printed("%.1f", row.done_per_s) +
             ",\"error_rate\":" + printed("%.6f", row.error_rate) +
             ",\"p50_us\":" + json_number(row.p50_us) + ",\"p99_us\":" + json_number(row.p99_us) +
             ",\"max_us\":" + json_number(row.max_us) +
             ",\"in_flight\":" + std::to_string(row.in_flight) +
             ",\"send_lag_p99_us\":" + json_number(row.lag_p99_us) + "}\n";
      continue;
    }
    out += wall_clock + " progress phase=" + view.phase + " t=" + seconds +
           "s workload=" + row.workload + " group=" + row.group +
           " offered=" + printed("%.0f", row.offered_per_s) +
           " done=" + printed("%.0f", row.done_per_s) +
           " err=" + printed("%.2f%%", row.error_rate * 100) + " p50=" + latency(row.p50_us) +
           " p99=" + latency(row.p99_us) + " max=" + latency(row.max_us) +
           " open=" + std::to_string(row.in_flight) + " lag_p99=" + latency(row.lag_p99_us) + "\n";
  }
  return out;
}

std::string event_line(const Mark& mark, const std::string& wall_clock, bool json) {
  const bool phase = mark.kind == "phase";
  const bool plain = phase || mark.kind == "gate" || mark.kind == "abort" ||
                     mark.kind == "interrupted" || mark.kind.rfind("worker_", 0) == 0 ||
                     mark.kind == "note";
  if (json) {
    return "{\"time\":" + json_text(wall_clock) +
           ",\"type\":\"event\",\"kind\":" + json_text(mark.kind) +
           ",\"name\":" + json_text(mark.name) + ",\"group\":" + json_text(mark.group) +
           ",\"at_us\":" + std::to_string(whole_us(mark.at)) +
           ",\"detail\":" + json_text(mark.detail) + "}\n";
  }
  std::string out = wall_clock + " event ";
  const std::string name =
      mark.name.find_first_of(" \"") == std::string::npos ? mark.name : json_text(mark.name);
  out += plain ? mark.kind + (name.empty() ? "" : "=" + name)
               : "fault=" + name + " state=" + mark.kind;
  if (!mark.group.empty()) out += " group=" + mark.group;
  if (!mark.detail.empty()) out += " detail=" + json_text(mark.detail);
  return out + "\n";
}

}  // namespace loadgen
