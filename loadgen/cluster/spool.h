// The spool: what a worker process has measured, on its own disk, until the coordinator has it all.
//
// A file in the journal's format: the run's header, then parts of the process's shares, and the
// coordinator's marks as they were heard. `loadgen report` reads it.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loadgen/cluster/frame.h"
#include "loadgen/core/journal.h"

namespace loadgen {

/// One thread. Its file stays unless `remove` is called. Throws std::system_error when the disk
/// refuses.
class Spool {
 public:
  /// One that an earlier process left behind: nobody else holds it.
  struct Left {
    std::filesystem::path path;
    std::string run_id;
    std::uint32_t worker = 0;
  };
  /// The spools in a directory that no process holds, the newest run first. Never throws.
  static std::vector<Left> left_in(const std::filesystem::path& directory);

  /// A new file for this worker of a run. `header`: encoded, as in the journal. Throws UserError
  /// when another process works on it.
  static Spool create(const std::filesystem::path& directory, std::uint32_t worker,
                      const std::string& header);
  /// Goes on with one that was left; a torn tail is cut.
  static Spool reopen(const Left& left);
  Spool(Spool&&) noexcept;
  Spool& operator=(Spool&&) = delete;
  ~Spool();

  void append(const Part& part);
  /// One that stands there already is left out.
  void append(const Mark& mark);

  /// Everything of a share up to `sequence` stands in the journal: it will not be read again.
  void acknowledge(ShareState state);
  /// The highest sequence number of each share in it.
  std::vector<ShareState> made() const;
  /// Parts that are not acknowledged.
  std::size_t waiting() const { return waiting_.size(); }
  /// A part that is not acknowledged, encoded.
  struct Waiting {
    ShareState state;
    std::string part;
  };
  /// The first one beyond what was `sent` of each share; nothing when there is none.
  std::optional<Waiting> next(const std::map<std::uint32_t, std::uint64_t>& sent) const;

  const std::filesystem::path& path() const { return path_; }
  void remove();

 private:
  struct Entry {
    ShareState state;
    std::uint64_t at = 0;  // of the body, in the file
    std::uint64_t bytes = 0;
  };
  Spool(std::filesystem::path path, JournalWriter writer, int lock);
  void note(RecordKind kind, std::string_view body);
  void note_part(ShareState state, std::size_t bytes);

  std::filesystem::path path_;
  JournalWriter writer_;
  int file_ = -1;  // locked, and read from
  std::uint64_t end_ = 0;
  std::deque<Entry> waiting_;
  std::map<std::uint32_t, std::uint64_t> made_;
  std::set<std::string> marks_;
};

}  // namespace loadgen
