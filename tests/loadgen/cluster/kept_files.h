// What stands in journals and spools.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>

#include "loadgen/core/journal.h"
#include "loadgen/core/recording.h"

namespace loadgen::test {

/// The sum of the parts in a journal or a spool.
inline Recording recorded_in(const std::filesystem::path& path) {
  Recording recording;
  read_journal(path, [&](RecordKind kind, std::string_view body) {
    if (kind != RecordKind::part) return;
    const Part part = decode_part(body);
    REQUIRE(imbalance(part, recording) == "");
    recording += part;
  });
  return recording;
}

inline std::uint64_t scheduled(const Recording& recording) {
  std::uint64_t sum = 0;
  for (const auto& [key, slice] : recording.slices) sum += slice.tally.scheduled;
  return sum;
}

}  // namespace loadgen::test
