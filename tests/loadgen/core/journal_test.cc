#include "loadgen/core/journal.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"

using namespace loadgen;
using namespace std::string_literals;

namespace {

using Records = std::vector<std::pair<RecordKind, std::string>>;

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Records records_of(const std::filesystem::path& path, JournalEnd* end = nullptr) {
  Records records;
  const JournalEnd found = read_journal(
      path, [&](RecordKind kind, std::string_view body) { records.emplace_back(kind, body); });
  CHECK(found.records == records.size());
  CHECK(found.good_bytes + found.torn_bytes == std::filesystem::file_size(path));
  if (end != nullptr) *end = found;
  return records;
}

const Records kThree = {{RecordKind::header, "head"},
                        {RecordKind::part, std::string(100'000, 'p')},
                        {RecordKind::end, ""}};

void write_three(const std::filesystem::path& path) {
  JournalWriter writer = JournalWriter::create(path);
  for (const auto& [kind, body] : kThree) writer.append(kind, body);
  writer.sync();
}

}  // namespace

TEST_CASE("what was appended is read, in order") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  write_three(path);
  JournalEnd end;
  CHECK(records_of(path, &end) == kThree);
  CHECK(end.torn_bytes == 0);
}

TEST_CASE("the bytes are those of the format, the checksum CRC-32C") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  // Kind and body together are "123456789"-like input whose CRC-32C is known: kind 1, no body.
  JournalWriter::create(path).append(static_cast<RecordKind>('1'), "23456789");
  CHECK(read_file(path) ==
        "LGJRNL06"
        "\x08\0\0\0"
        "\x83\x92\x06\xe3"
        "123456789"s);
}

TEST_CASE("cut or damaged anywhere, the records before it count and the rest is cut off") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  {
    JournalWriter writer = JournalWriter::create(path);
    writer.append(RecordKind::header, "head");
    writer.append(RecordKind::part, "part one");
    writer.append(RecordKind::part, "part two");
  }
  const std::string whole = read_file(path);
  const std::size_t ends[] = {8, 8 + 13, 8 + 13 + 17, 8 + 13 + 17 + 17};
  REQUIRE(whole.size() == ends[3]);

  for (std::size_t place = 8; place < whole.size(); ++place) {
    for (const bool damage : {false, true}) {
      CAPTURE(place);
      CAPTURE(damage);
      std::string bytes = damage ? whole : whole.substr(0, place);
      if (damage) bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
      write_file(path, bytes);
      std::size_t good = 0;  // records before `place`
      while (good < 3 && ends[good + 1] <= place) ++good;
      JournalEnd end;
      CHECK(records_of(path, &end).size() == good);
      CHECK(end.good_bytes == ends[good]);
      CHECK(end.torn_bytes == bytes.size() - ends[good]);

      JournalWriter::resume(path).append(RecordKind::mark, "after");
      const Records after = records_of(path, &end);
      CHECK(after.size() == good + 1);
      CHECK(after.back() == std::pair(RecordKind::mark, "after"s));
      CHECK(end.torn_bytes == 0);
    }
  }
}

TEST_CASE("a whole journal is continued as it is") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  write_three(path);
  JournalWriter first = JournalWriter::resume(path);
  JournalWriter writer = std::move(first);
  writer.append(RecordKind::mark, "m");
  Records expected = kThree;
  expected.emplace_back(RecordKind::mark, "m");
  CHECK(records_of(path) == expected);
}

TEST_CASE("a length of garbage ends the journal, whatever it says") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  for (const std::string& length : {"\xff\xff\xff\xff"s, "\1\0\0\4"s, "\0\0\0\4"s, "\1\0\0\0"s}) {
    write_file(path, "LGJRNL06" + length + "\0\0\0\0\2"s);
    JournalEnd end;
    CHECK(records_of(path, &end).empty());
    CHECK(end.torn_bytes == 9);
  }
}

TEST_CASE("what is no journal is refused in words") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "file";
  const auto message_for = [&](const std::filesystem::path& file) -> std::string {
    std::string messages[2];
    try {
      records_of(file);
    } catch (const UserError& error) {
      messages[0] = error.what();
    }
    try {
      JournalWriter::resume(file);
    } catch (const UserError& error) {
      messages[1] = error.what();
    }
    CHECK(messages[0] == messages[1]);
    return messages[0];
  };
  const std::string name = path.string();
  CHECK(message_for(path) == name + ": no such file; a journal was expected");
  CHECK(message_for(directory.path()) ==
        directory.path().string() + ": not a file; a journal was expected");
  for (const char* bytes : {"", "LGJRNL0", "PK\3\4 something else", "lgjrnl05"}) {
    CAPTURE(std::string(bytes));
    write_file(path, bytes);
    CHECK(message_for(path) == name + ": not a journal of loadgen (it starts with other bytes)");
  }
  write_file(path, "LGJRNL07");
  CHECK(message_for(path) == name +
                                 ": a journal of another version of loadgen (format \"07\"); this "
                                 "program reads format \"06\"");
  write_file(path, "LGJRNL06");
  CHECK(message_for(path).empty());
}

TEST_CASE("an existing file is not overwritten") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  write_three(path);
  CHECK_THROWS_AS(JournalWriter::create(path), std::system_error);
  CHECK(records_of(path) == kThree);
  CHECK_THROWS_AS(JournalWriter::create(directory.path() / "missing" / "journal"),
                  std::system_error);
}

TEST_CASE("a disk that refuses leaves the journal whole") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  JournalWriter writer = JournalWriter::create(path);
  writer.append(RecordKind::header, "head");

  // A full disk, as far as the writer can tell: files may not grow past 4,000 bytes.
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 4000;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK_THROWS_AS(writer.append(RecordKind::part, std::string(10'000, 'p')), std::system_error);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);

  writer.append(RecordKind::end, "");
  CHECK(records_of(path) == Records{{RecordKind::header, "head"}, {RecordKind::end, ""}});
}

TEST_CASE("what a reader throws comes through") {
  const ScratchDirectory directory;
  const auto path = directory.path() / "journal";
  write_three(path);
  CHECK_THROWS_AS(
      read_journal(path, [](RecordKind, std::string_view) { throw std::logic_error("x"); }),
      std::logic_error);
}
