// Command lines of pgbench, an argument per line of the input: each is refused in words of pgbench,
// or read into something that can be run.
#include <sstream>
#include <string>
#include <vector>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "pgbench_mode/invocation.h"
#include "pgbench_mode/message.h"

using namespace loadgen::pgbench;

namespace {

/// As the kernel hands them over: no NUL within.
std::vector<std::string> arguments_of(std::string_view bytes) {
  std::vector<std::string> arguments;
  std::string argument;
  for (const char c : bytes) {
    if (c != '\n' && c != '\0') {
      argument += c;
      continue;
    }
    arguments.push_back(std::move(argument));
    argument.clear();
  }
  if (!argument.empty()) arguments.push_back(std::move(argument));
  return arguments;
}

void check_run(const Invocation& run) {
  LG_ASSERT(!run.scripts.empty() && run.scripts.size() <= kMaxScripts);
  LG_ASSERT(run.clients >= 1 && run.threads >= 1 && run.threads <= run.clients);
  LG_ASSERT((run.transactions > 0) != (run.duration_s > 0));
  LG_ASSERT(!run.rate_per_s || *run.rate_per_s > 0);
  LG_ASSERT(run.latency_limit_us >= 0 && run.progress_s >= 0);
  LG_ASSERT(run.max_tries > 0 || run.duration_s > 0 || run.latency_limit_us > 0);
  LG_ASSERT(run.log.enabled || (run.log.sampling_rate == 0 && run.log.aggregate_interval_s == 0));
}

void check_initialise(const InitialiseOptions& tables) {
  LG_ASSERT(tables.scale >= 1 && tables.fillfactor >= 10 && tables.fillfactor <= 100);
  LG_ASSERT((tables.partitions > 0) == (tables.partition_method != PartitionMethod::none));
  for (const char step : tables.steps) {
    LG_ASSERT(step == ' ' || !name_of_step(step).empty());
    // A partition each; a million of them would only test the patience.
    if (step != 'g' && tables.partitions < 1000)
      LG_ASSERT((step == ' ') == statements_of(step, tables).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ostringstream out, err;
  Surroundings around;
  around.environment = [](const std::string&) { return std::nullopt; };
  around.user_name = [] { return std::string("somebody"); };
  around.read_script = [](const std::string&) { return std::string("SELECT :a;\n"); };
  around.open_files_limit = 1024;
  around.out = &out;
  around.err = &err;
  try {
    const auto arguments = arguments_of(loadgen::fuzz::text_of(data, size));
    const Invocation invocation = read_invocation(arguments, around);
    switch (invocation.task) {
      case Invocation::Task::run:
        check_run(invocation);
        break;
      case Invocation::Task::initialise:
        check_initialise(invocation.initialise);
        break;
      case Invocation::Task::nothing:
        LG_ASSERT(!out.str().empty() || !err.str().empty());
        break;
    }
  } catch (const Fatal& refusal) {
    LG_ASSERT(!refusal.lines().empty());
    LG_ASSERT(refusal.code() == loadgen::ExitCode::internal_error);
  }
  return 0;
}
