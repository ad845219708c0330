#include "loadgen/core/ledger_audit.h"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

LedgerAudit full_audit() {
  LedgerAudit audit;
  audit.at_us = 1'787'220'364'123'456;
  audit.group = 1;
  audit.server = "127.0.0.1:8104, PostgreSQL 15.18";
  audit.system_identifier = "7412345678901234567";
  audit.timeline = 2;
  LedgerReading& reading = audit.workloads[0];
  reading.counts = {1000, 37, 5, 1, 3, 2, 40, 1, 2, 6, 7};
  reading.lost_from = 40'200ms;
  reading.lost_to = 42s;
  reading.lost = {{{0, 3}, {17, 20, 1, LedgerFate::acknowledged, 40'200ms, 41s}},
                  {{1, 0}, {9, 9, 2, LedgerFate::acknowledged, 42s, 42s}}};
  audit.workloads[2].counts.acknowledged_present = 4;
  return audit;
}

}  // namespace

TEST_CASE("an audit comes back, and cut anywhere it is refused") {
  LedgerAudit not_made;
  not_made.problem = "connection refused";
  LedgerAudit of_standby;
  of_standby.in_recovery = true;
  for (const LedgerAudit& audit : {full_audit(), not_made, of_standby, LedgerAudit{}}) {
    const std::string bytes = encode(audit);
    CHECK(decode_ledger_audit(bytes) == audit);
    CHECK(encode(decode_ledger_audit(bytes)) == bytes);
    CHECK_THROWS_AS(decode_ledger_audit(bytes + '\0'), std::runtime_error);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      CAPTURE(length);
      CHECK_THROWS_AS(decode_ledger_audit(std::string_view(bytes).substr(0, length)),
                      std::runtime_error);
    }
  }
}
