// Parsing one HTTP answer as its bytes arrive. The body is counted and searched, not kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

/// What a driver wants to know of answers. Shared by the connections of one driver; const.
struct AnswerWishes {
  std::string served_by_header;  // lower case or as written; empty = none
  std::string body_contains;     // empty = anything
  /// Whether a status is good; a body whose status is not is kept up to kExcerpt bytes as evidence.
  std::vector<int> status;  // empty: 200 – 399
  bool good_status(int code) const;
};

/// One connection's parser; `begin` starts the next answer. Engine thread. Never throws.
class HttpAnswer {
 public:
  static constexpr std::size_t kExcerpt = 2048;
  static constexpr std::size_t kHeaderLimit = 64 * 1024;

  explicit HttpAnswer(const AnswerWishes& wishes);
  ~HttpAnswer();
  HttpAnswer(const HttpAnswer&) = delete;
  HttpAnswer& operator=(const HttpAnswer&) = delete;

  /// Forgets the last answer. `head`: the request was HEAD, so no body follows.
  void begin(bool head);

  enum class Progress : std::uint8_t { more, complete, broken };
  /// Takes the next bytes. `broken`: this is no HTTP; see `problem`. Bytes behind a complete answer
  /// make it broken: nobody asked for them.
  Progress take(const char* bytes, std::size_t count);
  /// The peer closed. `complete` when the answer was delimited by that.
  Progress end_of_stream();

  bool anything() const { return anything_; }  // a byte has come
  int status() const;
  bool keep_alive() const;               // only after `complete`
  bool body_matched() const;             // body_contains was found, or not asked for
  const std::string& served_by() const;  // value of the wished header; empty = absent
  const std::string& excerpt() const;    // of a bad status or body; empty otherwise
  const std::string& problem() const { return problem_; }

 private:
  class Parser;
  const AnswerWishes& wishes_;
  std::unique_ptr<Parser> parser_;
  std::string rest_;  // an incomplete header, kept until the rest of it comes
  std::string problem_;
  bool head_ = false;
  bool anything_ = false;
};

}  // namespace loadgen
