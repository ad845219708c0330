#include "loadgen/core/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/crc.hpp>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"

namespace loadgen {
namespace {

constexpr std::string_view kMagic = "LGJRNL06";
constexpr std::size_t kVersionDigits = 2;
constexpr std::size_t kRecordHead = 9;  // length, checksum, kind

// CRC-32C (Castagnoli): reflected, start and end inverted; of "123456789" it is E3069283.
using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

std::uint32_t checksum(std::uint8_t kind, std::string_view body) {
  Crc32c crc;
  crc.process_byte(kind);
  crc.process_bytes(body.data(), body.size());
  return crc.checksum();
}

void put_u32(char* to, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(value >> (8 * i));
}

std::uint32_t u32_at(const char* from) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<std::uint8_t>(from[i])} << (8 * i);
  }
  return value;
}

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool read_exactly(std::ifstream& file, char* to, std::size_t bytes) {
  return static_cast<bool>(file.read(to, static_cast<std::streamsize>(bytes)));
}

// The name of the new file is on disk only when its directory is.
void sync_directory(const std::filesystem::path& file) {
  const std::filesystem::path directory = file.has_parent_path() ? file.parent_path() : ".";
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);  // not every file system can; the run goes on without
  ::close(descriptor);
}

std::ifstream open_journal(const std::filesystem::path& path, std::uint64_t& size) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw UserError(path.string() + ": no such file; a journal was expected");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw UserError(path.string() + ": not a file; a journal was expected");
  }
  size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) throw UserError(path.string() + ": the journal can't be read");
  std::array<char, kMagic.size()> start{};
  if (size < start.size() || !read_exactly(file, start.data(), start.size()) ||
      std::string_view(start.data(), start.size() - kVersionDigits) !=
          kMagic.substr(0, kMagic.size() - kVersionDigits)) {
    throw UserError(path.string() + ": not a journal of loadgen (it starts with other bytes)");
  }
  const std::string_view version(start.data() + start.size() - kVersionDigits, kVersionDigits);
  const std::string_view ours = kMagic.substr(kMagic.size() - kVersionDigits);
  if (version != ours) {
    throw UserError(path.string() + ": a journal of another version of loadgen (format \"" +
                    std::string(version) + "\"); this program reads format \"" + std::string(ours) +
                    "\"");
  }
  return file;
}

}  // namespace

JournalWriter JournalWriter::create(const std::filesystem::path& path) {
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) fail("can't create the journal " + path.string());
  JournalWriter writer(descriptor, 0);
  writer.write_all(kMagic);
  writer.sync();
  sync_directory(path);
  return writer;
}

JournalWriter JournalWriter::resume(const std::filesystem::path& path) {
  const JournalEnd end = read_journal(path, [](RecordKind, std::string_view) {});
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) fail("can't continue the journal " + path.string());
  JournalWriter writer(descriptor, end.good_bytes);
  if (end.torn_bytes != 0 && ::ftruncate(descriptor, static_cast<off_t>(end.good_bytes)) != 0) {
    fail("can't cut the torn end of the journal " + path.string());
  }
  return writer;
}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

JournalWriter& JournalWriter::operator=(JournalWriter&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

JournalWriter::~JournalWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void JournalWriter::append(RecordKind kind, std::string_view body) {
  LG_ASSERT(body.size() <= kMostRecordBytes);
  const auto number = static_cast<std::uint8_t>(kind);
  std::string record(kRecordHead, '\0');
  record.reserve(kRecordHead + body.size());
  put_u32(record.data(), static_cast<std::uint32_t>(body.size()));
  put_u32(record.data() + 4, checksum(number, body));
  record[8] = static_cast<char>(number);
  record.append(body);
  write_all(record);
}

void JournalWriter::write_all(std::string_view bytes) {
  LG_ASSERT(descriptor_ >= 0);
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      const int error = errno;
      // Half a record would hide every later one from readers.
      if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
        fail("the journal is torn and can't be cut");
      }
      errno = error;
      fail("can't write to the journal");
    }
  }
  size_ += bytes.size();
}

void JournalWriter::sync() {
  LG_ASSERT(descriptor_ >= 0);
  if (::fdatasync(descriptor_) != 0) fail("the journal can't be brought to the disk");
}

JournalEnd read_journal(const std::filesystem::path& path,
                        const std::function<void(RecordKind, std::string_view body)>& each) {
  std::uint64_t size = 0;
  std::ifstream file = open_journal(path, size);
  JournalEnd end{0, kMagic.size(), 0};
  std::array<char, kRecordHead> head{};
  std::string body;
  while (size - end.good_bytes >= kRecordHead && read_exactly(file, head.data(), head.size())) {
    const std::uint32_t length = u32_at(head.data());
    // A length of garbage must not make us reserve it.
    if (length > kMostRecordBytes || length > size - end.good_bytes - kRecordHead) break;
    body.resize(length);
    if (!read_exactly(file, body.data(), length)) break;
    const auto kind = static_cast<std::uint8_t>(head[8]);
    if (u32_at(head.data() + 4) != checksum(kind, body)) break;
    end.records += 1;
    end.good_bytes += kRecordHead + length;
    each(static_cast<RecordKind>(kind), body);
  }
  end.torn_bytes = size - end.good_bytes;
  return end;
}

}  // namespace loadgen
