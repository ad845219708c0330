// pgbench's hash functions of one 64-bit integer, and its permutation.
#pragma once

#include <cstdint>

namespace loadgen::pgbench {

/// MurmurHash2 (64A) of the eight bytes of `value`. Any thread. Pure.
/// Source: Austin Appleby, smhasher. Checked against: the installed pgbench, hash_test.cc.
std::int64_t hash_murmur2(std::int64_t value, std::int64_t seed);

/// FNV-1a of the eight bytes of `value`, lowest first. `seed` is mixed into the offset basis.
/// Any thread. Pure. Source: Fowler, Noll, Vo; draft-eastlake-fnv.
std::int64_t hash_fnv1a(std::int64_t value, std::int64_t seed);

/// Where `value`, taken modulo `size` as an unsigned number, goes in the permutation of [0, size)
/// that `seed` names: one to one. size ≥ 1. Any thread. Pure.
std::int64_t permute(std::int64_t value, std::int64_t size, std::int64_t seed);

}  // namespace loadgen::pgbench
