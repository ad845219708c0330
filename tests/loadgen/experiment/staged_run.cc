#include "tests/loadgen/experiment/staged_run.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace loadgen {

namespace {

std::string scenario_text(const Staging& staging) {
  return "schema = 1\n[phases]\n" + staging.phases +
         R"([groups.control]
base_url = "http://127.0.0.1:1"
[groups.experimental]
base_url = "http://127.0.0.1:2"
vars = { namespace = "blue", token = { command = ["echo", "s3cret-token"], secret = true } }
[[workloads]]
name = "home"
kind = "http"
rate = 20
timeout = "1s"
)" + staging.more;
}

}  // namespace

std::string command_fault(const std::string& name, const std::string& keys) {
  return "[[faults]]\nname = \"" + name + "\"\nkind = \"command\"\ngroup = \"experimental\"\n" +
         keys;
}

StagedRun::StagedRun(Staging staging)
    : staging_(std::move(staging)), text_(scenario_text(staging_)) {
  ScenarioSource source;
  source.text = text_;
  source.path = (directory.path() / "scenario.toml").string();
  source.environment = process_environment;
  scenario = parse_scenario(source);
  std::filesystem::create_directory(run_directory());
}

void StagedRun::begin(boost::asio::io_context& io) {
  RunHeader header;
  header.run_id = "run-1";
  header.scenario_text = text_;
  header.scenario_path = (directory.path() / "scenario.toml").string();
  coordinator_ = std::make_unique<Coordinator>(io, run_directory(), header);
  auto [ours, theirs] = Channel::pair();
  coordinator_->add_worker(std::move(ours));
  worker_ = std::make_unique<FakeWorker>(std::move(theirs), staging_.worker, 2);
  ConductOptions options;
  options.run_id = header.run_id;
  options.assign.scenario_text = text_;
  options.assign.scenario_path = header.scenario_path;
  options.assign.preflight = staging_.preflight;
  options.force = staging_.force;
  options.servers = staging_.servers;
  options.signals = staging_.signals;
  boost::asio::co_spawn(io, conduct(scenario, *coordinator_, options),
                        [this](std::exception_ptr e, ConductEnd result) {
                          error = e;
                          if (!e) end = std::move(result);
                        });
}

void StagedRun::close() {
  coordinator_.reset();
  worker_->join();
  heard = worker_->heard();
  worker_.reset();
}

std::string StagedRun::marks() const {
  // Coroutines that wake at the same moment write in any order.
  std::vector<Mark> all = run().marks;
  std::stable_sort(all.begin(), all.end(),
                   [](const Mark& a, const Mark& b) { return a.at < b.at; });
  std::string text;
  for (const Mark& m : all) {
    const std::string what = m.kind == "phase" ? m.name : m.kind + "(" + m.name + ")";
    text += (text.empty() ? "" : " ") + what + "@" + std::to_string(run_second(m.at));
  }
  return text;
}

Mark StagedRun::mark(const std::string& kind, const std::string& name) const {
  for (const Mark& m : run().marks) {
    if (m.kind == kind && (name.empty() || m.name == name)) return m;
  }
  FAIL("no mark " << kind << " " << name);
  return {};
}

std::string StagedRun::findings() const {
  std::string text;
  for (const std::string& finding : end->findings) text += finding + "\n";
  return text;
}

void play(const std::vector<StagedRun*>& runs, const std::vector<Duration>& sigterms) {
  boost::asio::io_context io;
  for (StagedRun* run : runs) run->begin(io);
  std::vector<boost::asio::steady_timer> timers;
  for (const Duration delay : sigterms) {
    timers.emplace_back(io, delay).async_wait([](boost::system::error_code) { ::raise(SIGTERM); });
  }
  io.run();
  for (StagedRun* run : runs) run->close();
}

}  // namespace loadgen
