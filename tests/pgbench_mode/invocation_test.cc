#include "pgbench_mode/invocation.h"

#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "pgbench_mode/message.h"
#include "pgbench_mode/script_error.h"

using namespace loadgen::pgbench;

namespace {

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

struct Spoken {
  std::string out, err;
};

/// Reads a command line in a world with two files, one broken.
Invocation invocation_of(const Arguments& arguments, const Environment& environment = {},
                         Spoken* spoken = nullptr) {
  std::ostringstream out, err;
  Surroundings around;
  around.version = "15 (test)";
  around.environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
  around.user_name = [] { return std::string("somebody"); };
  around.read_script = [](const std::string& name) -> std::string {
    if (name == "one.sql") return "SELECT 1;\n";
    if (name == "broken.sql") return "\\set x 1/\n";
    throw ScriptError("could not open file \"" + name + "\": No such file or directory");
  };
  around.seed_from_time = 1111;
  around.seed_from_system = 2222;
  around.open_files_limit = 1024;
  around.out = &out;
  around.err = &err;
  const auto tell = [&] {
    if (spoken != nullptr) *spoken = {out.str(), err.str()};
  };
  try {
    Invocation invocation = read_invocation(arguments, around);
    tell();
    return invocation;
  } catch (...) {
    tell();
    throw;
  }
}

std::string refusal(const Arguments& arguments, const Environment& environment = {}) {
  try {
    invocation_of(arguments, environment);
    return "";
  } catch (const Fatal& failure) {
    return message_text("pgbench", failure.lines());
  }
}

std::string error(const std::string& text) { return "pgbench: error: " + text + "\n"; }

const std::string kHint = "pgbench: hint: Try \"pgbench --help\" for more information.\n";

}  // namespace

TEST_CASE("without arguments: pgbench's defaults") {
  Spoken spoken;
  const Invocation run = invocation_of({}, {}, &spoken);
  CHECK(run.task == Invocation::Task::run);
  REQUIRE(run.scripts.size() == 1);
  CHECK(run.scripts[0].name == "<builtin: TPC-B (sort of)>");
  CHECK(run.builtin_used);
  CHECK(run.clients == 1);
  CHECK(run.threads == 1);
  CHECK(run.transactions == 10);
  CHECK(run.duration_s == 0);
  CHECK(run.query_mode == QueryMode::simple);
  CHECK(run.max_tries == 1);
  CHECK(run.random_seed == 1111);
  CHECK_FALSE(run.rate_per_s.has_value());
  CHECK(run.log == LogOptions{});
  CHECK(run.own == OwnOptions{});
  CHECK(run.login.database == "somebody");
  CHECK(run.login.application == "pgbench");
  CHECK(spoken.out + spoken.err == "");
}

TEST_CASE("every option does what it says") {
  const Invocation run = invocation_of({"-c",
                                        "8",
                                        "-j",
                                        "2",
                                        "-T",
                                        "60",
                                        "-M",
                                        "prepared",
                                        "-C",
                                        "-R",
                                        "200.5",
                                        "-L",
                                        "1.5",
                                        "-P",
                                        "5",
                                        "-r",
                                        "-l",
                                        "-n",
                                        "-v",
                                        "-D",
                                        "a=1",
                                        "-D",
                                        "b=x",
                                        "-s",
                                        "3",
                                        "-h",
                                        "H",
                                        "-p",
                                        "P",
                                        "-U",
                                        "me",
                                        "-d",
                                        "-d",
                                        "db",
                                        "--max-tries=0",
                                        "--random-seed=5",
                                        "--failures-detailed",
                                        "--verbose-errors",
                                        "--progress-timestamp",
                                        "--log-prefix=px",
                                        "--aggregate-interval=30"});
  CHECK(run.clients == 8);
  CHECK(run.threads == 2);
  CHECK(run.transactions == 0);
  CHECK(run.duration_s == 60);
  CHECK(run.query_mode == QueryMode::prepared);
  CHECK(run.connect_per_transaction);
  CHECK(run.rate_per_s == 200.5);
  CHECK(run.latency_limit_us == 1500);
  CHECK(run.progress_s == 5);
  CHECK(run.report_per_command);
  CHECK(run.log == LogOptions{true, "px", 30, 0});
  CHECK(run.no_vacuum);
  CHECK(run.vacuum_accounts);
  CHECK(run.definitions.size() == 2);
  CHECK(run.scale_given);
  CHECK(run.scale == 3);
  CHECK(run.login.host == "H");
  CHECK(run.login.port == "P");
  CHECK(run.login.user == "me");
  CHECK(run.login.database == "db");
  CHECK(run.debug == 2);
  CHECK(run.max_tries == 0);
  CHECK(run.random_seed == 5);
  CHECK(run.failures_detailed);
  CHECK(run.verbose_errors);
  CHECK(run.progress_timestamp);
  CHECK(invocation_of({"-t", "7"}).transactions == 7);
  CHECK(invocation_of({"-l", "--sampling-rate=0.25"}).log.sampling_rate == 0.25);
  CHECK(invocation_of({"-j", "4", "-c", "3"}).threads == 3);
  CHECK(invocation_of({"--check", "p99 < 1s", "--check=tps > 1"}).own.checks ==
        Arguments{"p99 < 1s", "tps > 1"});
  const OwnOptions own = invocation_of({"--json=j", "--html=h", "--markdown=m", "--junit=u",
                                        "--save=s", "--continue-on-error"})
                             .own;
  CHECK(own == OwnOptions{"j", "h", "m", "u", "s", {}, true});
}

TEST_CASE("scripts, weighted, in their order") {
  const Invocation run = invocation_of({"-b", "tpcb@0", "-f", "one.sql@3", "-S", "-N"});
  REQUIRE(run.scripts.size() == 4);
  CHECK(run.scripts[0].weight == 0);
  CHECK(run.scripts[1].name == "one.sql");
  CHECK(run.scripts[1].weight == 3);
  CHECK(run.scripts[2].name == "<builtin: select only>");
  CHECK(run.scripts[3].name == "<builtin: simple update>");
  CHECK_FALSE(invocation_of({"-f", "one.sql"}).builtin_used);
  CHECK(refusal({"-b", "simple@0", "-f", "one.sql@0"}) ==
        error("total script weight must not be zero"));
  Arguments many;
  for (int i = 0; i < 128; ++i) many.push_back("-S");
  CHECK(refusal(many) == "");
  many.push_back("-S");
  CHECK(refusal(many) == error("at most 128 SQL scripts are allowed"));
}

TEST_CASE("the database's name") {
  CHECK(invocation_of({"db"}, {{"PGDATABASE", "e"}}).login.database == "db");
  CHECK(invocation_of({}, {{"PGDATABASE", "e"}, {"PGUSER", "u"}}).login.database == "e");
  CHECK(invocation_of({}, {{"PGDATABASE", ""}, {"PGUSER", "u"}}).login.database == "u");
  CHECK(invocation_of({}, {{"PGUSER", ""}}).login.database == "somebody");
  CHECK(invocation_of({"host=a dbname=b"}).login.database == "host=a dbname=b");
}

TEST_CASE("initialisation") {
  const Invocation plain = invocation_of({"-i"});
  CHECK(plain.task == Invocation::Task::initialise);
  CHECK(plain.initialise == InitialiseOptions{});
  CHECK(plain.scripts.empty());
  const Invocation all = invocation_of({"-i", "-s", "4", "-F", "70", "-q", "--unlogged-tables",
                                        "--tablespace=a", "--index-tablespace=b", "--partitions=3",
                                        "--partition-method=HASH", "--foreign-keys"});
  CHECK(all.initialise == InitialiseOptions{.steps = "dtgvpf",
                                            .scale = 4,
                                            .fillfactor = 70,
                                            .quiet = true,
                                            .unlogged = true,
                                            .tablespace = "a",
                                            .index_tablespace = "b",
                                            .partitions = 3,
                                            .partition_method = PartitionMethod::hash});
  CHECK(invocation_of({"-i", "-n"}).initialise.steps == "dtg p");
  CHECK(invocation_of({"-i", "-I", "vdv", "-n"}).initialise.steps == " d ");
  CHECK(invocation_of({"-i", "-I", "fd", "--foreign-keys"}).initialise.steps == "fd");
  CHECK(invocation_of({"-i", "-I", "d", "-I", "t"}).initialise.steps == "t");
  CHECK(invocation_of({"-i", "--partitions=2"}).initialise.partition_method ==
        PartitionMethod::range);
  CHECK(invocation_of({"-i", "--partitions=0"}).initialise.partition_method ==
        PartitionMethod::none);
}

TEST_CASE("seeds from the line, the environment and the clock") {
  Spoken spoken;
  CHECK(invocation_of({"--random-seed=time"}, {}, &spoken).random_seed == 1111);
  CHECK(spoken.err == "pgbench: setting random seed to 1111\n");
  CHECK(invocation_of({"--random-seed=rand"}).random_seed == 2222);
  CHECK(invocation_of({}, {{"PGBENCH_RANDOM_SEED", "9"}}, &spoken).random_seed == 9);
  CHECK(spoken.err == "pgbench: setting random seed to 9\n");
  CHECK(invocation_of({"--random-seed=8"}, {{"PGBENCH_RANDOM_SEED", "9"}}, &spoken).random_seed ==
        8);
  CHECK(spoken.err == "pgbench: setting random seed to 9\npgbench: setting random seed to 8\n");
  const std::string unknown =
      error("unrecognized random seed option \"x\"") +
      "pgbench: detail: Expecting an unsigned integer, \"time\" or \"rand\".\n";
  CHECK(refusal({"--random-seed=x"}) ==
        unknown + error("error while setting random seed from --random-seed option"));
  CHECK(refusal({}, {{"PGBENCH_RANDOM_SEED", "x"}}) ==
        unknown +
            error("error while setting random seed from PGBENCH_RANDOM_SEED environment variable"));
}

TEST_CASE("what is said at once") {
  Spoken spoken;
  const auto nothing = Invocation::Task::nothing;
  CHECK(invocation_of({"--help", "--nonsense"}, {}, &spoken).task == nothing);
  CHECK(spoken.out.rfind("pgbench is a benchmarking tool", 0) == 0);
  CHECK(invocation_of({"-?"}).task == nothing);
  CHECK(invocation_of({"-V"}, {}, &spoken).task == nothing);
  CHECK(spoken.out == "pgbench (PostgreSQL) 15 (test)\n");
  CHECK(invocation_of({"--version"}).task == nothing);
  CHECK(invocation_of({"-n", "-b", "list", "--nonsense"}, {}, &spoken).task == nothing);
  CHECK(spoken.err.rfind("Available builtin scripts:\n", 0) == 0);
  CHECK(invocation_of({"--show-script=sel"}, {}, &spoken).task == nothing);
  CHECK(spoken.err.rfind("-- select-only: <builtin: select only>\n", 0) == 0);
  CHECK(refusal({"-n", "--help"}) == "pgbench: unrecognized option '--help'\n" + kHint);
  CHECK(refusal({"-n", "-V"}) == "pgbench: invalid option -- 'V'\n" + kHint);
}

TEST_CASE("what does not go together") {
  struct Row {
    const char* why;
    Arguments arguments;
    const char* message;
  };
  const char* not_for_init =
      "some of the specified options cannot be used in initialization (-i) mode";
  const char* only_for_init = "some of the specified options cannot be used in benchmarking mode";
  for (const Row& row : {
           Row{"clients don't initialise", {"-i", "-c", "2"}, not_for_init},
           Row{"scripts don't", {"-i", "-S"}, not_for_init},
           Row{"checks of ours don't", {"-i", "--check=p99 < 1s"}, not_for_init},
           Row{"quiet is for -i", {"-q"}, only_for_init},
           Row{"so are the steps", {"-I", "d"}, only_for_init},
           Row{"no method without partitions",
               {"-i", "--partition-method=hash"},
               "--partition-method requires greater than zero --partitions"},
           Row{"until when?",
               {"-t", "1", "-T", "1"},
               "specify either a number of transactions (-t) or a duration (-T), not both"},
           Row{"a sample of what?",
               {"--sampling-rate=1"},
               "log sampling (--sampling-rate) is allowed only when logging transactions (-l)"},
           Row{"a sample of sums",
               {"-l", "--sampling-rate=1", "--aggregate-interval=1"},
               "log sampling (--sampling-rate) and aggregation (--aggregate-interval) cannot be "
               "used at the same time"},
           Row{"sums of what?",
               {"--aggregate-interval=1"},
               "log aggregation is allowed only when actually logging transactions"},
           Row{"whose name?",
               {"--log-prefix=x"},
               "log file prefix (--log-prefix) is allowed only when logging transactions (-l)"},
           Row{"an interval longer than all",
               {"-l", "-T", "2", "--aggregate-interval=3"},
               "number of seconds for aggregation (3) must not be higher than test duration (2)"},
           Row{"an interval that does not fit",
               {"-l", "-T", "5", "--aggregate-interval=2"},
               "duration (5) must be a multiple of aggregation interval (2)"},
           Row{"a time of what?",
               {"--progress-timestamp"},
               "--progress-timestamp is allowed only under --progress"},
           Row{"tries for ever",
               {"--max-tries=0"},
               "an unlimited number of transaction tries can only be used with --latency-limit or "
               "a duration (-T)"},
           Row{"a limit below what is counted is none",
               {"--max-tries=0", "-L", "0.0001"},
               "an unlimited number of transaction tries can only be used with --latency-limit or "
               "a duration (-T)"},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(refusal(row.arguments) == error(row.message));
  }
  CHECK(refusal({"--max-tries=0", "-L", "1"}) == "");
  CHECK(refusal({"--max-tries=0", "-T", "1"}) == "");
  CHECK(refusal({"-l", "--aggregate-interval=3"}) == "");
  CHECK(refusal({"-l", "-T", "5", "--aggregate-interval=5"}) == "");
  CHECK(refusal({"a", "b", "c"}) ==
        error("too many command-line arguments (first is \"b\")") + kHint);
}

TEST_CASE("the first mistake on the line is told") {
  CHECK(refusal({"-c", "0", "-f", "nope.sql"}) ==
        error("-c/--client must be in range 1..2147483647"));
  CHECK(refusal({"-f", "nope.sql", "-c", "0"}) ==
        error("could not open file \"nope.sql\": No such file or directory"));
  CHECK(refusal({"-i", "-S", "--nonsense"}) ==
        "pgbench: unrecognized option '--nonsense'\n" + kHint);
  // As a whole line is read before its options are compared, operands are counted first.
  CHECK(refusal({"-q", "a", "b"}) ==
        error("too many command-line arguments (first is \"b\")") + kHint);
}

TEST_CASE("scripts that can't be read end with pgbench's words") {
  CHECK(refusal({"-f", "broken.sql"}) ==
        error("broken.sql:1: syntax error in command \"set\"\n\\set x 1/\n         ^ error found "
              "here"));
  const std::string list =
      "Available builtin scripts:\n      tpcb-like: <builtin: TPC-B (sort of)>\n  simple-update: "
      "<builtin: simple update>\n    select-only: <builtin: select only>\n\n";
  CHECK(refusal({"-b", "nope"}) == error("no builtin script found for name \"nope\"") + list);
}

TEST_CASE("logs that loadgen does not write") {
  const auto said = [](const Arguments& arguments) -> std::string {
    try {
      refuse_special_logs(invocation_of(arguments));
      return "";
    } catch (const Fatal& failure) {
      return failure.what();
    }
  };
  CHECK(said({"-l"}) == "");
  CHECK(said({"-l", "--sampling-rate=1"}).find("--sampling-rate: use pgbench") !=
        std::string::npos);
  CHECK(said({"-l", "--aggregate-interval=1"}).find("--aggregate-interval: use pgbench") !=
        std::string::npos);
}
