#include "loadgen/core/outcome.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace loadgen;

TEST_CASE("outcomes have the kinds and names of the contract") {
  struct Row {
    Outcome outcome;
    OutcomeKind kind;
    std::string_view name;
    std::string_view kind_name;
  };
  const Row rows[] = {
      {Outcome::ok, OutcomeKind::ok, "ok", "ok"},
      {Outcome::dns, OutcomeKind::failed, "dns", "failed"},
      {Outcome::http_5xx, OutcomeKind::failed, "http_5xx", "failed"},
      {Outcome::first_byte_timeout, OutcomeKind::failed, "first_byte_timeout", "failed"},
      {Outcome::timed_out, OutcomeKind::timed_out, "timed_out", "timed_out"},
      {Outcome::in_doubt, OutcomeKind::in_doubt, "in_doubt", "in_doubt"},
      {Outcome::unfinished, OutcomeKind::unfinished, "unfinished", "unfinished"},
      {Outcome::not_sent_cap, OutcomeKind::not_sent, "cap", "not_sent"},
      {Outcome::not_sent_no_connection, OutcomeKind::not_sent, "no_connection", "not_sent"},
      {Outcome::not_sent_late_limit, OutcomeKind::not_sent, "late_limit", "not_sent"},
      {Outcome::blind_late, OutcomeKind::blind, "late", "blind"},
      {Outcome::blind_worker_lost, OutcomeKind::blind, "worker_lost", "blind"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    CHECK(kind_of(row.outcome) == row.kind);
    CHECK(name_of(row.outcome) == row.name);
    CHECK(name_of(row.kind) == row.kind_name);
  }
}

TEST_CASE("names are unique, and failed classes are found by name") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    names.insert(name_of(outcome));
    CAPTURE(std::string(name_of(outcome)));
    const bool failed = kind_of(outcome) == OutcomeKind::failed;
    CHECK(failed_class(name_of(outcome)) == (failed ? std::optional(outcome) : std::nullopt));
  }
  CHECK(names.size() == kOutcomes);
  CHECK_FALSE(failed_class("").has_value());
  CHECK_FALSE(failed_class("http_5x").has_value());
}

TEST_CASE("the kinds together count every outcome once") {
  OutcomeCounts counts;
  for (std::size_t i = 0; i < kOutcomes; ++i) counts[i] = std::uint64_t{1} << i;
  std::uint64_t sum = 0;
  for (int kind = 0; kind <= static_cast<int>(OutcomeKind::blind); ++kind) {
    sum += count_of(counts, static_cast<OutcomeKind>(kind));
  }
  CHECK(sum == (std::uint64_t{1} << kOutcomes) - 1);
  CHECK(count_of(counts, OutcomeKind::failed) == (0b11'1111'1111'1110 | (0x7ffffULL << 24)));
  CHECK(count_of(counts, OutcomeKind::not_sent) == 0b1110 << 16);
}
