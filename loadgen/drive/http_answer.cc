#include "loadgen/drive/http_answer.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace loadgen {

namespace beast = boost::beast;
namespace http = boost::beast::http;

bool AnswerWishes::good_status(int code) const {
  if (status.empty()) return code >= 200 && code <= 399;
  return std::find(status.begin(), status.end(), code) != status.end();
}

/// Beast's parser with the fields and the body looked at in passing. What one answer leaves behind
/// is cleared by `reset`; Beast has no reset of its own, so the parser proper is made anew in place
/// for each answer.
class HttpAnswer::Parser {
 public:
  struct Kept {
    int status = 0;
    bool matched = false;
    bool keep_excerpt = false;
    std::string served_by;
    std::string excerpt;
    std::string tail;  // of the body, as long as body_contains less one: it may straddle two pieces
  };

  explicit Parser(const AnswerWishes& wishes) : wishes_(wishes) {}

  void reset(bool head) {
    kept_.status = 0;
    kept_.matched = wishes_.body_contains.empty();
    kept_.keep_excerpt = false;
    kept_.served_by.clear();
    kept_.excerpt.clear();
    kept_.tail.clear();
    beast_.emplace(*this);
    beast_->eager(true);
    beast_->skip(head);
    beast_->header_limit(HttpAnswer::kHeaderLimit);
    beast_->body_limit(boost::none);
  }

  /// Beast asserts that the last chunk of a body, once its size was seen, comes with the five bytes
  /// that it has at least ("0", CRLF, CRLF). No answer ends with fewer, so they can wait.
  bool wants_more_than(std::size_t count) const {
    return count < 5 && beast_->is_header_done() && beast_->chunked() && !beast_->is_done();
  }

  struct Beast final : http::basic_parser<false> {
    explicit Beast(Parser& owner) : owner_(owner) {}
    using basic_parser::skip;

   private:
    void on_request_impl(http::verb, beast::string_view, beast::string_view, int,
                         beast::error_code&) override {}
    void on_response_impl(int code, beast::string_view, int, beast::error_code&) override {
      owner_.kept_.status = code;
    }
    void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                       beast::error_code&) override {
      if (owner_.wishes_.served_by_header.size() == name.size() && !name.empty() &&
          beast::iequals(name, owner_.wishes_.served_by_header)) {
        owner_.kept_.served_by.assign(value.data(), value.size());
      }
    }
    void on_header_impl(beast::error_code&) override {
      owner_.kept_.keep_excerpt = !owner_.wishes_.good_status(owner_.kept_.status);
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
      owner_.body({body.data(), body.size()});
      return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body,
                                   beast::error_code&) override {
      owner_.body({body.data(), body.size()});
      return body.size();
    }
    void on_finish_impl(beast::error_code&) override {}
    Parser& owner_;
  };

  void body(std::string_view piece) {
    const bool wanted = kept_.keep_excerpt || !kept_.matched;
    if (wanted && kept_.excerpt.size() < HttpAnswer::kExcerpt) {
      kept_.excerpt.append(piece.substr(0, HttpAnswer::kExcerpt - kept_.excerpt.size()));
    }
    if (kept_.matched) return;
    const std::string& needle = wishes_.body_contains;
    // Only the seam needs a copy; the piece itself is searched in place.
    const std::string seam = kept_.tail + std::string(piece.substr(0, needle.size() - 1));
    kept_.matched =
        piece.find(needle) != std::string_view::npos || seam.find(needle) != std::string::npos;
    kept_.tail.append(piece.substr(piece.size() - std::min(piece.size(), needle.size() - 1)));
    if (kept_.tail.size() > needle.size() - 1)
      kept_.tail.erase(0, kept_.tail.size() - (needle.size() - 1));
    if (kept_.matched && !kept_.keep_excerpt) kept_.excerpt.clear();
  }

  const AnswerWishes& wishes_;
  Kept kept_;
  std::optional<Beast> beast_;
};

namespace {
bool begins_like_an_answer(std::string_view bytes) {
  constexpr std::string_view kBegin = "HTTP/1.";
  return bytes.substr(0, kBegin.size()) == kBegin.substr(0, bytes.size());
}
}  // namespace

HttpAnswer::HttpAnswer(const AnswerWishes& wishes)
    : wishes_(wishes), parser_(std::make_unique<Parser>(wishes)) {
  parser_->reset(false);
}
HttpAnswer::~HttpAnswer() = default;

void HttpAnswer::begin(bool head) {
  head_ = head;
  anything_ = false;
  rest_.clear();
  problem_.clear();
  parser_->reset(head);
}

HttpAnswer::Progress HttpAnswer::take(const char* bytes, std::size_t count) {
  anything_ = anything_ || count > 0;
  if (!rest_.empty()) {
    rest_.append(bytes, count);
    bytes = rest_.data();
    count = rest_.size();
  }
  std::size_t used = 0;
  while (used < count && !parser_->wants_more_than(count - used)) {
    beast::error_code error;
    const std::size_t took =
        parser_->beast_->put(boost::asio::const_buffer(bytes + used, count - used), error);
    used += took;
    if (error == http::error::need_more) {
      if (took == 0) break;
      continue;
    }
    if (error) {
      problem_ = error.message();
      return Progress::broken;
    }
    if (!parser_->beast_->is_done()) continue;
    const int status_code = parser_->kept_.status;
    if (status_code >= 100 && status_code < 200) {
      if (status_code == 101) {
        problem_ = "switched protocols without being asked";
        return Progress::broken;
      }
      parser_->reset(head_);  // an interim answer; the real one follows
      continue;
    }
    if (used < count) {
      problem_ = "bytes after the end of the answer";
      return Progress::broken;
    }
    return Progress::complete;
  }
  std::string rest(bytes + used, count - used);
  rest_ = std::move(rest);
  // Beast looks at a line only when all of it is there; what speaks another protocol may never
  // come to that.
  if (parser_->kept_.status == 0 && !begins_like_an_answer(rest_)) {
    problem_ = "this is no HTTP answer";
    return Progress::broken;
  }
  if (rest_.size() > kHeaderLimit) {
    problem_ = "a header or chunk line that does not end";
    return Progress::broken;
  }
  return Progress::more;
}

HttpAnswer::Progress HttpAnswer::end_of_stream() {
  beast::error_code error;
  if (!parser_->beast_->got_some()) {
    problem_ = "closed before a byte of the answer";
    return Progress::broken;
  }
  parser_->beast_->put_eof(error);
  if (!error && parser_->beast_->is_done()) return Progress::complete;
  problem_ = "closed in mid-answer";
  return Progress::broken;
}

int HttpAnswer::status() const { return parser_->kept_.status; }
bool HttpAnswer::keep_alive() const {
  return parser_->beast_->is_header_done() && parser_->beast_->keep_alive();
}
bool HttpAnswer::body_matched() const { return parser_->kept_.matched; }
const std::string& HttpAnswer::served_by() const { return parser_->kept_.served_by; }
const std::string& HttpAnswer::excerpt() const { return parser_->kept_.excerpt; }

}  // namespace loadgen
