// The journal: the append-only file of a run. Everything the result says is computed from it.
//
// File: 8 bytes "LGJRNL06", then records: u32 length of the body, u32 CRC-32C of kind and body, u8
// kind, body. All integers little-endian. A record that is cut short or whose checksum is wrong
// ends the journal: what stands before it counts, what follows is reported and cut off before
// anything is appended.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace loadgen {

/// Kinds of record. The numbers are the format: append only.
enum class RecordKind : std::uint8_t {
  header = 1,
  part = 2,
  mark = 3,
  hook = 4,
  observation = 5,
  end = 6,
  adjustment = 7,
  server_sample = 8,
  audit = 9,
  worker = 10
};

/// No record's body is longer; a longer one read is a torn tail.
inline constexpr std::size_t kMostRecordBytes = std::size_t{64} << 20;

/// One writer thread. Throws std::system_error when the disk refuses; what `append` wrote up to
/// then is taken back, so the journal ends whole.
class JournalWriter {
 public:
  /// Creates `path` (which must not exist), or continues an existing one after cutting its torn
  /// tail. `resume` throws UserError as `read_journal` does.
  static JournalWriter create(const std::filesystem::path& path);
  static JournalWriter resume(const std::filesystem::path& path);
  JournalWriter(JournalWriter&&) noexcept;
  JournalWriter& operator=(JournalWriter&&) noexcept;
  ~JournalWriter();

  void append(RecordKind kind, std::string_view body);  // reaches the kernel before it returns
  void sync();                                          // reaches the disk before it returns

 private:
  JournalWriter(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
  void write_all(std::string_view bytes);
  int descriptor_ = -1;
  std::uint64_t size_ = 0;  // of the file, up to the end of its last whole record
};

struct JournalEnd {
  std::uint64_t records = 0;
  std::uint64_t good_bytes = 0;  // up to the end of the last whole record
  std::uint64_t torn_bytes = 0;  // after it; 0 when the file ends cleanly
};

/// Calls `each` for every whole record in order; `body` is valid during the call. Throws UserError
/// when the file can't be read, is no journal or is one of another version; lets through what
/// `each` throws.
JournalEnd read_journal(const std::filesystem::path& path,
                        const std::function<void(RecordKind, std::string_view body)>& each);

}  // namespace loadgen
