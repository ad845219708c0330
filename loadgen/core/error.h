// Errors that end the program with a message. Failures of what we measure are not errors but
// outcomes.
#pragma once

#include <stdexcept>
#include <string>

namespace loadgen {

/// The exit codes of the contract; nothing else leaves the program.
enum class ExitCode : int {
  pass = 0,
  internal_error = 1,
  usage = 2,
  failed = 10,
  degraded = 11,
  inconclusive = 12,
  invalid = 13,
  preflight_failed = 14,
  not_injected = 15,
  not_reverted = 16,
  interrupted = 130,
};

/// The user's mistake (command line, scenario, script, a file given). The text is complete: place,
/// what was found, what was expected, what to do. Only `main` catches it; it prints the text and
/// exits with `code`.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& text, ExitCode code = ExitCode::usage)
      : std::runtime_error(text), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace loadgen
