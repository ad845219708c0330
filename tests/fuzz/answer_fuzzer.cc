// Answers of HTTP servers: however the bytes are cut into pieces, the parser sees the same answer.
//
// The first byte of the input chooses what was asked: HEAD, a header, a text of the body.
#include <algorithm>
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/drive/http_answer.h"

using namespace loadgen;

namespace {

void check_same(const HttpAnswer& a, const HttpAnswer& b) {
  LG_ASSERT(a.status() == b.status());
  LG_ASSERT(a.keep_alive() == b.keep_alive());
  LG_ASSERT(a.body_matched() == b.body_matched());
  LG_ASSERT(a.served_by() == b.served_by());
  LG_ASSERT(a.excerpt() == b.excerpt());
  LG_ASSERT(a.excerpt().size() <= HttpAnswer::kExcerpt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = fuzz::text_of(data, size).substr(1);
  const bool head = (data[0] & 1) != 0;
  AnswerWishes wishes;
  if ((data[0] & 2) != 0) wishes.served_by_header = "X-Served-By";
  if ((data[0] & 4) != 0) wishes.body_contains = "needle";

  using Progress = HttpAnswer::Progress;
  HttpAnswer pieces(wishes);
  const std::size_t piece = 1 + (data[0] >> 3);
  pieces.begin(head);
  std::size_t taken = 0;
  Progress progress = Progress::more;
  while (taken < bytes.size() && progress == Progress::more) {
    const std::size_t count = std::min(piece, bytes.size() - taken);
    progress = pieces.take(bytes.data() + taken, count);
    taken += count;
  }
  HttpAnswer whole(wishes);
  whole.begin(head);
  const Progress at_once = taken == 0 ? Progress::more : whole.take(bytes.data(), taken);
  // Beast may see at once what is wrong with a header of which pieces let it wait for the end.
  const bool earlier = progress == Progress::more && at_once == Progress::broken;
  LG_ASSERT(at_once == progress || earlier);
  LG_ASSERT((progress == Progress::broken) == !pieces.problem().empty());
  if (progress == Progress::complete) check_same(whole, pieces);
  if (progress == Progress::more) {
    const Progress end = pieces.end_of_stream();
    LG_ASSERT(end == (earlier ? Progress::broken : whole.end_of_stream()));
    LG_ASSERT(end != Progress::more);
    if (end == Progress::complete) check_same(whole, pieces);
  }
  // What one answer left behind is nothing to the next.
  const std::string next = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nneedle";
  pieces.begin(false);
  LG_ASSERT(pieces.take(next.data(), next.size()) == Progress::complete);
  LG_ASSERT(pieces.status() == 200 && pieces.body_matched() && pieces.served_by().empty());
  return 0;
}
