// How many files this process may have open: each connection is one.
#pragma once

#include <cstdint>
#include <string>

namespace loadgen {

/// Raises the soft limit to the hard one, at most to 65,536. Login shells give 1,024 of what is
/// often a million; an outage of ten seconds at 500 requests a second wants 5,000 connections, and
/// what finds no file there would be blind. Programs that loadgen starts inherit it.
void raise_open_files();

/// Throws UserError when `wanted` files are more than this process may have open; `what` begins the
/// sentence: "--workers: 900 workers need".
void require_open_files(std::uint64_t wanted, const std::string& what);

}  // namespace loadgen
