#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;

TEST_CASE("groups: mistakes") {
  check_rows({
      {"no scheme", "http://127.0.0.1:8080", "127.0.0.1:8080", "8:12",
       "it must begin with http:// or https://"},
      {"another scheme", "http://127.0.0.1:8080", "ftp://x", "8:12", "http:// or https://"},
      {"no host", "http://127.0.0.1:8080", "http://:80", "8:12", "it has no host"},
      {"port 0", "http://127.0.0.1:8080", "http://h:0", "8:12", "a number from 1 to 65535"},
      {"port 65536", "http://127.0.0.1:8080", "http://h:65536", "8:12", "1 to 65535"},
      {"port of letters", "http://127.0.0.1:8080", "http://h:http", "8:12", "1 to 65535"},
      {"a query", "http://127.0.0.1:8080", "http://h/?a=b", "8:12", "it has a query or fragment"},
      {"a space", "http://127.0.0.1:8080", "http://h /", "8:12", "it has a space"},
      {"half an IPv6 address", "http://127.0.0.1:8080", "http://[::1", "8:12", "no closing ]"},
      {"no IPv6 address", "http://127.0.0.1:8080", "http://[::g]", "8:12", "no IPv6 address"},
      {"no base_url at all", "base_url = \"http://127.0.0.1:8080\"\n", "", "7:9",
       "group 'control' needs 'base_url'"},
      {"two of one role", "[groups.experimental]",
       "[groups.other]\nrole = \"control\"\n"
       "base_url = \"http://h\"\n[groups.experimental]",
       "10:9", "groups 'control' and 'other' both have the role control"},
      {"three groups", "[groups.experimental]",
       "[groups.third]\nbase_url = \"http://h\"\n"
       "[groups.experimental]",
       "10:9", "at most one control and one experimental group"},
      {"a certificate without its key", "vars = { zone = \"a\" }",
       "vars = { zone = \"a\" }\ntls = { cert = \"c.pem\" }", "10:7",
       "'cert' and 'key' go together"},
      {"a variable with a dash", "{ zone = \"a\" }", "{ zone = \"a\", a-b = \"c\" }", "9:22",
       "'a-b' is no name of a variable"},
      {"a variable of nothing", "{ zone = \"a\" }", "{ zone = { secret = true } }", "9:17",
       "variable 'zone' needs a command or a value"},
      {"a variable of an empty command", "{ zone = \"a\" }", "{ zone = { command = [] } }", "9:29",
       "the command of variable 'zone' is empty"},
      {"two servers of one name", "vars = { zone = \"a\" }",
       "vars = { zone = \"a\" }\nnodes = [{ name = \"pg\", dsn = \"x\" }, { name = \"pg\", "
       "dsn = \"y\" }]",
       "10:47", "a second node is called 'pg'"},
      {"a server that can't be reached", "vars = { zone = \"a\" }",
       "vars = { zone = \"a\" }\nnodes = [{ name = \"pg\" }]", "10:10", "needs 'dsn'"},
      {"no network", "vars = { zone = \"a\" }",
       "vars = { zone = \"a\" }\nzones = { \"10.0.0.0/33\" = \"a\" }", "10:11", "is no network"},
  });
}

TEST_CASE("a group's name is a name") {
  const std::string said = complaint(
      "schema = 1\n[phases]\nbefore = \"1s\"\n[groups.\"a b\"]\nbase_url = \"http://h\"\n"
      "[[workloads]]\nname = \"w\"\nkind = \"http\"\nrate = 1\n");
  CHECK(said.rfind("dir/t.toml:4:9: 'a b' is no name of a group\n", 0) == 0);
}

TEST_CASE("groups: what is right") {
  check_good({
      {"IPv6 with a port", "http://127.0.0.1:8080", "http://[::1]:8080"},
      {"the highest port", "http://127.0.0.1:8080", "https://h:65535/base"},
      {"user and password", "http://127.0.0.1:8080", "http://u:p@h/"},
      {"networks of both kinds", "vars = { zone = \"a\" }",
       "vars = { zone = \"a\" }\nzones = { \"10.0.0.0/32\" = \"a\", \"fd00::/8\" = \"b\" }"},
  });
}

TEST_CASE("groups keep the order of the file, and roles come from names or `role`") {
  const Scenario scenario = parsed(
      "schema = 1\n[phases]\nbefore = \"1s\"\n[groups.zoo]\nrole = \"experimental\"\n"
      "base_url = \"http://h\"\ndsn = \"host=db password=x\"\n"
      "nodes = [{ name = \"pg-0\", dsn = \"host=db0 password=y\" }]\n"
      "tls = { ca = \"ca.pem\", insecure = true }\n"
      "vars = { plain = \"p\", hidden = { value = \"hush-hush\", secret = true }, "
      "made = { command = [\"./a\", \"b\"] } }\nzones = { \"10.0.0.0/8\" = \"z\" }\n"
      "[groups.ant]\nbase_url = \"http://i\"\n"
      "[[workloads]]\nname = \"w\"\nkind = \"http\"\nrate = 1\n");
  REQUIRE(scenario.groups.size() == 2);
  const Group& zoo = scenario.groups[0];
  CHECK(zoo.name == "zoo");
  CHECK(zoo.role == Role::experimental);
  CHECK(scenario.groups[1].role == Role::control);
  CHECK(scenario.experimental() == &scenario.groups[0]);
  CHECK(scenario.control() == &scenario.groups[1]);
  CHECK(scenario.group_index("ant") == 1);
  CHECK(zoo.tls.ca == "dir/ca.pem");
  CHECK(zoo.tls.insecure);
  CHECK(zoo.tls.key.empty());
  REQUIRE(zoo.vars.size() == 3);
  CHECK(zoo.vars[0].value == "p");
  CHECK(zoo.vars[1].secret);
  CHECK(zoo.vars[2].command == std::vector<std::string>{"./a", "b"});
  CHECK(zoo.zones.at(0).network == "10.0.0.0/8");
  REQUIRE(zoo.nodes.size() == 1);
  CHECK(zoo.nodes[0].name == "pg-0");
  CHECK(scenario.secrets ==
        std::vector<std::string>{"host=db password=x", "host=db0 password=y", "hush-hush"});
}
