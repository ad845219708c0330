// Splits a command line into options and operands as GNU getopt_long does: clusters of letters,
// `--name value`, `--name=value`, unambiguous abbreviations, options after operands, `--`.
// Its own, since getopt keeps its place in global variables and prints instead of telling.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::pgbench {

/// name: without dashes. letter: its short form, 0 for none. id: what next() returns.
/// whole: never abbreviated, and no rival of an abbreviation; so that an option that is added does
/// not change what `--co` means.
struct OptionForm {
  std::string_view name;
  char letter = 0;
  int id = 0;
  bool takes_value = false;
  bool whole = false;
};

struct FoundOption {
  int id = 0;
  std::string value;  ///< empty when the option takes none
};

/// A regular value; one thread.
class OptionScan {
 public:
  /// arguments: without the program's name. options_first: an operand ends the options, as with
  /// POSIXLY_CORRECT in the environment. `forms` must outlive the scan.
  OptionScan(const std::vector<OptionForm>& forms, std::vector<std::string> arguments,
             bool options_first);

  /// The next option in the order of the command line; nullopt after the last.
  /// Throws Fatal in getopt's words: unknown, ambiguous, value missing or not wanted.
  std::optional<FoundOption> next();

  /// What is no option, in order. Complete once next() has returned nullopt.
  const std::vector<std::string>& operands() const { return operands_; }

 private:
  FoundOption long_option(const std::string& argument);
  FoundOption next_letter();
  const OptionForm& form_called(const std::string& argument, std::string_view name) const;
  std::string following_value(const std::string& complaint);

  const std::vector<OptionForm>* forms_;
  std::vector<std::string> arguments_;
  std::vector<std::string> operands_;
  std::size_t place_ = 0;   ///< the next argument
  std::size_t letter_ = 0;  ///< the next letter in arguments_[place_ - 1]; 0: in no group of them
  bool options_first_;
};

}  // namespace loadgen::pgbench
