#include "loadgen/experiment/interruption.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

volatile std::sig_atomic_t noted = 0;

/// A signal handler: nothing but what is async-signal-safe.
void note(int) {
  if (noted != 0) ::_exit(static_cast<int>(ExitCode::interrupted));
  noted = 1;
  constexpr std::string_view kHint =
      "loadgen: the results are being written; once more ends it without them\n";
  [[maybe_unused]] const ssize_t told = ::write(STDERR_FILENO, kHint.data(), kHint.size());
}

}  // namespace

std::vector<int> ending_signals() {
  std::vector<int> numbers{SIGINT, SIGTERM};
  struct sigaction hangup {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) numbers.push_back(SIGHUP);
  return numbers;
}

void note_interruptions() {
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;  // nothing that is being written may fail of it
  for (const int number : ending_signals()) ::sigaction(number, &action, nullptr);
}

bool interruption_noted() { return noted != 0; }

}  // namespace loadgen
