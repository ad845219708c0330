#include "pgbench_mode/invocation_options.h"

#include <ostream>

#include "pgbench_mode/builtin_scripts.h"
#include "pgbench_mode/invocation_values.h"
#include "pgbench_mode/message.h"

namespace loadgen::pgbench {

namespace {

/// Which mode an option belongs to.
enum class Mode { any, benchmark, initialise };

/// An option's value, and what it may change.
struct Reading {
  const std::string& value;
  InvocationDraft& draft;
  const Surroundings& around;
  Invocation& run = draft.invocation;
  InitialiseOptions& tables = run.initialise;
};

struct Option {
  std::string_view name;
  char letter;
  bool takes_value;
  Mode mode;
  void (*apply)(const Reading&);
  bool own = false;
};

constexpr bool kValue = true, kFlag = false, kOwn = true;

void add_script(Script script, int weight, InvocationDraft& draft) {
  std::vector<Script>& scripts = draft.invocation.scripts;
  if (scripts.size() == kMaxScripts)
    throw fatal({.error = "at most " + std::to_string(kMaxScripts) + " SQL scripts are allowed"});
  script.weight = weight;
  scripts.push_back(std::move(script));
}

void choose_builtin(const Reading& read) {
  if (read.value == "list") {
    *read.around.err << builtin_list();
    read.run.task = Invocation::Task::nothing;
    return;
  }
  const WeightedName chosen = parse_weighted_name(read.value);
  add_builtin(chosen.name, chosen.weight, read.draft);
}

void choose_file(const Reading& read) {
  const WeightedName chosen = parse_weighted_name(read.value);
  const std::string text = read.around.read_script(chosen.name);
  add_script(parse_script(text, chosen.name), chosen.weight, read.draft);
}

void show_script(const Reading& read) {
  *read.around.err << shown_script(find_builtin(read.value));
  read.run.task = Invocation::Task::nothing;
}

/// The order is that of pgbench's own table: getopt lists the possibilities of an ambiguous
/// abbreviation in it.
using R = const Reading&;
using enum Mode;
const Option kOptions[] = {
    {"builtin", 'b', kValue, benchmark, choose_builtin},
    {"client", 'c', kValue, benchmark,
     [](R r) { r.run.clients = clients_value(r.value, r.around.open_files_limit); }},
    {"connect", 'C', kFlag, benchmark, [](R r) { r.run.connect_per_transaction = true; }},
    {"debug", 'd', kFlag, any, [](R r) { ++r.run.debug; }},
    {"define", 'D', kValue, benchmark,
     [](R r) { r.run.definitions.push_back(definition_value(r.value)); }},
    {"file", 'f', kValue, benchmark, choose_file},
    {"fillfactor", 'F', kValue, initialise,
     [](R r) {
       r.tables.fillfactor = integer_value(r.value, {"-F/--fillfactor", 10, 100});
     }},
    {"host", 'h', kValue, any, [](R r) { r.run.login.host = r.value; }},
    {"initialize", 'i', kFlag, any, [](R r) { r.draft.initialise = true; }},
    {"init-steps", 'I', kValue, initialise, [](R r) { r.draft.steps = steps_value(r.value); }},
    {"jobs", 'j', kValue, benchmark,
     [](R r) { r.run.threads = integer_value(r.value, {"-j/--jobs"}); }},
    {"log", 'l', kFlag, benchmark, [](R r) { r.run.log.enabled = true; }},
    {"latency-limit", 'L', kValue, benchmark,
     [](R r) {
       const double limit_ms = positive_value(r.value, "latency limit");
       r.run.latency_limit_us = static_cast<std::int64_t>(limit_ms * 1000);
     }},
    {"no-vacuum", 'n', kFlag, any, [](R r) { r.run.no_vacuum = true; }},
    {"port", 'p', kValue, any, [](R r) { r.run.login.port = r.value; }},
    {"progress", 'P', kValue, benchmark,
     [](R r) { r.run.progress_s = integer_value(r.value, {"-P/--progress"}); }},
    {"protocol", 'M', kValue, benchmark, [](R r) { r.run.query_mode = query_mode_value(r.value); }},
    {"quiet", 'q', kFlag, initialise, [](R r) { r.tables.quiet = true; }},
    {"report-per-command", 'r', kFlag, benchmark, [](R r) { r.run.report_per_command = true; }},
    {"rate", 'R', kValue, benchmark,
     [](R r) { r.run.rate_per_s = positive_value(r.value, "rate limit"); }},
    {"scale", 's', kValue, any,
     [](R r) {
       r.run.scale_given = true;
       r.run.scale = integer_value(r.value, {"-s/--scale"});
     }},
    {"select-only", 'S', kFlag, benchmark, [](R r) { add_builtin("select-only", 1, r.draft); }},
    {"skip-some-updates", 'N', kFlag, benchmark,
     [](R r) { add_builtin("simple-update", 1, r.draft); }},
    {"time", 'T', kValue, benchmark,
     [](R r) { r.run.duration_s = integer_value(r.value, {"-T/--time"}); }},
    {"transactions", 't', kValue, benchmark,
     [](R r) { r.run.transactions = integer_value(r.value, {"-t/--transactions"}); }},
    {"username", 'U', kValue, any, [](R r) { r.run.login.user = r.value; }},
    {"vacuum-all", 'v', kFlag, benchmark, [](R r) { r.run.vacuum_accounts = true; }},
    {"unlogged-tables", 0, kFlag, initialise, [](R r) { r.tables.unlogged = true; }},
    {"tablespace", 0, kValue, initialise, [](R r) { r.tables.tablespace = r.value; }},
    {"index-tablespace", 0, kValue, initialise, [](R r) { r.tables.index_tablespace = r.value; }},
    {"sampling-rate", 0, kValue, benchmark,
     [](R r) { r.run.log.sampling_rate = sampling_rate_value(r.value); }},
    {"aggregate-interval", 0, kValue, benchmark,
     [](R r) {
       r.run.log.aggregate_interval_s = integer_value(r.value, {"--aggregate-interval"});
     }},
    {"progress-timestamp", 0, kFlag, benchmark, [](R r) { r.run.progress_timestamp = true; }},
    {"log-prefix", 0, kValue, benchmark, [](R r) { r.draft.log_prefix = r.value; }},
    {"foreign-keys", 0, kFlag, initialise, [](R r) { r.draft.foreign_keys = true; }},
    {"random-seed", 0, kValue, benchmark,
     [](R r) { set_random_seed(r.value, "--random-seed option", r.run, r.around); }},
    {"show-script", 0, kValue, any, show_script},
    {"partitions", 0, kValue, initialise,
     [](R r) {
       r.tables.partitions = integer_value(r.value, {"--partitions", 0});
     }},
    {"partition-method", 0, kValue, initialise,
     [](R r) { r.tables.partition_method = partition_method_value(r.value); }},
    {"failures-detailed", 0, kFlag, benchmark, [](R r) { r.run.failures_detailed = true; }},
    {"max-tries", 0, kValue, benchmark, [](R r) { r.run.max_tries = max_tries_value(r.value); }},
    {"verbose-errors", 0, kFlag, benchmark, [](R r) { r.run.verbose_errors = true; }},
    {"check", 0, kValue, benchmark, [](R r) { r.run.own.checks.push_back(r.value); }, kOwn},
    {"continue-on-error", 0, kFlag, benchmark, [](R r) { r.run.own.continue_on_error = true; },
     kOwn},
    {"html", 0, kValue, benchmark, [](R r) { r.run.own.html = r.value; }, kOwn},
    {"json", 0, kValue, benchmark, [](R r) { r.run.own.json = r.value; }, kOwn},
    {"junit", 0, kValue, benchmark, [](R r) { r.run.own.junit = r.value; }, kOwn},
    {"markdown", 0, kValue, benchmark, [](R r) { r.run.own.markdown = r.value; }, kOwn},
    {"save", 0, kValue, benchmark, [](R r) { r.run.own.save = r.value; }, kOwn},
};

}  // namespace

const std::vector<OptionForm>& option_forms() {
  static const std::vector<OptionForm> forms = [] {
    std::vector<OptionForm> made;
    for (const Option& option : kOptions)
      made.push_back({.name = option.name,
                      .letter = option.letter,
                      .id = static_cast<int>(made.size()),
                      .takes_value = option.takes_value,
                      .whole = option.own});
    return made;
  }();
  return forms;
}

void apply_option(const FoundOption& found, InvocationDraft& draft, const Surroundings& around) {
  const Option& option = kOptions[static_cast<std::size_t>(found.id)];
  if (option.mode == Mode::benchmark) draft.benchmark_option = true;
  if (option.mode == Mode::initialise) draft.initialise_option = true;
  option.apply(Reading{found.value, draft, around});
}

void set_random_seed(const std::string& seed, const std::string& from, Invocation& invocation,
                     const Surroundings& around) {
  std::optional<std::uint64_t> value = seed_value(seed);
  if (seed == "time") value = around.seed_from_time;
  if (seed == "rand") value = around.seed_from_system;
  if (!value)
    throw Fatal({{"error: ", "unrecognized random seed option \"" + seed + "\""},
                 {"detail: ", "Expecting an unsigned integer, \"time\" or \"rand\"."},
                 {"error: ", "error while setting random seed from " + from}});
  *around.err << message_text(around.program,
                              {{"", "setting random seed to " + std::to_string(*value)}});
  invocation.random_seed = *value;
}

void add_builtin(const std::string& name, int weight, InvocationDraft& draft) {
  const BuiltinScript& builtin = find_builtin(name);
  add_script(parse_script(builtin.text, builtin.description), weight, draft);
  draft.invocation.builtin_used = true;
}

}  // namespace loadgen::pgbench
