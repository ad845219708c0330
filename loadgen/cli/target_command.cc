#include "loadgen/cli/target_command.h"

#include <pthread.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "loadgen/cli/numbers.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {
namespace {

Duration duration_of(std::string_view text, std::string_view flag) {
  if (const std::optional<Duration> duration = parse_duration(text)) return *duration;
  throw UserError(std::string(flag) + ": \"" + std::string(text) +
                  "\" is no duration; expected a number with its unit, such as 5ms or 2s");
}

/// The flags as typed; empty means not given.
struct Flags {
  TargetOptions options;
  std::string listen = "127.0.0.1:8080";
  std::string delay, jitter, stall_at, stall_for, error_rate, reset_rate;
  std::string log;
};

TargetOptions options_of(const Flags& flags) {
  TargetOptions options = flags.options;
  parse_listen(flags.listen, options);
  if (!flags.delay.empty()) options.delay = duration_of(flags.delay, "--delay");
  if (!flags.jitter.empty()) parse_jitter(flags.jitter, options);
  if (!flags.stall_at.empty()) options.stall_at = duration_of(flags.stall_at, "--stall-at");
  if (!flags.stall_for.empty()) options.stall_for = duration_of(flags.stall_for, "--stall-for");
  if (!flags.error_rate.empty()) options.error_rate = parse_share(flags.error_rate, "--error-rate");
  if (!flags.reset_rate.empty()) options.reset_rate = parse_share(flags.reset_rate, "--reset-rate");
  for (const std::string& header : options.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0 ||
        header.find_first_of("\r\n") != std::string::npos) {
      throw UserError("--header: \"" + header + "\" is no header; expected 'Name: value'");
    }
  }
  return options;
}

void write_log(const std::vector<Target::Count>& counts, std::ostream& out) {
  out << "unix_second,status,requests\n";
  for (const Target::Count& count : counts) {
    out << count.unix_second << ',';
    if (count.status == 0) {
      out << "reset";
    } else {
      out << count.status;
    }
    out << ',' << count.requests << '\n';
  }
}

void serve(const Flags& flags) {
  // The log is opened first: a mistyped path must not cost the counts of a whole run.
  std::ofstream log;
  if (!flags.log.empty()) {
    log.open(flags.log);
    if (!log) throw UserError("--log: can't write " + flags.log);
  }
  Target target(options_of(flags));

  // Blocked before the serving thread starts, so that it inherits the mask and only sigwait sees
  // them.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  target.start();
  std::cout << "listening on " << target.url() << std::endl;
  int signal = 0;
  sigwait(&ending, &signal);
  target.stop();
  if (log.is_open()) {
    write_log(target.counts(), log);
    if (!log.flush()) throw UserError("--log: can't write " + flags.log);
  }
}

}  // namespace

void parse_listen(std::string_view text, TargetOptions& options) {
  const std::size_t colon = text.rfind(':');
  std::string_view host = colon == std::string_view::npos ? "" : text.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  const std::optional<std::uint16_t> number = number_of<std::uint16_t>(port);
  if (!number) {
    throw UserError("--listen: \"" + std::string(text) +
                    "\" has no port; expected HOST:PORT, such as 127.0.0.1:8080");
  }
  if (!host.empty()) options.host = host;
  options.port = *number;
}

void parse_jitter(std::string_view text, TargetOptions& options) {
  const std::size_t colon = text.find(':');
  const std::string_view shape = text.substr(0, colon);
  if (shape == "exp") {
    options.jitter = TargetOptions::Jitter::exponential;
  } else if (shape == "uniform") {
    options.jitter = TargetOptions::Jitter::uniform;
  } else {
    throw UserError("--jitter: \"" + std::string(text) + "\"; expected exp:10ms or uniform:10ms");
  }
  options.jitter_scale = colon == std::string_view::npos
                             ? std::chrono::milliseconds(10)
                             : duration_of(text.substr(colon + 1), "--jitter");
}

void add_target(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<Flags>();  // owned by the callback below, which lives in the app
  TargetOptions& options = flags->options;
  CLI::App* target = app.add_subcommand(
      "target", "A scripted HTTP server, to try things and to check loadgen itself");
  target->add_option("--listen", flags->listen, "HOST:PORT; port 0: the system chooses")
      ->capture_default_str();
  target->add_option("--servers", flags->options.servers,
                     "answers made at a time, the others wait in line: with --delay 10ms and 2 of "
                     "them 200/s are served; 0: all at a time");
  target->add_option("--delay", flags->delay, "wait before each answer, such as 5ms");
  target->add_option("--jitter", flags->jitter,
                     "added to the delay: exp:10ms (mean) or uniform:10ms (upper end)");
  target->add_option("--error-rate", flags->error_rate, "share of error answers, such as 20%");
  target->add_option("--status", options.error_status, "status of error answers")
      ->capture_default_str()
      ->check(CLI::Range(200, 599));
  target->add_option("--reset-rate", flags->reset_rate,
                     "share of answers that break off with a TCP reset");
  target->add_option("--body-size", options.body_size, "bytes of each answer's body")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 30));
  target->add_option("--slow-rate", options.slow_rate, "body bytes per second; 0: at once")
      ->check(whole_number("bytes per second, such as 1000"))
      ->capture_default_str();
  target->add_option("--stall-at", flags->stall_at,
                     "answer nothing from here on, counted from the first request");
  target->add_option("--stall-for", flags->stall_for, "… for this long");
  target->add_option("--close-after", options.close_after, "requests per connection; 0: no limit")
      ->check(whole_number("a number of requests, such as 100"));
  target->add_option("--header", options.headers, "added to each answer: 'Name: value'")
      ->take_all();
  target->add_option("--seed", options.seed, "of errors, resets and jitter")
      ->capture_default_str()
      ->check(whole_number("a whole number"));
  target->add_option("--log", flags->log,
                     "at the end, requests by second and status are written here as CSV");
  target->callback([flags, &exit_code] {
    serve(*flags);
    exit_code = ExitCode::pass;
  });
}

}  // namespace loadgen
