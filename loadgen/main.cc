// Picks the subcommand; everything else is in loadgen/cli, one file each.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/cli/commands.h"
#include "loadgen/cli/open_files.h"
#include "loadgen/cli/pgbench.h"
#include "loadgen/cli/target_command.h"
#include "loadgen/cli/version.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/nearest_word.h"

namespace {

/// CLI11 only says that a subcommand is missing when there is one that it does not know.
void refuse_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-' || argv[1][0] == '\0') return;
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return;
  throw loadgen::UserError("there is no command \"" + std::string(argv[1]) + "\"" +
                           loadgen::did_you_mean(argv[1], names) + "\nRun `loadgen --help`.");
}

}  // namespace

int main(int argc, char** argv) {
  using namespace loadgen;
  std::signal(SIGPIPE, SIG_IGN);  // a closed socket is an outcome, not our end
  raise_open_files();
  ExitCode exit_code = ExitCode::pass;
  CLI::App app{
      "Load generator and steady-state benchmarker for chaos experiments: did users notice, for "
      "how long, was "
      "anything lost, would we see it again?",
      "loadgen"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("loadgen ") + kVersion + " (" + commit_text() +
                                        ", " + build_text() + ")");
  add_run(app, exit_code);
  add_http(app, exit_code);
  add_init(app, exit_code);
  add_validate(app, exit_code);
  add_plan(app, exit_code);
  add_coordinator(app, exit_code);
  add_worker(app, exit_code);
  add_report(app, exit_code);
  add_audit(app, exit_code);
  add_revert(app, exit_code);
  add_compare(app, exit_code);
  add_baseline(app, exit_code);
  add_aa(app, exit_code);
  add_selftest(app, exit_code);
  add_target(app, exit_code);
  add_schema(app, exit_code);
  add_completion(app, exit_code);
  // Listed here; its command line is pgbench's, which CLI11 does not read.
  app.add_subcommand("pgbench", "pgbench's command line and scripts, measured through the fault");
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string_view program(argv[0]);
  try {
    if (program.substr(program.rfind('/') + 1) == "pgbench") return pgbench_main(arguments);
    if (!arguments.empty() && arguments.front() == "pgbench")
      return pgbench_main({arguments.begin() + 1, arguments.end()});
    refuse_unknown_command(app, argc, argv);
    app.parse(for_parsing(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::cerr << "loadgen: " << error.what()
              << "\nRun `loadgen --help` or `loadgen COMMAND --help`.\n";
    return static_cast<int>(ExitCode::usage);
  } catch (const UserError& mistake) {
    std::cerr << "loadgen: " << mistake.what() << '\n';
    return static_cast<int>(mistake.code());
  } catch (const std::exception& broken) {
    std::cerr << "loadgen: internal error: " << broken.what() << '\n';
    return static_cast<int>(ExitCode::internal_error);
  }
  return static_cast<int>(exit_code);
}
