// How often the verdict is right: the table of statistics.md 6, from runs whose truth is known.
//
//   verdict_table [--seeds N] [--only SECTION]
//
// Prints Markdown; a thousand seeds take about 90 minutes of a core. SECTION: gate, outages, aa,
// effects, detector, disturbances. Exits with 1 when a demand is missed by more than so few runs
// miss by chance.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "verdict_trials.h"

namespace {

using loadgen::Demand;

struct Section {
  const char* name;
  const char* title;
  std::vector<Demand> (*run)(std::size_t seeds);
};

constexpr Section kSections[] = {
    {"gate", "Steady data: the gate refuses", loadgen::gate_trials},
    {"outages", "Outages on background errors", loadgen::outage_trials},
    {"aa", "A/A: no change between equal groups", loadgen::aa_trials},
    {"effects", "Known effects", loadgen::effect_trials},
    {"detector", "Onset, recovery and total outage", loadgen::detector_trials},
    {"disturbances", "Disturbances that both groups have", loadgen::disturbance_trials},
};

/// A row per demand; false when one is missed by more than chance.
bool print(const Section& section, const std::vector<Demand>& demands) {
  bool all = true;
  std::printf("\n## %s\n\n| cell | measured | demand | |\n|---|---:|---|---|\n", section.title);
  for (const Demand& demand : demands) {
    std::printf("| %s | %s | %s | %s |\n", demand.cell.c_str(), demand.measured.c_str(),
                demand.limit.c_str(),
                demand.met        ? "✓"
                : demand.possible ? "~"
                                  : "✕");
    all = all && demand.possible;
  }
  std::fflush(stdout);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t seeds = 100;
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--seeds") seeds = std::strtoul(argv[i + 1], nullptr, 10);
    if (option == "--only") only = argv[i + 1];
  }
  bool all = true;
  std::printf(
      "%zu seeds per cell. ✓ met; ~ missed by no more than so few runs miss by chance (three "
      "standard deviations); ✕ missed.\n",
      seeds);
  for (const Section& section : kSections) {
    if (only.empty() || only == section.name) all = print(section, section.run(seeds)) && all;
  }
  return all ? 0 : 1;
}
