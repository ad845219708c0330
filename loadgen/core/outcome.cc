#include "loadgen/core/outcome.h"

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

struct Row {
  Outcome outcome;
  OutcomeKind kind;
  std::string_view name;
};

constexpr std::array<Row, kOutcomes> kRows{{
    {Outcome::ok, OutcomeKind::ok, "ok"},
    {Outcome::dns, OutcomeKind::failed, "dns"},
    {Outcome::connect_refused, OutcomeKind::failed, "connect_refused"},
    {Outcome::connect_timeout, OutcomeKind::failed, "connect_timeout"},
    {Outcome::connect_other, OutcomeKind::failed, "connect_other"},
    {Outcome::reset, OutcomeKind::failed, "reset"},
    {Outcome::closed, OutcomeKind::failed, "closed"},
    {Outcome::tls, OutcomeKind::failed, "tls"},
    {Outcome::protocol, OutcomeKind::failed, "protocol"},
    {Outcome::http_4xx, OutcomeKind::failed, "http_4xx"},
    {Outcome::http_5xx, OutcomeKind::failed, "http_5xx"},
    {Outcome::status, OutcomeKind::failed, "status"},
    {Outcome::body, OutcomeKind::failed, "body"},
    {Outcome::first_byte_timeout, OutcomeKind::failed, "first_byte_timeout"},
    {Outcome::timed_out, OutcomeKind::timed_out, "timed_out"},
    {Outcome::in_doubt, OutcomeKind::in_doubt, "in_doubt"},
    {Outcome::unfinished, OutcomeKind::unfinished, "unfinished"},
    {Outcome::not_sent_cap, OutcomeKind::not_sent, "cap"},
    {Outcome::not_sent_no_connection, OutcomeKind::not_sent, "no_connection"},
    {Outcome::not_sent_late_limit, OutcomeKind::not_sent, "late_limit"},
    {Outcome::blind_late, OutcomeKind::blind, "late"},
    {Outcome::blind_stalled, OutcomeKind::blind, "stalled"},
    {Outcome::blind_aborted, OutcomeKind::blind, "aborted"},
    {Outcome::blind_worker_lost, OutcomeKind::blind, "worker_lost"},
    {Outcome::connection, OutcomeKind::failed, "connection"},
    {Outcome::read_only, OutcomeKind::failed, "read_only"},
    {Outcome::too_many, OutcomeKind::failed, "too_many"},
    {Outcome::serialization, OutcomeKind::failed, "serialization"},
    {Outcome::deadlock, OutcomeKind::failed, "deadlock"},
    {Outcome::sql_22, OutcomeKind::failed, "sql_22"},
    {Outcome::sql_23, OutcomeKind::failed, "sql_23"},
    {Outcome::sql_25, OutcomeKind::failed, "sql_25"},
    {Outcome::sql_28, OutcomeKind::failed, "sql_28"},
    {Outcome::sql_40, OutcomeKind::failed, "sql_40"},
    {Outcome::sql_42, OutcomeKind::failed, "sql_42"},
    {Outcome::sql_53, OutcomeKind::failed, "sql_53"},
    {Outcome::sql_54, OutcomeKind::failed, "sql_54"},
    {Outcome::sql_55, OutcomeKind::failed, "sql_55"},
    {Outcome::sql_57, OutcomeKind::failed, "sql_57"},
    {Outcome::sql_58, OutcomeKind::failed, "sql_58"},
    {Outcome::sql_p0, OutcomeKind::failed, "sql_p0"},
    {Outcome::sql_xx, OutcomeKind::failed, "sql_xx"},
    {Outcome::sql_other, OutcomeKind::failed, "sql_other"},
    {Outcome::blind_no_socket, OutcomeKind::blind, "no_socket"},
}};

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].outcome) != i) return false;
  }
  return true;
}
static_assert(rows_in_order(), "kRows is looked up by the number of the outcome");

const Row& row_of(Outcome outcome) {
  const auto number = static_cast<std::size_t>(outcome);
  LG_ASSERT(number < kRows.size());
  return kRows[number];
}

}  // namespace

OutcomeKind kind_of(Outcome outcome) { return row_of(outcome).kind; }

std::string_view name_of(Outcome outcome) { return row_of(outcome).name; }

std::string_view name_of(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::ok:
      return "ok";
    case OutcomeKind::failed:
      return "failed";
    case OutcomeKind::timed_out:
      return "timed_out";
    case OutcomeKind::in_doubt:
      return "in_doubt";
    case OutcomeKind::unfinished:
      return "unfinished";
    case OutcomeKind::not_sent:
      return "not_sent";
    case OutcomeKind::blind:
      return "blind";
  }
  LG_ASSERT(!"a kind of outcome");
}

std::optional<Outcome> failed_class(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.kind == OutcomeKind::failed && row.name == name) return row.outcome;
  }
  return std::nullopt;
}

std::uint64_t count_of(const OutcomeCounts& counts, OutcomeKind kind) {
  std::uint64_t sum = 0;
  for (const Row& row : kRows) {
    if (row.kind == kind) sum += counts[static_cast<std::size_t>(row.outcome)];
  }
  return sum;
}

}  // namespace loadgen
