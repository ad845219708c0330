// `loadgen completion`: scripts for shells, made from the command line itself, so that they can't
// lag behind it.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <sstream>

#include "loadgen/cli/commands.h"

namespace loadgen {

namespace {

std::string flags_of(const CLI::App& command) {
  std::string flags;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const std::string& name : option->get_snames()) flags += " -" + name;
    for (const std::string& name : option->get_lnames()) flags += " --" + name;
  }
  for (const CLI::App* sub : command.get_subcommands({})) flags += " " + flags_of(*sub);
  return flags.empty() ? flags : flags.substr(1);
}

/// The words of its own that may stand behind a command: "add accept show".
std::string words_of(const CLI::App& command) {
  std::string words;
  for (const CLI::App* sub : command.get_subcommands({})) words += " " + sub->get_name();
  return words.empty() ? words : words.substr(1);
}

std::string bash(const CLI::App& app) {
  std::ostringstream out;
  std::string commands;
  for (const CLI::App* command : app.get_subcommands({})) commands += " " + command->get_name();
  out << "# bash completion of loadgen: source it, or put it into bash_completion.d\n"
         "_loadgen() {\n"
         "  local word=\"${COMP_WORDS[COMP_CWORD]}\" flags=\"\" words=\"\"\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \""
      << commands.substr(1)
      << " --help --version\" -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"${COMP_WORDS[1]}\" in\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    out << "    " << command->get_name() << ") flags=\"" << flags_of(*command) << "\" words=\""
        << words_of(*command) << "\" ;;\n";
  }
  out << "  esac\n"
         "  if [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$words\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$words --help\" -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"$word\" in\n"
         "    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _loadgen loadgen\n";
  return out.str();
}

std::string zsh(const CLI::App& app) {
  return "#compdef loadgen\nautoload -U +X bashcompinit && bashcompinit\n" + bash(app);
}

/// In fish's single quotes.
std::string in_fish(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out;
}

void fish_options(const CLI::App& command, const std::string& behind, std::ostringstream& out) {
  for (const CLI::Option* option : command.get_options()) {
    const bool named = !option->get_lnames().empty() || !option->get_snames().empty();
    if (!named || option->get_group().empty()) continue;
    out << "complete -c loadgen -n '__fish_seen_subcommand_from " << behind << "'";
    for (const std::string& name : option->get_snames()) out << " -s " << name;
    for (const std::string& name : option->get_lnames()) out << " -l " << name;
    out << (option->get_expected_max() > 0 ? " -r" : "") << "\n";
  }
}

std::string fish(const CLI::App& app) {
  std::ostringstream out;
  out << "# fish completion of loadgen\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    out << "complete -c loadgen -n __fish_use_subcommand -f -a " << command->get_name() << " -d '"
        << in_fish(command->get_description()) << "'\n";
    fish_options(*command, command->get_name(), out);
    for (const CLI::App* sub : command->get_subcommands({})) {
      out << "complete -c loadgen -n '__fish_seen_subcommand_from " << command->get_name()
          << "' -f -a " << sub->get_name() << " -d '" << in_fish(sub->get_description()) << "'\n";
      fish_options(*sub, sub->get_name(), out);
    }
  }
  return out.str();
}

}  // namespace

void add_completion(CLI::App& app, ExitCode& exit_code) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion = app.add_subcommand("completion", "Print a completion script for a shell");
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([shell, &app, &exit_code] {
    std::cout << (*shell == "bash" ? bash(app) : *shell == "zsh" ? zsh(app) : fish(app));
    exit_code = ExitCode::pass;
  });
}

}  // namespace loadgen
