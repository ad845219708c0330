#include "pgbench_mode/option_scan.h"

#include <utility>

#include "pgbench_mode/message.h"

namespace loadgen::pgbench {

namespace {

/// getopt's complaints have no "error: " before them.
[[noreturn]] void complain(const std::string& text) { throw Fatal({{"", text}}); }

}  // namespace

OptionScan::OptionScan(const std::vector<OptionForm>& forms, std::vector<std::string> arguments,
                       bool options_first)
    : forms_(&forms), arguments_(std::move(arguments)), options_first_(options_first) {}

std::optional<FoundOption> OptionScan::next() {
  if (letter_ != 0) return next_letter();
  while (place_ < arguments_.size()) {
    const std::string& argument = arguments_[place_++];
    const bool is_option = argument.size() > 1 && argument[0] == '-';
    if (is_option && argument != "--") {
      if (argument[1] == '-') return long_option(argument);
      letter_ = 1;
      return next_letter();
    }
    if (!is_option) operands_.push_back(argument);
    if (!is_option && !options_first_) continue;
    for (; place_ < arguments_.size(); ++place_) operands_.push_back(arguments_[place_]);
  }
  return std::nullopt;
}

FoundOption OptionScan::long_option(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string_view name = std::string_view(argument).substr(2, equals - 2);
  const OptionForm& form = form_called(argument, name);
  const std::string shown = "option '--" + std::string(form.name) + "' ";
  if (equals != std::string::npos) {
    if (!form.takes_value) complain(shown + "doesn't allow an argument");
    return {form.id, argument.substr(equals + 1)};
  }
  if (!form.takes_value) return {form.id, ""};
  return {form.id, following_value(shown + "requires an argument")};
}

const OptionForm& OptionScan::form_called(const std::string& argument,
                                          std::string_view name) const {
  const OptionForm* found = nullptr;
  std::string possibilities;
  int count = 0;
  for (const OptionForm& form : *forms_) {
    if (form.name == name) return form;
    if (form.whole || form.name.substr(0, name.size()) != name) continue;
    found = &form;
    ++count;
    possibilities += " '--" + std::string(form.name) + "'";
  }
  if (count == 0) complain("unrecognized option '" + argument + "'");
  if (count > 1) complain("option '" + argument + "' is ambiguous; possibilities:" + possibilities);
  return *found;
}

FoundOption OptionScan::next_letter() {
  const std::string& group = arguments_[place_ - 1];
  const char wanted = group[letter_++];
  const std::string rest = group.substr(letter_);
  if (rest.empty()) letter_ = 0;
  for (const OptionForm& form : *forms_) {
    if (form.letter == 0 || form.letter != wanted) continue;
    if (!form.takes_value) return {form.id, ""};
    letter_ = 0;
    if (!rest.empty()) return {form.id, rest};
    return {form.id,
            following_value(std::string("option requires an argument -- '") + wanted + "'")};
  }
  complain(std::string("invalid option -- '") + wanted + "'");
}

std::string OptionScan::following_value(const std::string& complaint) {
  if (place_ == arguments_.size()) complain(complaint);
  return arguments_[place_++];
}

}  // namespace loadgen::pgbench
