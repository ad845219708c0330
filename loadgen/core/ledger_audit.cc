// Binary form, in the pieces of codec.h:
//
//   audit      signed at_us, group, texts server and system_identifier, timeline, flag in_recovery,
//              text problem, count of workloads, (workload, reading) ascending by workload
//   reading    the counts in the order of the struct, offsets lost_from and lost_to, count of lost
//              ranges, (worker, connection, attempt, first, last − first, offset from, offset to)
#include "loadgen/core/ledger_audit.h"

#include "loadgen/core/assert.h"
#include "loadgen/core/codec.h"

namespace loadgen {
namespace {

constexpr std::uint64_t LedgerCounts::*kCounts[] = {&LedgerCounts::acknowledged_present,
                                                    &LedgerCounts::lost,
                                                    &LedgerCounts::weak_present,
                                                    &LedgerCounts::weak_absent,
                                                    &LedgerCounts::in_doubt_present,
                                                    &LedgerCounts::in_doubt_absent,
                                                    &LedgerCounts::failed_absent,
                                                    &LedgerCounts::phantoms,
                                                    &LedgerCounts::duplicates,
                                                    &LedgerCounts::unexpected,
                                                    &LedgerCounts::unreported};
// Sums of a few of them fit 64 bits.
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 56;
constexpr std::size_t kReadingBytes = 15;
constexpr std::size_t kRangeBytes = 7;

void put(Encoder& to, const LedgerReading& reading) {
  for (const auto member : kCounts) to.u64(reading.counts.*member);
  to.offset(reading.lost_from);
  to.offset(reading.lost_to);
  to.u64(reading.lost.size());
  for (const auto& [of, range] : reading.lost) {
    to.u64(of.worker);
    to.u64(of.connection);
    to.u64(range.attempt);
    to.u64(range.first);
    to.u64(range.last - range.first);
    to.offset(range.from);
    to.offset(range.to);
  }
}

LedgerReading take_reading(Decoder& from) {
  LedgerReading reading;
  for (const auto member : kCounts) reading.counts.*member = from.u64(kMostRows);
  reading.lost_from = from.offset();
  reading.lost_to = from.offset();
  for (std::size_t left = from.count(kRangeBytes, LedgerReading::kMostRanges); left > 0; --left) {
    LostRange& lost = reading.lost.emplace_back();
    lost.of.worker = from.number<std::uint32_t>();
    lost.of.connection = from.number<std::uint32_t>();
    lost.range.attempt = from.number<std::uint32_t>();
    lost.range.first = from.u64(kMostRows);
    lost.range.last = lost.range.first + from.u64(kMostRows);
    lost.range.from = from.offset();
    lost.range.to = from.offset();
  }
  return reading;
}

}  // namespace

std::string encode(const LedgerAudit& audit) {
  Encoder to;
  to.i64(audit.at_us);
  to.u64(audit.group);
  to.text(audit.server);
  to.text(audit.system_identifier);
  to.u64(audit.timeline);
  to.flag(audit.in_recovery);
  to.text(audit.problem);
  to.u64(audit.workloads.size());
  for (const auto& [workload, reading] : audit.workloads) {
    LG_ASSERT(reading.lost.size() <= LedgerReading::kMostRanges);
    to.u64(workload);
    put(to, reading);
  }
  return to.take();
}

LedgerAudit decode_ledger_audit(std::string_view bytes) {
  Decoder from(bytes);
  LedgerAudit audit;
  audit.at_us = from.i64();
  audit.group = from.number<std::uint16_t>();
  audit.server = from.text();
  audit.system_identifier = from.text();
  audit.timeline = from.number<std::uint32_t>();
  audit.in_recovery = from.flag();
  audit.problem = from.text();
  for (std::size_t left = from.count(kReadingBytes); left > 0; --left) {
    const auto workload = from.number<std::uint16_t>();
    if (!audit.workloads.empty() && audit.workloads.rbegin()->first >= workload)
      from.refuse("workloads are not in order");
    audit.workloads.emplace_hint(audit.workloads.end(), workload, take_reading(from));
  }
  from.expect_end();
  return audit;
}

}  // namespace loadgen
