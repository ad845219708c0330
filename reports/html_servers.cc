// What the samples of each server say: who it is, what happened to it, what it did in each phase.
#include <algorithm>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string cell(const std::string& text) { return "<td>" + escape(text) + "</td>"; }
std::string words(const std::string& text) {
  return "<td class=\"text\">" + escape(text) + "</td>";
}

std::string head(std::initializer_list<const char*> names, std::size_t texts) {
  std::string row = "<thead><tr>";
  std::size_t at = 0;
  for (const char* name : names) {
    row += std::string("<th scope=\"col\"") + (at++ < texts ? " class=\"text\">" : ">") + name +
           "</th>";
  }
  return row + "</tr></thead><tbody>";
}

std::string who(const Result& result, const std::string& group, const std::string& node) {
  return "<tr><td class=\"text\">" + group_tag(result, group) + "<small>" + escape(node) +
         "</small></td>";
}

std::string binary_size(std::uint64_t bytes) {
  if (bytes < 10'240) return count(bytes) + " B";
  if (bytes < 10'485'760) return significant(static_cast<double>(bytes) / 1024) + " KiB";
  return significant(static_cast<double>(bytes) / 1'048'576) + " MiB";
}

std::string settings_of(const NodeResult& node) {
  std::string text;
  for (const auto& [name, value] : node.settings) {
    if (name == "server_version") continue;
    text += (text.empty() ? "" : ", ") + name + " = " + (value.empty() ? "''" : value);
  }
  return text;
}

std::string identity(const NodeResult& node) {
  if (node.role.empty()) return "never seen";
  const auto version = node.settings.find("server_version");
  std::string text = node.role;
  if (node.timeline != 0) text += ", timeline " + std::to_string(node.timeline);
  if (version != node.settings.end()) text += ", PostgreSQL " + version->second;
  return text + ", started " + node.started_at;
}

std::string events_of(const Result& result, const NodeResult& node) {
  std::string text;
  for (const NodeEvent& event : node.events) {
    text += "<div>" + escape(offset(event.at, time_zero(result)) + "  " + in_words("", event));
    if (event.kind == "blind" || event.kind == "restart" || event.kind == "other_server") {
      text += "<small>" + escape(event.detail) + "</small>";
    }
    text += "</div>";
  }
  return text.empty() ? "nothing" : text;
}

/// "LWLock:WALWrite 1.2, running 0.4": the active sessions, on average.
std::string waits_of(const NodePhase& phase) {
  std::vector<std::pair<double, std::string>> waits;
  for (const auto& [name, mean] : phase.waits) waits.emplace_back(mean, name);
  std::sort(waits.begin(), waits.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, waits.size()); ++i) {
    text += (text.empty() ? "" : ", ") + waits[i].second + " " + significant(waits[i].first);
  }
  return text.empty() ? std::string(kNothing) : text;
}

/// "16,384 B, 3.00 ms": bytes, and the time that the server measured.
std::string lag_of(const NodePhase& phase) {
  std::string text;
  if (phase.lag_bytes_max) text = binary_size(*phase.lag_bytes_max);
  if (phase.replay_lag_max) {
    text += (text.empty() ? "" : ", ") + time_us(whole_us(*phase.replay_lag_max));
  }
  return text.empty() ? std::string(kNothing) : text;
}

/// What was not seen has no figure: nothing is no nought.
std::string figures_of(const NodePhase& phase) {
  const auto counted = [&](ServerCounter counter) {
    return phase.counted[static_cast<std::size_t>(counter)];
  };
  const auto when = [](bool known, const std::string& text) {
    return cell(known ? text : std::string(kNothing));
  };
  const bool any = phase.counted_s > 0, seen = phase.samples > 0;
  const double hits = static_cast<double>(counted(ServerCounter::blocks_hit));
  const double blocks = hits + static_cast<double>(counted(ServerCounter::blocks_read));
  const auto commits = static_cast<double>(counted(ServerCounter::commits));
  return cell(count(phase.samples)) + cell(count(phase.blind_s) + " s") +
         when(any, any ? per_second(commits / phase.counted_s) : "") +
         when(any, count(counted(ServerCounter::rollbacks)) + ", " +
                       count(counted(ServerCounter::deadlocks))) +
         when(blocks > 0, blocks > 0 ? percent(hits / blocks) : "") +
         when(seen, count(phase.sessions_max) + ", " + count(phase.active_max)) +
         words(waits_of(phase)) + cell(lag_of(phase)) + "</tr>\n";
}

}  // namespace

std::string html_servers(const Result& result) {
  std::string servers, phases;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [node_name, node] : group.nodes) {
      servers += who(result, name, node_name) + words(identity(node)) + "<td class=\"text\">" +
                 events_of(result, node) + "</td>" +
                 words(settings_of(node) + (node.note.empty() ? "" : ". " + node.note)) + "</tr>\n";
      for (const NodePhase& phase : node.phases) {
        phases += who(result, name, node_name) + words(phase.phase) + figures_of(phase);
      }
    }
  }
  if (servers.empty()) return "";
  return fold("Server samples: who they are", "Servers",
              head({"Server", "In the last sample", "What was seen to happen",
                    "Settings that decide durability"},
                   4) +
                  servers + "</tbody>") +
         fold("Server samples by phase", "Servers by phase",
              head({"Server", "Phase", "Samples", "Blind", "Commits", "Rollbacks, deadlocks",
                    "Cache hits", "Sessions, active: max", "Active sessions' waits, mean",
                    "Lag, max"},
                   2) +
                  phases + "</tbody>");
}

}  // namespace loadgen::reports
