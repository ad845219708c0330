#include "loadgen/plan/redact.h"

#include <doctest/doctest.h>

using namespace loadgen;

TEST_CASE("secrets are replaced everywhere, the longest first") {
  CHECK(redact("a hush b hush", {"hush"}) == "a *** b ***");
  CHECK(redact("hush-hush", {"hush", "hush-hush"}) == "***");
  CHECK(redact("hushhush", {"hush"}) == "******");
  CHECK(redact("abc", {"abc"}) == "abc");  // too short to look for
  CHECK(redact("abcd", {"abcd"}) == "***");
  CHECK(redact("text", {}) == "text");
  CHECK(redact("text", {""}) == "text");
  CHECK(redact("****", {"****"}) == "***");
}

TEST_CASE("URLs lose user and password") {
  CHECK(without_credentials("http://u:p@h:1/x@y") == "http://h:1/x@y");
  CHECK(without_credentials("http://u:p@ss@h") == "http://h");
  CHECK(without_credentials("https://h/a?b=c@d") == "https://h/a?b=c@d");
  CHECK(without_credentials("http://h?u@x") == "http://h?u@x");
  CHECK(without_credentials("") == "");
}
