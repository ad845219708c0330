// JUnit XML: what every kind of report is written with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loadgen::reports {

struct JunitCase {
  std::string name;
  std::string class_name;
  std::string kind;  // "failure", "error", "skipped", "" = passed
  std::string message;
  std::string text;  // of a failure or an error
};

struct JunitSuite {
  std::string name;
  std::string timestamp;  // ISO 8601, may be empty
  std::int64_t seconds = 0;
};

/// A document with one suite. Nothing needs to be escaped by the caller. Pure.
std::string junit_text(const JunitSuite& suite, const std::vector<JunitCase>& cases);

}  // namespace loadgen::reports
