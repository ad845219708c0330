// Directories that go away, and what stands in the journals and spools in them.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "loadgen/core/journal.h"
#include "loadgen/core/recording.h"

namespace loadgen::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "loadgen-elsewhere-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
