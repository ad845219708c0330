#include "loadgen/cluster/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "loadgen/core/run_record.h"

namespace loadgen {

namespace {

constexpr std::string_view kPrefix = "loadgen-", kMiddle = "-worker-", kSuffix = ".spool";
constexpr std::uint64_t kFileHead = 8, kRecordHead = 9;  // of journal.h

/// Locked for this process; −1 when another one has it or it can't be opened.
int lock(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  if (file >= 0) ::close(file);
  return -1;
}

/// The run and the worker by the file's name; nothing when it is no spool's.
std::optional<Spool::Left> parse(const std::filesystem::path& path) {
  const std::string file = path.filename().string();
  std::string_view name = file;
  if (name.substr(0, kPrefix.size()) != kPrefix || name.size() < kPrefix.size() + kSuffix.size() ||
      name.substr(name.size() - kSuffix.size()) != kSuffix) {
    return std::nullopt;
  }
  name = name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
  const std::size_t middle = name.rfind(kMiddle);
  if (middle == std::string_view::npos) return std::nullopt;
  Spool::Left left{path, std::string(name.substr(0, middle)), 0};
  const std::string_view number = name.substr(middle + kMiddle.size());
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), left.worker);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return left;
}

std::filesystem::path path_of(const std::filesystem::path& directory, const std::string& run_id,
                              std::uint32_t worker) {
  std::string name(kPrefix);
  name += run_id;
  name += kMiddle;
  name += std::to_string(worker);
  name += kSuffix;
  return directory / name;
}

}  // namespace

std::vector<Spool::Left> Spool::left_in(const std::filesystem::path& directory) {
  std::vector<Left> all;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const auto left = parse(at->path());
    if (!left) continue;
    const int file = lock(left->path);
    if (file < 0) continue;
    ::close(file);
    all.push_back(*left);
  }
  // Run ids begin with the time.
  std::sort(all.begin(), all.end(), [](const Left& a, const Left& b) {
    return a.run_id != b.run_id ? a.run_id > b.run_id : a.worker < b.worker;
  });
  return all;
}

Spool Spool::create(const std::filesystem::path& directory, std::uint32_t worker,
                    const std::string& header) {
  // The run id becomes a file's name; it came from elsewhere.
  const std::string run_id = decode_header(header).run_id;
  if (run_id.empty() || run_id.find('/') != std::string::npos)
    throw UserError("the coordinator's run id \"" + run_id + "\" can't name a file");
  const std::filesystem::path path = path_of(directory, run_id, worker);
  JournalWriter writer = JournalWriter::create(path);
  const int file = lock(path);
  if (file < 0) throw UserError(path.string() + ": another process works on it");
  Spool spool(path, std::move(writer), file);
  spool.writer_.append(RecordKind::header, header);
  spool.note(RecordKind::header, header);
  return spool;
}

Spool Spool::reopen(const Left& left) {
  const int file = lock(left.path);
  if (file < 0) throw UserError(left.path.string() + ": another process works on it");
  Spool spool(left.path, JournalWriter::resume(left.path), file);
  read_journal(left.path, [&](RecordKind kind, std::string_view body) { spool.note(kind, body); });
  return spool;
}

Spool::Spool(std::filesystem::path path, JournalWriter writer, int lock)
    : path_(std::move(path)), writer_(std::move(writer)), file_(lock), end_(kFileHead) {}

Spool::Spool(Spool&& other) noexcept
    : path_(std::move(other.path_)),
      writer_(std::move(other.writer_)),
      file_(std::exchange(other.file_, -1)),
      end_(other.end_),
      waiting_(std::move(other.waiting_)),
      made_(std::move(other.made_)),
      marks_(std::move(other.marks_)) {}

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

/// Keeps count of a record that stands at the file's end.
void Spool::note(RecordKind kind, std::string_view body) {
  if (kind == RecordKind::part) {
    const Part part = decode_part(body);
    return note_part({part.worker, part.sequence}, body.size());
  }
  if (kind == RecordKind::mark) marks_.emplace(body);
  end_ += kRecordHead + body.size();
}

void Spool::note_part(ShareState state, std::size_t bytes) {
  waiting_.push_back({state, end_ + kRecordHead, bytes});
  std::uint64_t& made = made_[state.share];
  made = std::max(made, state.sequence);
  end_ += kRecordHead + bytes;
}

void Spool::append(const Part& part) {
  const std::string body = encode(part);
  writer_.append(RecordKind::part, body);
  note_part({part.worker, part.sequence}, body.size());
}

void Spool::append(const Mark& mark) {
  const std::string body = encode(mark);
  if (marks_.count(body) > 0) return;
  writer_.append(RecordKind::mark, body);
  note(RecordKind::mark, body);
}

void Spool::acknowledge(ShareState state) {
  std::erase_if(waiting_, [&](const Entry& entry) {
    return entry.state.share == state.share && entry.state.sequence <= state.sequence;
  });
}

std::vector<ShareState> Spool::made() const {
  std::vector<ShareState> states;
  for (const auto& [share, sequence] : made_) states.push_back({share, sequence});
  return states;
}

std::optional<Spool::Waiting> Spool::next(
    const std::map<std::uint32_t, std::uint64_t>& sent) const {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Entry& entry) {
    const auto of_share = sent.find(entry.state.share);
    return of_share == sent.end() || entry.state.sequence > of_share->second;
  });
  if (found == waiting_.end()) return std::nullopt;
  const Entry& entry = *found;
  Waiting waiting{entry.state, std::string(entry.bytes, '\0')};
  std::size_t got = 0;
  while (got < entry.bytes) {
    const ssize_t n = ::pread(file_, waiting.part.data() + got, entry.bytes - got,
                              static_cast<off_t>(entry.at + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      throw std::system_error(n < 0 ? errno : EIO, std::generic_category(),
                              "can't read the spool " + path_.string());
    }
    got += static_cast<std::size_t>(n);
  }
  return waiting;
}

void Spool::remove() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace loadgen
