#include "pgbench_mode/ledger_script.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pgbench_mode/builtin_scripts.h"
#include "pgbench_mode/script_error.h"

namespace loadgen::pgbench {
namespace {

const LedgerStamp kStamp{"20260820T100604Z-3f9a1c", 3};
const std::string kInsert =
    "INSERT INTO loadgen_ledger (run, worker, connection, sequence, attempt) VALUES "
    "('20260820T100604Z-3f9a1c', 3, :loadgen_connection, :loadgen_sequence, :loadgen_attempt);";

Script audited(const std::string& text) {
  Script script = parse_script(text, "test.sql");
  add_ledger(script, kStamp);
  return script;
}

/// A word per command: the INSERT is "row", what else is the ledger's has a star, and a COMMIT that
/// the ledger waits for an exclamation mark.
std::string shape(const Script& script) {
  std::string words;
  for (const Command& command : script.commands) {
    std::string word;
    if (command.text == kInsert) {
      word = "row";
    } else if (command.kind == CommandKind::sql) {
      word = command.text.substr(0, command.text.find_first_of(" ;"));
    } else {
      word = "\\" + command.first_line.substr(0, command.first_line.find(' '));
      if (command.first_line.rfind("\\", 0) == 0) word = word.substr(1);
    }
    const bool ours = command.first_line.rfind("(ledger) ", 0) == 0 && word != "row";
    words += (words.empty() ? "" : " ") + word + (ours ? "*" : "");
    if (command.ledger == LedgerPart::commits) words += "!";
    if (command.ledger == LedgerPart::writes_and_commits) words += "+row!";
  }
  return words;
}

TEST_CASE("where the row of a script goes") {
  struct Row {
    std::string why, text, shape;
  };
  const Row rows[] = {
      {"before the COMMIT", "BEGIN;\nUPDATE a SET b = 1;\nCOMMIT;", "BEGIN UPDATE row COMMIT!"},
      {"END is one, too", "BEGIN;\nUPDATE a SET b = 1;\nend;", "BEGIN UPDATE row end!"},
      {"before the last one only", "BEGIN;\nUPDATE a SET b = 1;\nEND;\nBEGIN;\nSELECT 1;\nEND;",
       "BEGIN UPDATE END BEGIN SELECT row END!"},
      {"around a script without a transaction", "UPDATE a SET b = 1;\nUPDATE c SET d = 1;",
       "BEGIN* UPDATE UPDATE row COMMIT*!"},
      {"which begins with its first SQL command", "\\set x 1\nUPDATE a SET b = 1;\n\\sleep 1 ms",
       "\\set BEGIN* UPDATE row COMMIT*! \\sleep"},
      {"and takes an \\if in whole",
       "\\set x 1\n\\if :x\nUPDATE a SET b = 1;\n\\else\nSELECT 1;\n\\endif\n\\sleep 1 ms",
       "\\set BEGIN* \\if UPDATE \\else SELECT \\endif row COMMIT*! \\sleep"},
      {"and a pipeline", "\\startpipeline\nUPDATE a SET b = 1;\nSELECT 1;\n\\endpipeline",
       "BEGIN* \\startpipeline UPDATE SELECT \\endpipeline row COMMIT*!"},
      {"within a pipeline, when the COMMIT is",
       "\\startpipeline\nBEGIN;\nUPDATE a SET b = 1;\nEND;\n\\endpipeline",
       "\\startpipeline BEGIN UPDATE row END! \\endpipeline"},
      {"in each branch that ends one",
       "BEGIN;\nUPDATE a SET b = 1;\n\\if 1\nCOMMIT;\n\\elif 2\nROLLBACK;\n\\else\nEND;\n\\endif",
       "BEGIN UPDATE \\if row COMMIT! \\elif ROLLBACK \\else row END! \\endif"},
      {"not before a COMMIT that another one may follow",
       "BEGIN;\nUPDATE a SET b = 1;\nCOMMIT;\n\\if 1\nBEGIN;\nSELECT 1;\nEND;\n\\endif",
       "BEGIN UPDATE COMMIT \\if BEGIN SELECT row END! \\endif"},
      {"two \\if in a row exclude nothing",
       "BEGIN;\nUPDATE a SET b = 1;\n\\if 1\nEND;\n\\endif\n\\if 2\nBEGIN;\nEND;\n\\endif",
       "BEGIN UPDATE \\if END \\endif \\if BEGIN row END! \\endif"},
      {"into the command that the COMMIT shares", "BEGIN\\;UPDATE a SET b = 1\\;COMMIT;",
       "BEGIN+row!"},
      {"COMMIT AND CHAIN commits, too", "BEGIN;\nDELETE FROM a;\nCOMMIT AND CHAIN;\nROLLBACK;",
       "BEGIN DELETE row COMMIT! ROLLBACK"},
      {"nowhere in a script that only reads", "SELECT 1;", "SELECT"},
      {"nor in one that reads in a transaction", "BEGIN;\nSELECT 1;\nEND;", "BEGIN SELECT END"},
      {"a procedure may write", "CALL f(1);", "BEGIN* CALL row COMMIT*!"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(shape(audited(row.text)) == row.shape);
  }
}

TEST_CASE("the built-in scripts: a row each, but for the one that reads") {
  const auto of = [](const char* name) {
    return shape(audited(std::string(find_builtin(name).text)));
  };
  CHECK(of("tpcb-like") ==
        "\\set \\set \\set \\set BEGIN UPDATE SELECT UPDATE UPDATE INSERT row END!");
  CHECK(of("simple-update") == "\\set \\set \\set \\set BEGIN UPDATE SELECT INSERT row END!");
  CHECK(of("select-only") == "\\set SELECT");
}

TEST_CASE("the row's place among statements of one command, and the result of its COMMIT") {
  const Script script = audited("BEGIN\\;UPDATE a SET b = :x\\; /* ; */ COMMIT\\;SELECT 2 \\gset");
  REQUIRE(script.commands.size() == 1);
  const Command& command = script.commands[0];
  CHECK(command.text == "BEGIN;UPDATE a SET b = :x; /* ; */ " + kInsert + " COMMIT;SELECT 2 ");
  CHECK(command.commit_result == 3);
  CHECK(command.gather == Gather::gset);
  CHECK(command.parameters ==
        std::vector<std::string>{"x", "loadgen_connection", "loadgen_sequence", "loadgen_attempt"});
  CHECK(command.first_line == "BEGIN;UPDATE a SET b = :x; /* ; */ COMMIT;SELECT 2 ");
}

TEST_CASE("jumps go where they went") {
  const Script script = audited(
      "BEGIN;\nUPDATE a SET b = 1;\n\\if 1\nEND;\n\\else\nEND;\n\\endif\n\\if 0\n\\set x "
      "1\n\\endif");
  // 0 BEGIN 1 UPDATE 2 \if 3 row 4 END 5 \else 6 row 7 END 8 \endif 9 \if 10 \set 11 \endif
  CHECK(script.commands[2].next_branch == 5);
  CHECK(script.commands[2].endif == 8);
  CHECK(script.commands[5].next_branch == 8);
  CHECK(script.commands[5].endif == 8);
  CHECK(script.commands[9].next_branch == 11);
  CHECK(script.commands[9].endif == 11);
}

TEST_CASE("a script whose last transaction can't be told is refused by its name") {
  struct Row {
    std::string why, text, message;
  };
  const Row rows[] = {
      {"it never commits", "BEGIN;\nUPDATE a SET b = 1;", "it begins one and has no COMMIT or END"},
      {"it rolls back", "UPDATE a SET b = 1;\nROLLBACK;", "it rolls back"},
      {"two phases", "BEGIN;\nUPDATE a SET b = 1;\nPREPARE TRANSACTION 'x';\nCOMMIT PREPARED 'x';",
       "it commits in two phases"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::string said;
    try {
      audited(row.text);
    } catch (const ScriptError& error) {
      said = error.located();
    }
    CHECK(said.rfind("test.sql:1:1: audit = true can't tell", 0) == 0);
    CHECK_MESSAGE(said.find(row.message) != std::string::npos, said);
  }
}

}  // namespace
}  // namespace loadgen::pgbench
