#include "loadgen/drive/http_answer.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace loadgen {
namespace {

using Progress = HttpAnswer::Progress;

/// All that is known of an answer after its bytes came in pieces.
struct Seen {
  Progress progress = Progress::more;
  int status = 0;
  bool keep_alive = false, matched = false, anything = false;
  std::string served_by, excerpt;
  bool operator==(const Seen&) const = default;
};

/// Gives `bytes` in pieces that end at `cuts`, then the end of the stream if the answer is not
/// over.
Seen seen(const AnswerWishes& wishes, bool head, const std::string& bytes,
          const std::vector<std::size_t>& cuts, bool closed) {
  HttpAnswer answer(wishes);
  answer.begin(head);
  Seen result;
  std::size_t from = 0;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(bytes.size());
  for (const std::size_t to : ends) {
    if (result.progress != Progress::more || to <= from) continue;
    result.progress = answer.take(bytes.data() + from, to - from);
    from = to;
  }
  if (result.progress == Progress::more && closed) result.progress = answer.end_of_stream();
  CHECK((result.progress == Progress::broken) == !answer.problem().empty());
  result.status = answer.status();
  result.keep_alive = result.progress == Progress::complete && answer.keep_alive();
  result.matched = answer.body_matched();
  result.anything = answer.anything();
  result.served_by = answer.served_by();
  result.excerpt = answer.excerpt();
  return result;
}

const AnswerWishes kPlain{};
const AnswerWishes kServedBy{.served_by_header = "X-Served-By", .body_contains = "", .status = {}};
const AnswerWishes kNeedle{.served_by_header = "", .body_contains = "needle", .status = {}};
const AnswerWishes kOnly201{.served_by_header = "", .body_contains = "", .status = {201}};

struct Row {
  std::string why;
  const AnswerWishes& wishes;
  bool head;
  std::string bytes;
  bool closed;  // the peer closes after them
  Seen expected;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {"by length",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"without a body",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"chunked, with an extension and a trailer",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n10\r\n"
       "0123456789abcdef\r\n0\r\nX-Sum: 1\r\n\r\n",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"chunked and empty",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"delimited by the close",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\n\r\nhello",
       true,
       {Progress::complete, 200, false, true, true, "", ""}},
      {"HTTP/1.0 does not keep the connection",
       kPlain,
       false,
       "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
       false,
       {Progress::complete, 200, false, true, true, "", ""}},
      {"unless it says so",
       kPlain,
       false,
       "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"Connection: close",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
       false,
       {Progress::complete, 200, false, true, true, "", ""}},
      {"HEAD has no body, whatever its length says",
       kPlain,
       true,
       "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"204 has none",
       kPlain,
       false,
       "HTTP/1.1 204 No Content\r\n\r\n",
       false,
       {Progress::complete, 204, true, true, true, "", ""}},
      {"304 has none",
       kPlain,
       false,
       "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
       false,
       {Progress::complete, 304, true, true, true, "", ""}},
      {"100 Continue comes before the answer",
       kPlain,
       false,
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
       false,
       {Progress::complete, 201, true, true, true, "", ""}},
      {"103 Early Hints, too, and its headers are not the answer's",
       kServedBy,
       false,
       "HTTP/1.1 103 Early Hints\r\nX-Served-By: hint\r\n\r\nHTTP/1.1 200 OK\r\n"
       "Content-Length: 2\r\n\r\nok",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"101 was not asked for",
       kPlain,
       false,
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
       false,
       {Progress::broken, 101, false, true, true, "", ""}},
      {"served_by in any case",
       kServedBy,
       false,
       "HTTP/1.1 200 OK\r\nx-served-BY: pod-7\r\nContent-Length: 2\r\n\r\nok",
       false,
       {Progress::complete, 200, true, true, true, "pod-7", ""}},
      {"a header that only begins like it is another one",
       kServedBy,
       false,
       "HTTP/1.1 200 OK\r\nX-Served-By-Zone: b\r\nContent-Length: 2\r\n\r\nok",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"a failure leaves its body as evidence",
       kPlain,
       false,
       "HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\nTraceback",
       false,
       {Progress::complete, 500, true, true, true, "", "Traceback"}},
      {"so does a status that is not expected",
       kOnly201,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
       false,
       {Progress::complete, 200, true, true, true, "", "hello"}},
      {"the body has what is wanted",
       kNeedle,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nhay needle hay.",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"over the seam of two chunks",
       kNeedle,
       false,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
       "chunked\r\n\r\n6\r\nhaynee\r\n1\r\nd\r\n5\r\nlehay\r\n"
       "0\r\n\r\n",
       false,
       {Progress::complete, 200, true, true, true, "", ""}},
      {"the body has not what is wanted, and is kept",
       kNeedle,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nneedlneedl.e",
       false,
       {Progress::complete, 200, true, false, true, "", "needlneedl.e"}},
      {"cut in the body",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
       true,
       {Progress::broken, 200, false, true, true, "", ""}},
      {"cut in a chunk",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
       true,
       {Progress::broken, 200, false, true, true, "", ""}},
      {"cut before the last chunk",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
       true,
       {Progress::broken, 200, false, true, true, "", ""}},
      {"closed without a byte",
       kPlain,
       false,
       "",
       true,
       {Progress::broken, 0, false, true, false, "", ""}},
      {"closed after 100 Continue",
       kPlain,
       false,
       "HTTP/1.1 100 Continue\r\n\r\n",
       true,
       {Progress::broken, 0, false, true, true, "", ""}},
      {"a length that is no number",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
       false,
       {Progress::broken, 200, false, true, true, "", ""}},
      {"a chunk length that is no number",
       kPlain,
       false,
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
       false,
       {Progress::broken, 200, false, true, true, "", ""}},
  };
  return kRows;
}

TEST_CASE("answers, however their bytes arrive") {
  for (const Row& row : rows()) {
    CAPTURE(row.why);
    CHECK(seen(row.wishes, row.head, row.bytes, {}, row.closed) == row.expected);
    for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
      CAPTURE(cut);
      CHECK(seen(row.wishes, row.head, row.bytes, {cut}, row.closed) == row.expected);
    }
    std::vector<std::size_t> every;
    for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) every.push_back(cut);
    CHECK(seen(row.wishes, row.head, row.bytes, every, row.closed) == row.expected);
  }
}

TEST_CASE("what is cut in its header is broken by the close") {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    CAPTURE(cut);
    CHECK(seen(kPlain, false, whole.substr(0, cut), {}, true).progress == Progress::broken);
    CHECK(seen(kPlain, false, whole.substr(0, cut), {}, false).progress == Progress::more);
  }
}

TEST_CASE("garbage is broken at once") {
  for (const std::string bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/3.0 200 OK\r\n\r\n", "HTTP/1.1 2OO OK\r\n\r\n",
        "220 smtp ready\r\n\r\n", "220 smtp ready", "?", "HTTP/2", "\r\n", "\n"}) {
    CAPTURE(bytes);
    CHECK(seen(kPlain, false, bytes, {}, false).progress == Progress::broken);
  }
}

TEST_CASE("bytes after the end make an answer broken") {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  HttpAnswer answer(kPlain);
  answer.begin(false);
  const std::string more = whole + "X";
  CHECK(answer.take(more.data(), more.size()) == Progress::broken);
  CHECK(answer.problem() == "bytes after the end of the answer");
  answer.begin(false);
  CHECK(answer.take(whole.data(), whole.size()) == Progress::complete);
}

TEST_CASE("what does not end is cut off by a limit") {
  struct Endless {
    std::string why;
    std::string begin, again;
  };
  for (const Endless& row : {
           Endless{"a header line", "HTTP/1.1 200 OK\r\nX: ", "aaaaaaaaaaaaaaaa"},
           Endless{"header lines", "HTTP/1.1 200 OK\r\n", "X: aaaaaaaaaaaa\r\n"},
           Endless{"a status line", "HTTP/1.1 200 ", "aaaaaaaaaaaaaaaa"},
           Endless{"a chunk extension",
                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=", "aaaaaaaaaaaa"},
           Endless{"a trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                   "X: aaaaaaaaaaaa\r\n"},
       }) {
    CAPTURE(row.why);
    HttpAnswer answer(kPlain);
    answer.begin(false);
    Progress progress = answer.take(row.begin.data(), row.begin.size());
    std::size_t given = row.begin.size();
    std::string piece;
    while (piece.size() < 1000) piece += row.again;
    while (progress == Progress::more && given < 4 * HttpAnswer::kHeaderLimit) {
      progress = answer.take(piece.data(), piece.size());
      given += piece.size();
    }
    CHECK(progress == Progress::broken);
  }
}

TEST_CASE("a body of any size passes, and of a bad one the beginning is kept") {
  const std::string head = "HTTP/1.1 503 Busy\r\nContent-Length: 1000000\r\n\r\n";
  HttpAnswer answer(kPlain);
  answer.begin(false);
  REQUIRE(answer.take(head.data(), head.size()) == Progress::more);
  const std::string piece(1000, 'b');
  for (int i = 0; i < 999; ++i) REQUIRE(answer.take(piece.data(), piece.size()) == Progress::more);
  CHECK(answer.take(piece.data(), piece.size()) == Progress::complete);
  CHECK(answer.excerpt() == std::string(HttpAnswer::kExcerpt, 'b'));
}

TEST_CASE("nothing of an answer is left to the next one") {
  const AnswerWishes wishes{
      .served_by_header = "X-Served-By", .body_contains = "yes", .status = {}};
  HttpAnswer answer(wishes);
  answer.begin(false);
  const std::string first =
      "HTTP/1.1 500 Oops\r\nX-Served-By: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes";
  CHECK(answer.take(first.data(), first.size()) == Progress::complete);
  CHECK(answer.body_matched());
  answer.begin(false);
  CHECK_FALSE(answer.anything());
  CHECK_FALSE(answer.body_matched());
  CHECK(answer.served_by() == "");
  CHECK(answer.excerpt() == "");
  CHECK(answer.status() == 0);
  const std::string second = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno";
  CHECK(answer.take(second.data(), second.size()) == Progress::complete);
  CHECK(answer.keep_alive());
  CHECK_FALSE(answer.body_matched());
}

TEST_CASE("which status is good") {
  const AnswerWishes some{.served_by_header = "", .body_contains = "", .status = {201, 404}};
  for (const int good : {200, 204, 301, 399}) CHECK(kPlain.good_status(good));
  for (const int bad : {100, 199, 400, 500, 0}) CHECK_FALSE(kPlain.good_status(bad));
  CHECK(some.good_status(404));
  CHECK_FALSE(some.good_status(200));
}

}  // namespace
}  // namespace loadgen
