// SQLSTATE codes: which outcome they are, and where libpq hides them.
#pragma once

#include <string>
#include <string_view>

#include "loadgen/core/outcome.h"

namespace loadgen::pgbench {

/// The class of a ticket or connection attempt that the server ended with `sqlstate` (five
/// characters; empty when none came, which is how a lost connection looks). Pure.
/// Source: pgbench.md 3; PostgreSQL's appendix A.
Outcome outcome_of_sqlstate(std::string_view sqlstate);

/// A transaction that failed so may succeed when it is tried again: 40001 and 40P01. Pure.
bool is_retryable(Outcome outcome);

/// Takes the SQLSTATE out of a message of a failed connection attempt that libpq made with
/// PQERRORS_VERBOSE ("…FATAL:  53300: sorry…\nLOCATION: …"), and leaves the message as it reads by
/// default. Returns the last one. Empty when there is none: the failure was not the server's word.
/// (libpq has no other way to ask for the SQLSTATE of a failed attempt.) Pure.
std::string take_sqlstate(std::string& message);

}  // namespace loadgen::pgbench
