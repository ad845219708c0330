#include "loadgen/cluster/worker.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <semaphore>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "loadgen/drive/engine.h"

namespace loadgen {

Scenario scenario_of(const Assign& assign, std::vector<MemoryFile>& kept) {
  ScenarioSource source;
  source.text = assign.scenario_text;
  source.path = assign.scenario_path;
  source.overrides = assign.overrides;
  source.environment = [&assign](const std::string& name) -> std::optional<std::string> {
    const auto found = assign.environment.find(name);
    if (found == assign.environment.end()) return std::nullopt;
    return found->second;
  };
  source.file = [&assign](const std::string& path) -> std::optional<std::string> {
    const auto found = assign.files.find(path);
    if (found == assign.files.end()) return std::nullopt;
    return found->second;
  };
  Scenario scenario = parse_scenario(source);
  if (assign.variables.size() != scenario.groups.size())
    throw std::runtime_error("an assignment with the variables of other groups");
  for (Group& group : scenario.groups) {
    for (std::string* path : {&group.tls.ca, &group.tls.cert, &group.tls.key}) {
      const auto found = assign.files.find(*path);
      if (path->empty() || found == assign.files.end()) continue;
      kept.emplace_back(found->second);
      *path = kept.back().path();
    }
  }
  return scenario;
}

namespace {

/// How long connections may take to open before the coordinator is told that they did not.
constexpr Duration kPatience = std::chrono::seconds(15);
/// How long an ended worker waits for its last parts to be acknowledged.
constexpr Duration kLastAcknowledge = std::chrono::seconds(10);

/// One assignment being worked on.
class Work {
 public:
  Work(Channel& channel, const Assign& assign, const DriverFactory& factory)
      : channel_(channel),
        assign_(assign),
        scenario_(scenario_of(assign, files_)),
        engine_({scenario_,
                 assign.seed,
                 {assign.worker, assign.of},
                 assign_.variables,
                 assign_.secrets,
                 assign_.max_requests,
                 assign_.run_id,
                 assign_.parts_before},
                factory) {
    channel_.on_arrival([this] { engine_.wake(); });
  }
  ~Work() { channel_.on_arrival(nullptr); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  /// Opens connections, says so, runs the plan, and waits until everything is acknowledged.
  void run() {
    Armed armed{assign_.worker, engine_.open_ahead(kPatience)};
    if (!assign_.preflight) armed.problems.clear();
    const bool well = armed.problems.empty();
    channel_.send(std::move(armed));
    if (!well) return;
    engine_.run({[this](Part&& part) { report(std::move(part)); }, [this] { read_mail(); }});
    channel_.on_arrival([this] { arrived_.release(); });
    const Instant give_up = Clock::now() + kLastAcknowledge;
    while (!unacknowledged_.empty() && !channel_.closed() && Clock::now() < give_up) {
      arrived_.try_acquire_for(std::chrono::milliseconds(50));
      read_mail();
    }
  }

 private:
  void report(Part&& part) {
    channel_.send(part);
    unacknowledged_.push_back(std::move(part));
  }

  void read_mail() {
    while (auto message = channel_.receive()) std::visit([this](auto& m) { obey(m); }, *message);
    if (channel_.closed()) engine_.stop(true);  // nobody will ever read what we would measure
  }

  void obey(const Start& start) { engine_.start(start.at, start.from); }
  void obey(const Until& until) {
    for (const LoadWindow& window : until.windows) {
      if (window.group >= scenario_.groups.size() || window.workload >= scenario_.workloads.size())
        throw std::runtime_error("a load window of what the scenario has not");
    }
    engine_.until(until.end, until.windows);
  }
  void obey(const Stop& stop) { engine_.stop(stop.abort); }
  void obey(const Acknowledge& acknowledge) {
    while (!unacknowledged_.empty() && unacknowledged_.front().sequence <= acknowledge.sequence) {
      unacknowledged_.pop_front();
    }
  }
  void obey(const Mark&) {}  // for the spool of a worker process, which has kept it
  template <class Other>
  void obey(const Other&) {
    LG_ASSERT(!"a message that only workers send, or a second assignment");
  }

  Channel& channel_;
  const Assign assign_;
  std::vector<MemoryFile> files_;
  const Scenario scenario_;
  Engine engine_;
  std::deque<Part> unacknowledged_;
  std::counting_semaphore<> arrived_{0};
};

/// Waits for the assignment; nothing when the coordinator went away first.
std::optional<Assign> await_assignment(Channel& channel) {
  std::counting_semaphore<> arrived{0};
  channel.on_arrival([&arrived] { arrived.release(); });
  std::optional<Assign> assign;
  while (!assign && !channel.closed()) {
    arrived.acquire();
    while (auto message = channel.receive()) {
      if (auto* found = std::get_if<Assign>(&*message)) {
        assign = std::move(*found);
        break;
      }
    }
  }
  channel.on_arrival(nullptr);
  return assign;
}

}  // namespace

void work(Channel channel, const DriverFactory& factory) {
  const auto assign = await_assignment(channel);
  if (!assign) return;
  try {
    Work(channel, *assign, factory).run();
  } catch (const UserError& mistake) {
    channel.send(Armed{assign->worker, {mistake.what()}});
  } catch (const std::exception& broken) {
    channel.send(Failed{assign->worker, broken.what()});
  }
}

}  // namespace loadgen
