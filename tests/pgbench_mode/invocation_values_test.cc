#include "pgbench_mode/invocation_values.h"

#include <doctest/doctest.h>

#include <functional>

#include "pgbench_mode/message.h"

using namespace loadgen::pgbench;

namespace {

/// The message of a value that is refused, "" of one that is taken.
std::string refusal(const std::function<void()>& read) {
  try {
    read();
    return "";
  } catch (const Fatal& failure) {
    return failure.what();
  }
}

}  // namespace

TEST_CASE("integers as strtol reads them, all of the text") {
  struct Row {
    const char *why, *text;
    int value;
  };
  const IntegerRange range{"-F/--fillfactor", 10, 100};
  for (const Row& row : {
           Row{"the lowest", "10", 10},
           Row{"the highest", "100", 100},
           Row{"a sign", "+50", 50},
           Row{"blanks around", " \t50 \n", 50},
           Row{"zeros before", "0050", 50},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(integer_value(row.text, range) == row.value);
  }
  struct Refused {
    const char *why, *text, *message;
  };
  const char* out = "error: -F/--fillfactor must be in range 10..100";
  for (const Refused& row : {
           Refused{"below", "9", out},
           Refused{"above", "101", out},
           Refused{"nothing is 0", "", out},
           Refused{"too long for any integer", "99999999999999999999", out},
           Refused{"no number", "x", "error: invalid value \"x\" for option -F/--fillfactor"},
           Refused{"a unit", "50%", "error: invalid value \"50%\" for option -F/--fillfactor"},
           Refused{"a fraction", "50.0",
                   "error: invalid value \"50.0\" for option -F/--fillfactor"},
           Refused{"hexadecimal", "0x32",
                   "error: invalid value \"0x32\" for option -F/--fillfactor"},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(refusal([&] { integer_value(row.text, range); }) == row.message);
  }
  CHECK(integer_value("2147483647", {"-s"}) == 2147483647);
  CHECK(refusal([] { integer_value("2147483648", {"-s"}); }) ==
        "error: -s must be in range 1..2147483647");
}

TEST_CASE("rates and limits are what the text begins with") {
  CHECK(positive_value("0.5", "rate limit") == 0.5);
  CHECK(positive_value("5tps", "rate limit") == 5);
  CHECK(positive_value("1e3", "rate limit") == 1000);
  for (const char* text : {"0", "-1", "", "x", "nan", "inf", "1e999"}) {
    CAPTURE(text);
    CHECK(refusal([&] { positive_value(text, "latency limit"); }) ==
          "error: invalid latency limit: \"" + std::string(text) + "\"");
  }
  CHECK(sampling_rate_value("1") == 1);
  CHECK(sampling_rate_value("1e-9") == 1e-9);
  for (const char* text : {"0", "1.0001", "-1", "x", "nan"}) {
    CAPTURE(text);
    CHECK(refusal([&] { sampling_rate_value(text); }) ==
          "error: invalid sampling rate: \"" + std::string(text) + "\"");
  }
}

TEST_CASE("tries") {
  CHECK(max_tries_value("0") == 0);
  CHECK(max_tries_value("3x") == 3);
  CHECK(max_tries_value("x") == 0);
  CHECK(max_tries_value("1e3") == 1);
  CHECK(refusal([] { max_tries_value("-1"); }) == "error: invalid number of maximum tries: \"-1\"");
}

TEST_CASE("clients need descriptors") {
  CHECK(clients_value("10", 13) == 10);
  CHECK(refusal([] { clients_value("10", 12); }) ==
        "error: need at least 13 open files, but system limit is 12\n"
        "hint: Reduce number of clients, or use limit/ulimit to increase the system limit.");
  CHECK(refusal([] {
          clients_value("2147483647", 12);
        }).find("need at least 2147483650 open files") != std::string::npos);
  CHECK(refusal([] { clients_value("0", 12); }) ==
        "error: -c/--client must be in range 1..2147483647");
}

TEST_CASE("words") {
  CHECK(query_mode_value("simple") == QueryMode::simple);
  CHECK(query_mode_value("extended") == QueryMode::extended);
  CHECK(query_mode_value("prepared") == QueryMode::prepared);
  CHECK(refusal([] { query_mode_value("Simple"); }) ==
        "error: invalid query mode (-M): \"Simple\"");
  CHECK(partition_method_value("RANGE") == PartitionMethod::range);
  CHECK(partition_method_value("hash") == PartitionMethod::hash);
  CHECK(refusal([] { partition_method_value("none"); }) ==
        "error: invalid partition method, expecting \"range\" or \"hash\", got: \"none\"");
  CHECK(steps_value("d tgGvpf") == "d tgGvpf");
  CHECK(refusal([] { steps_value(""); }) == "error: no initialization steps specified");
  CHECK(refusal([] { steps_value("dT"); }) ==
        "error: unrecognized initialization step \"T\"\n"
        "detail: Allowed step characters are: \"dtgGvpf\".");
}

TEST_CASE("definitions") {
  using Definition = std::pair<std::string, std::string>;
  CHECK(definition_value("a=1") == Definition{"a", "1"});
  CHECK(definition_value("a_2=b=c ") == Definition{"a_2", "b=c "});
  for (const char* text : {"a", "a=", "=1", ""}) {
    CAPTURE(text);
    CHECK(refusal([&] { definition_value(text); }) ==
          "error: invalid variable definition: \"" + std::string(text) + "\"");
  }
  CHECK(refusal([] { definition_value("1a=1"); }) ==
        "error: option: invalid variable name: \"1a\"");
}

TEST_CASE("seeds") {
  CHECK(seed_value("0") == 0u);
  CHECK(seed_value(" 7") == 7u);
  CHECK(seed_value("18446744073709551615") == ~std::uint64_t{0});
  CHECK(seed_value("-1") == ~std::uint64_t{0});
  for (const char* text : {"", "7 ", "0x7", "time", "rand"}) {
    CAPTURE(text);
    CHECK_FALSE(seed_value(text).has_value());
  }
}
