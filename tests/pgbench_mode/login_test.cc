#include "pgbench_mode/login.h"

#include <doctest/doctest.h>

#include <chrono>

#include "deaf_listener.h"
#include "pgbench_mode/message.h"
#include "postgres_cluster.h"

using namespace loadgen;
using namespace loadgen::pgbench;
using namespace loadgen::test;
using namespace std::chrono_literals;

namespace {

Login login_to(const std::string& database) {
  Login login;
  login.host = "h";
  login.port = "1";
  login.user = "it's";
  login.database = database;
  return login;
}

}  // namespace

TEST_CASE("libpq's keywords, in pgbench's order") {
  using Words = std::vector<std::pair<std::string, std::string>>;
  Login login;
  login.database = "db";
  CHECK(keywords(login) == Words{{"dbname", "db"}, {"fallback_application_name", "pgbench"}});
  login = login_to("db");
  login.password = "p";
  CHECK(keywords(login) == Words{{"host", "h"},
                                 {"port", "1"},
                                 {"user", "it's"},
                                 {"password", "p"},
                                 {"dbname", "db"},
                                 {"fallback_application_name", "pgbench"}});
}

TEST_CASE("as one conninfo string") {
  struct Row {
    const char *why, *database, *text;
  };
  for (const Row& row : {
           Row{"a name", "db", R"(host='h' port='1' user='it\'s' dbname='db' )"},
           Row{"a name with a backslash", R"(a\b)",
               R"(host='h' port='1' user='it\'s' dbname='a\\b' )"},
           Row{"a conninfo string has the last word", "host=g dbname=x",
               R"(host='h' port='1' user='it\'s' dbname='x' host='g' )"},
           Row{"and a URI", "postgresql://g:2/x?connect_timeout=3",
               R"(host='h' port='1' user='it\'s' connect_timeout='3' )"
               R"(dbname='x' host='g' port='2' )"},
           Row{"the short scheme", "postgres:///x",
               R"(host='h' port='1' user='it\'s' dbname='x' )"},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(conninfo_text(login_to(row.database)) ==
          row.text + std::string("fallback_application_name='pgbench'"));
  }
  CHECK_THROWS_WITH_AS(conninfo_text(login_to("foo=1")), "invalid connection option \"foo\"",
                       UserError);
}

TEST_CASE("a server that is not there: libpq's words and the purpose") {
  Login login;
  login.database = "host=/nonexistent/directory port=1";
  try {
    open_connection(login, {}, "could not create connection for setup");
    FAIL("connected to nothing");
  } catch (const Fatal& failure) {
    REQUIRE(failure.lines().size() == 2);
    CHECK(failure.lines()[0].text.rfind("connection to server on socket \"/nonexistent", 0) == 0);
    CHECK(failure.lines()[1] == MessageLine{"error: ", "could not create connection for setup"});
  }
}

TEST_CASE("a server that never answers is given up") {
  const DeafListener server;
  Login login;
  login.host = "127.0.0.1";
  login.port = std::to_string(server.port());
  login.database = "db";
  ConnectOptions options;
  options.limit = 100ms;
  const auto begun = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH_AS(open_connection(login, options, "purpose"),
                       "error: no answer from the server within 0.1 s\nerror: purpose", Fatal);
  const auto took = std::chrono::steady_clock::now() - begun;
  CHECK(took >= 100ms);
  CHECK(took < 20s);
}

TEST_CASE("the user's own connect_timeout is kept, though PQconnectPoll ignores it") {
  const DeafListener server;
  Login login;
  login.database = "host=127.0.0.1 port=" + std::to_string(server.port()) + " connect_timeout=1";
  ConnectOptions options;
  options.limit = 1h;
  CHECK_THROWS_WITH_AS(open_connection(login, options, "purpose"),
                       "error: no answer from the server within 2 s\nerror: purpose", Fatal);
}

TEST_CASE("a password is asked for once, and only when the server wants one") {
  PostgresCluster& cluster = PostgresCluster::shared();
  int asked = 0;
  std::string answer = "secret";
  ConnectOptions options;
  options.ask_password = [&] {
    ++asked;
    return answer;
  };
  Login trusted;
  trusted.database = cluster.by_tcp();
  CHECK(open_connection(trusted, options, "purpose") != nullptr);
  CHECK(asked == 0);

  Login login;
  login.host = "127.0.0.1";
  login.port = std::to_string(cluster.port());
  login.user = "scrammed";
  login.database = "postgres";
  Login wrong = login;
  const PgconnHandle connection = open_connection(login, options, "purpose");
  CHECK(asked == 1);
  CHECK(login.password == "secret");
  CHECK(open_connection(login, options, "purpose") != nullptr);
  CHECK(asked == 1);

  answer = "wrong";
  CHECK_THROWS_AS(open_connection(wrong, options, "purpose"), Fatal);
  CHECK(asked == 2);
  options.ask_password = nullptr;
  wrong.password.reset();
  CHECK_THROWS_AS(open_connection(wrong, options, "purpose"), Fatal);

  // What was asked for is in the settings that the next connection is made from.
  const std::string again = conninfo_of(connection.get());
  CHECK(again.find("password='secret'") != std::string::npos);
  CHECK(again.find("hostaddr='127.0.0.1'") != std::string::npos);
}

TEST_CASE("of several hosts, the one that was reached") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Login login;
  login.database = "host=/nonexistent,127.0.0.1 port=1," + std::to_string(cluster.port()) +
                   " dbname=postgres user=postgres";
  const PgconnHandle connection = open_connection(login, {}, "purpose");
  const std::string again = conninfo_of(connection.get());
  CHECK(again.find("host='127.0.0.1'") != std::string::npos);
  CHECK(again.find("port='" + std::to_string(cluster.port()) + "'") != std::string::npos);
  CHECK(again.find("/nonexistent") == std::string::npos);
}
