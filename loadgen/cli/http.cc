#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "loadgen/analysis/analyse.h"
#include "loadgen/cli/commands.h"
#include "loadgen/cli/execute.h"
#include "loadgen/cli/find_max.h"
#include "loadgen/cli/numbers.h"
#include "loadgen/cli/outputs.h"
#include "loadgen/cli/quick_scenario.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/redact.h"

namespace loadgen {

namespace {

constexpr const char* kMaxErrorRate = "5%";

struct Flags {
  QuickFlags quick;
  OutputPaths outputs;
  std::string save, progress = "auto";
  std::string max_error_rate;  // "": not typed
  std::optional<std::uint64_t> seed;
  std::uint32_t cores = 1;
  bool silent = false, keepalive = false, no_preflight = false;
};

/// What loadtest's summary repeats of the command line.
QuickRun as_typed(const Flags& flags) {
  QuickRun typed;
  typed.url = without_credentials(flags.quick.url);
  if (flags.quick.max_seconds > 0) typed.max_seconds = flags.quick.max_seconds;
  if (flags.quick.max_requests > 0) typed.max_requests = flags.quick.max_requests;
  if (!typed.max_seconds && !typed.max_requests) typed.max_seconds = kDefaultSeconds;
  if (flags.quick.rps > 0) typed.rps = flags.quick.rps;
  typed.clients = flags.quick.concurrency > 0 ? flags.quick.concurrency : kDefaultClients;
  typed.cores = flags.cores;
  typed.keepalive = !flags.quick.no_keepalive;
  return typed;
}

/// What the run is made of. Beside checks, a limit that was typed is one more of them.
QuickFlags quick_flags(const Flags& flags) {
  QuickFlags quick = flags.quick;
  if (flags.max_error_rate.empty()) return quick;
  if (!quick.find_max.empty()) {
    throw UserError("--max-error-rate and --find-max exclude each other; expected --find-max \"" +
                    quick.find_max + ", error_rate <= " + flags.max_error_rate + "\"");
  }
  if (!quick.checks.empty()) quick.checks.push_back("error_rate <= " + flags.max_error_rate);
  return quick;
}

ExitCode quick_run(const Flags& flags) {
  const double max_error_rate = parse_share(
      flags.max_error_rate.empty() ? kMaxErrorRate : flags.max_error_rate, "--max-error-rate");
  Execution execution;
  const QuickFlags quick = quick_flags(flags);
  execution.text = quick_scenario(quick);
  ScenarioSource source;
  source.text = execution.text;
  source.environment = process_environment;
  source.file = read_whole_file;
  execution.scenario = parse_typed_scenario(source, typed_texts(quick));
  if (!flags.save.empty()) {
    std::ofstream file(flags.save);
    file << execution.text;
    if (!file.flush()) throw UserError("--save: can't write " + flags.save);
    std::cerr << "scenario written to " << flags.save << "; run it with: loadgen run " << flags.save
              << '\n';
  }
  const ScratchDirectory scratch;
  execution.directory = scratch.path();
  execution.workers = flags.cores;
  execution.seed = flags.seed;
  execution.max_requests = flags.quick.max_requests;
  execution.preflight = !flags.no_preflight;
  const bool searches = execution.scenario.capacity.has_value();
  execution.quick = !searches;
  execution.progress = flags.silent ? ProgressMode::none : parse_progress(flags.progress);
  Executed executed = searches ? find_max(execution) : execute(execution);
  if (!executed.result) return executed.exit.value_or(ExitCode::internal_error);
  if (!searches) executed.result->quick_run = as_typed(flags);
  // A document on stdout stands there alone.
  const OutputPaths& paths = flags.outputs;
  const bool to_stdout =
      paths.json == "-" || paths.html == "-" || paths.markdown == "-" || paths.junit == "-";
  if (!to_stdout) print_summary(*executed.result);
  write_outputs(*executed.result, flags.outputs);
  if (executed.exit) return *executed.exit;
  if (searches || !flags.quick.checks.empty()) return exit_code_of(*executed.result);
  return quick_exit_code(*executed.result, max_error_rate);
}

void add_loadtest_options(CLI::App& http, Flags& flags) {
  QuickFlags& quick = flags.quick;
  http.add_option("URL", quick.url, "http://host:port/path")->required();
  http.add_option("-t,--maxSeconds", quick.max_seconds,
                  "how long, in seconds (default 10, unless -n is given)")
      ->check(number_above_0("seconds, such as 10"));
  http.add_option("-n,--maxRequests", quick.max_requests, "stop after this many requests")
      ->check(whole_number_above_0("a number of requests, such as 1000"));
  http.add_option("-c,--concurrency", quick.concurrency,
                  "clients of the closed loop (default 10); with --rps: the most requests in "
                  "flight (loadtest ignores "
                  "it there)")
      ->check(whole_number_above_0("a number of clients, such as 10"));
  http.add_option("--rps", quick.rps, "requests per second: open loop")
      ->check(number_above_0("requests per second, such as 200"));
  http.add_option("-T,--contentType", quick.content_type,
                  "Content-Type of the body (default text/plain)");
  http.add_option("-C,--cookies", quick.cookies, "name=value; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  http.add_option("-H,--headers", quick.headers, "name:value; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  http.add_option("-P,--postBody", quick.post_body, "POST this text");
  http.add_option("-p,--postFile", quick.post_file, "POST this file");
  http.add_option("-A,--patchBody", quick.patch_body, "PATCH this text");
  http.add_option("-a,--patchFile", quick.patch_file, "PATCH this file");
  http.add_option("-u,--putFile", quick.put_file, "PUT this file");
  http.add_option("--data", quick.data, "body, with the method of -m (default POST)");
  http.add_option("-m,--method", quick.method, "GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS");
  http.add_option("-d,--timeout", quick.timeout_ms,
                  "milliseconds; loadtest waits for ever unless told")
      ->capture_default_str()
      ->check(whole_number("milliseconds, such as 10000"));
  http.add_flag("-k,--keepalive", flags.keepalive,
                "keep connections open: the default here, unlike in loadtest");
  http.add_flag("--insecure", quick.insecure, "do not verify the server's certificate");
  http.add_option("--cert", quick.cert, "client certificate (PEM)");
  http.add_option("--key", quick.key, "its key (PEM)");
  http.add_option("--cores", flags.cores, "worker threads")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  http.add_flag("--quiet", flags.silent, "no progress");
}

}  // namespace

void add_http(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* http =
      app.add_subcommand("http", "Quick steady state against a URL, with loadtest's flags");
  http->footer(
      "Differences from loadtest: connections are kept open unless --no-keepalive; the timeout is "
      "10 s unless given; with\n"
      "--rps, -c caps the requests in flight; a request belongs to the second in which it was due, "
      "and failures count as\n"
      "infinitely slow in every percentile that is not labelled otherwise.\n"
      "Exit code: 0 when answers came, 10 when none succeeded or more than --max-error-rate "
      "failed, 14 when the target\n"
      "does not answer at all; with --check as for `loadgen run`; with --find-max 0 when a load "
      "was found that holds,\n"
      "10 when none was.");
  add_loadtest_options(*http, *flags);
  http->add_flag("--no-keepalive", flags->quick.no_keepalive, "a new connection for each request");
  http->add_option("--ca", flags->quick.ca, "verify the server by this CA (PEM)");
  http->add_flag("--poisson", flags->quick.poisson, "with --rps: random instead of even gaps");
  http->add_option("--max-error-rate", flags->max_error_rate,
                   "more failures than this exit 10; beside --check it is one more check")
      ->default_str(kMaxErrorRate);
  http->add_option("--check", flags->quick.checks, "such as \"p99 < 250ms\"; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  http->add_option("--find-max", flags->quick.find_max,
                   "search for the highest rate at which this holds, such as \"p99 < 250ms, "
                   "error_rate < 0.1%\"; begins at --rps and holds each step for -t seconds")
      ->type_name("LIMITS")
      ->check([](const std::string& text) {
        return text.empty() ? "expected limits, such as \"p99 < 250ms\"" : std::string();
      });
  http->add_option("--over", flags->quick.over,
                   "with --find-max: raise the rate, or the clients of a closed loop (from -c on)")
      ->check(CLI::IsMember({"rate", "clients"}));
  http->add_option("--json", flags->outputs.json, "write the result here; - is stdout");
  http->add_option("--html", flags->outputs.html, "write the report here");
  http->add_option("--markdown", flags->outputs.markdown,
                   "write a summary for a pull request here");
  http->add_option("--junit", flags->outputs.junit, "write the checks as JUnit XML here");
  http->add_option("--save", flags->save, "write what was typed as a scenario");
  http->add_option("--seed", flags->seed,
                   "seed of arrivals and placeholders; default: drawn, and recorded")
      ->check(whole_number("a whole number"));
  http->add_flag("--no-preflight", flags->no_preflight,
                 "start even when the target does not answer");
  http->add_option("--progress", flags->progress, "auto, tty, plain, json or none")
      ->check(CLI::IsMember({"auto", "tty", "plain", "json", "none"}));
  http->callback([flags, &exit_code] {
    if (flags->keepalive && flags->quick.no_keepalive)
      throw UserError("--keepalive and --no-keepalive exclude each other");
    exit_code = quick_run(*flags);
  });
}

}  // namespace loadgen
