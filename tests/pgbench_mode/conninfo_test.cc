#include "pgbench_mode/conninfo.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {
namespace {

/// No PG… variable of the surroundings; one of them for the time of a test.
struct Environment {
  Environment() { clear(); }
  ~Environment() { clear(); }
  static void clear() {
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGTARGETSESSIONATTRS", "PGSERVICE"})
      unsetenv(name);
  }
};

std::string setting(const Conninfo& info, const std::string& name) {
  for (const auto& [word, value] : info.settings) {
    if (word == name) return value;
  }
  return "-";
}

std::string text_of(const std::vector<Place>& places) {
  std::string text;
  for (const Place& place : places)
    text += (text.empty() ? "" : "; ") + place.host + "|" + place.address + "|" + place.port;
  return text;
}

TEST_CASE("hosts, addresses and ports become places in libpq's order") {
  const Environment environment;
  struct Row {
    std::string why, dsn, places;
  };
  const Row rows[] = {
      {"nothing: libpq's default socket", "", "||5432"},
      {"a database name", "shop", "||5432"},
      {"one host", "host=db port=6000", "db||6000"},
      {"a URI", "postgresql://me:pw@db:6000/shop", "db||6000"},
      {"a URI with two hosts", "postgres://a:1,b:2/shop", "a||1; b||2"},
      {"one port serves all hosts", "host=a,b,c port=7", "a||7; b||7; c||7"},
      {"a port of one host is left to libpq", "host=a,b port=7,", "a||7; b||"},
      {"addresses without names", "hostaddr=10.0.0.1,10.0.0.2", "|10.0.0.1|5432; |10.0.0.2|5432"},
      {"addresses beside names", "host=a,b hostaddr=10.0.0.1,", "a|10.0.0.1|5432; b||5432"},
      {"the directory of a socket", "host=/run/pg", "/run/pg||5432"},
      {"a service is libpq's to read", "service=prod", "||"},
      {"but hosts beside it are ours", "service=prod host=a", "a||5432"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(text_of(parse_conninfo(row.dsn).places) == row.places);
  }
}

TEST_CASE("what chooses no server goes on to libpq") {
  const Environment environment;
  const Conninfo info = parse_conninfo(
      "host=a user=me password='p w' dbname=shop connect_timeout=3 "
      "target_session_attrs=read-write");
  CHECK(setting(info, "user") == "me");
  CHECK(setting(info, "password") == "p w");
  CHECK(setting(info, "dbname") == "shop");
  CHECK(setting(info, "fallback_application_name") == "loadgen");
  // Ours now.
  CHECK(setting(info, "host") == "-");
  CHECK(setting(info, "connect_timeout") == "-");
  CHECK(setting(info, "target_session_attrs") == "-");
  CHECK(setting(parse_conninfo("shop"), "dbname") == "shop");
  CHECK(setting(parse_conninfo("fallback_application_name=x"), "fallback_application_name") == "x");
}

TEST_CASE("roles; with one of them, or several hosts, a read-only session is replaced") {
  const Environment environment;
  const Conninfo plain = parse_conninfo("host=a");
  CHECK(plain.role == SessionRole::any);
  CHECK_FALSE(plain.replaces_read_only());
  CHECK(parse_conninfo("host=a,b").replaces_read_only());
  const Conninfo primary = parse_conninfo("host=a target_session_attrs=primary");
  CHECK(primary.role == SessionRole::primary);
  CHECK(primary.replaces_read_only());
  CHECK(parse_conninfo("target_session_attrs=any").role == SessionRole::any);
  CHECK(parse_conninfo("target_session_attrs=read-write").role == SessionRole::read_write);
  CHECK(parse_conninfo("target_session_attrs=read-only").role == SessionRole::read_only);
  CHECK(parse_conninfo("target_session_attrs=standby").role == SessionRole::standby);
  CHECK(parse_conninfo("target_session_attrs=prefer-standby").role == SessionRole::prefer_standby);
}

TEST_CASE("libpq's environment fills in what is absent") {
  const Environment environment;
  setenv("PGHOST", "e1,e2", 1);
  setenv("PGPORT", "9", 1);
  setenv("PGTARGETSESSIONATTRS", "standby", 1);
  CHECK(text_of(parse_conninfo("dbname=x").places) == "e1||9; e2||9");
  CHECK(parse_conninfo("dbname=x").role == SessionRole::standby);
  CHECK(text_of(parse_conninfo("host=a").places) == "a||9");
}

TEST_CASE("mistakes are told in libpq's words") {
  const Environment environment;
  struct Row {
    std::string why, dsn, message;
  };
  const Row rows[] = {
      {"a word that libpq does not know", "hots=a", "invalid connection option \"hots\""},
      {"a quote that does not end", "host='a",
       "unterminated quoted string in connection info string"},
      {"more ports than hosts", "host=a,b port=1,2,3", "could not match 3 port numbers to 2 hosts"},
      {"fewer", "host=a,b,c port=1,2", "could not match 2 port numbers to 3 hosts"},
      {"addresses", "host=a hostaddr=1.1.1.1,2.2.2.2",
       "could not match 1 host names to 2 hostaddr values"},
      {"a role", "target_session_attrs=boss", "invalid target_session_attrs value: \"boss\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK_THROWS_WITH_AS(parse_conninfo(row.dsn), row.message.c_str(), UserError);
  }
}

TEST_CASE("only names are looked up") {
  CHECK(Place{"db", "", "1"}.needs_look_up());
  CHECK_FALSE(Place{"db", "10.0.0.1", "1"}.needs_look_up());
  CHECK_FALSE(Place{"10.0.0.1", "", "1"}.needs_look_up());
  CHECK_FALSE(Place{"::1", "", "1"}.needs_look_up());
  CHECK_FALSE(Place{"/run", "", "1"}.needs_look_up());
  CHECK_FALSE(Place{"@abstract", "", "1"}.needs_look_up());
  CHECK_FALSE(Place{}.needs_look_up());
  CHECK(Place{"db", "10.0.0.1", "1"}.text() == "db (10.0.0.1), port 1");
  CHECK(Place{"/run", "", "1"}.text() == "/run, port 1");
}

}  // namespace
}  // namespace loadgen::pgbench
