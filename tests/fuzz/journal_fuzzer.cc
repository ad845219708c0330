// Journal files: a damaged one is read up to the damage, and continuing it keeps what was read.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "loadgen/core/journal.h"

using namespace loadgen;

namespace {

using Records = std::vector<std::pair<RecordKind, std::string>>;

// One file for all inputs, gone at exit. In memory where there is such a place: each input is
// synced.
class ScratchFile {
 public:
  ScratchFile() {
    const std::filesystem::path memory = "/dev/shm";
    const bool in_memory = std::filesystem::is_directory(memory);
    std::string name =
        ((in_memory ? memory : std::filesystem::temp_directory_path()) / "journal_fuzzer.XXXXXX")
            .string();
    const int descriptor = ::mkstemp(name.data());
    LG_ASSERT(descriptor >= 0);
    ::close(descriptor);
    path_ = name;
  }
  ~ScratchFile() { std::filesystem::remove(path_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

JournalEnd read(const std::filesystem::path& path, Records& records) {
  return read_journal(
      path, [&](RecordKind kind, std::string_view body) { records.emplace_back(kind, body); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ScratchFile file;
  std::ofstream(file.path(), std::ios::binary | std::ios::trunc) << fuzz::text_of(data, size);
  Records records;
  try {
    const JournalEnd end = read(file.path(), records);
    LG_ASSERT(end.records == records.size() && end.good_bytes + end.torn_bytes == size);
  } catch (const UserError&) {
    return 0;
  }
  JournalWriter::resume(file.path()).append(RecordKind::mark, "more");
  records.emplace_back(RecordKind::mark, "more");
  Records after;
  LG_ASSERT(read(file.path(), after).torn_bytes == 0);
  LG_ASSERT(after == records);
  return 0;
}
