// A whole experiment on a small stage: real conductor, coordinator, journal and hooks; fake worker.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/experiment/conductor.h"
#include "tests/loadgen/experiment/fake_worker.h"

namespace loadgen {

/// What is special about a run; the rest of its scenario is the same for all.
struct Staging {
  std::string phases = "before = \"2s\"\nduring = \"2s\"\nafter = \"1s\"\n";
  std::string more;  // TOML: faults, steady_state, observe …
  WorkerScript worker{};
  ServerWatch servers{};
  bool signals = false;
  bool force = false;
  bool preflight = true;
};

/// A command fault of the experimental group, for Staging::more: `keys` are lines of its own.
std::string command_fault(const std::string& name, const std::string& keys);

/// Groups: control (0), experimental (1; vars namespace = "blue", token = "s3cret-token"). Hooks
/// run in `directory`.
class StagedRun {
 public:
  explicit StagedRun(Staging staging);
  /// Puts the run on `io`; what becomes of it is known when that has nothing left to do.
  void begin(boost::asio::io_context& io);
  /// Ends the coordinator and the worker. After it the members below can be looked at.
  void close();

  ScratchDirectory directory;
  Scenario scenario;
  std::optional<ConductEnd> end;
  std::exception_ptr error;
  FakeWorker::Heard heard;

  std::filesystem::path run_directory() const { return directory.path() / "run"; }
  Run run() const { return read_run(run_directory() / "journal"); }
  /// "before@0 during@2 requested(kill)@2 …": all by their instants, seconds rounded down.
  std::string marks() const;
  /// The findings, a line each.
  std::string findings() const;
  /// The first mark of that kind and name (any name when empty); asserts that there is one.
  Mark mark(const std::string& kind, const std::string& name = {}) const;

 private:
  Staging staging_;
  std::string text_;
  std::unique_ptr<Coordinator> coordinator_;
  std::unique_ptr<FakeWorker> worker_;
};

/// Plays the runs at the same time, beside each other, to their ends. At each of `sigterms` from
/// now this process gets a SIGTERM.
void play(const std::vector<StagedRun*>& runs, const std::vector<Duration>& sigterms = {});

/// One of a Stage's runs, that is of a struct whose constructor plays them all: once, for the first
/// test that asks, so that together they take as long as the longest.
template <class Stage>
StagedRun& staged(StagedRun Stage::*which) {
  static Stage stage;
  StagedRun& run = stage.*which;
  REQUIRE(run.end.has_value());
  return run;
}

/// Whether `at` is the expected instant, or a little later: hooks are processes.
inline bool near(RunOffset at, Duration expected) {
  return at >= expected && at <= expected + std::chrono::milliseconds(400);
}

}  // namespace loadgen
