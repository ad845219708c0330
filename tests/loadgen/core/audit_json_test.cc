#include "loadgen/core/audit_json.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

AuditResult full_audit() {
  AuditResult audit;
  audit.acknowledged = 1037;
  audit.weak = 6;
  audit.in_doubt = 5;
  audit.failed = 41;
  AuditFigures& first = audit.readings.emplace_back();
  first.at = "2026-08-20T10:08:14.000Z";
  first.server = "127.0.0.1:8104, PostgreSQL 15.18";
  first.system_identifier = "7412345678901234567";
  first.timeline = 2;
  first.reading.counts = {1000, 37, 5, 1, 3, 2, 40, 1, 2, 6, 7};
  first.reading.lost_from = 40'200ms;
  first.reading.lost_to = 42s;
  first.reading.lost = {{{0, 3}, {17, 20, 1, LedgerFate::acknowledged, 40'200ms, 41s}}};
  AuditFigures& second = audit.readings.emplace_back();
  second.at = "2026-08-21T10:08:14.000Z";
  second.server = "local socket:5432, PostgreSQL 17.6";
  second.in_recovery = true;
  second.reading.counts = {1037, 0, 6, 0, 5, 0, 41, 0, 0, 0, 0};
  audit.decides = 0;
  return audit;
}

std::string written(const AuditResult& audit) {
  JsonWriter out;
  write_audit(out, audit);
  return out.text();
}

AuditResult read(const std::string& text) {
  const JsonDocument document(text, "result.json");
  AuditResult audit;
  read_audit(document.root(), audit);
  return audit;
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("an audit is read as it was written") {
  AuditResult open;
  open.acknowledged = 12;
  open.doubt = "not audited yet";
  for (const AuditResult& audit : {full_audit(), open, AuditResult{}}) {
    CAPTURE(written(audit));
    CHECK(read(written(audit)) == audit);
  }
}

TEST_CASE("an audit that is none is refused") {
  struct Row {
    const char* why;
    const char* what;
    const char* with;
    const char* complaint;
  };
  const Row rows[] = {
      {"more lost than was acknowledged", "\"acknowledged_writes_lost\": 37",
       "\"acknowledged_writes_lost\": 38", "what is present and absent"},
      {"a phantom too many", "\"phantoms\": 1", "\"phantoms\": 2", "what is present and absent"},
      {"a reading that is not there decides", "\"decides\": 0", "\"decides\": 2", "'decides'"},
      {"nothing decides, and it is audited", "\"decides\": 0,", "", "'decides'"},
      {"a key nobody knows", "\"audited\"", "\"audited_\": 1, \"audited\"", "audited_"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const std::string said = complaint(replaced(written(full_audit()), row.what, row.with));
    CHECK_MESSAGE(said.find(row.complaint) != std::string::npos, said);
  }
}
