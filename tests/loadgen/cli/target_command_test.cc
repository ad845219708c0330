#include "loadgen/cli/target_command.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

TEST_CASE("--listen takes what people write for an address") {
  struct Row {
    const char* text;
    const char* host;
    int port;
  };
  for (const Row& row : {Row{"127.0.0.1:8080", "127.0.0.1", 8080}, Row{":81", "127.0.0.1", 81},
                         Row{"0", "127.0.0.1", 0}, Row{"[::1]:65535", "::1", 65535},
                         Row{"localhost:80", "localhost", 80}}) {
    CAPTURE(row.text);
    TargetOptions options;
    parse_listen(row.text, options);
    CHECK(options.host == row.host);
    CHECK(options.port == row.port);
  }
  for (const char* text : {"", ":", "127.0.0.1", "127.0.0.1:", "a:65536", "a:-1", "a:80x"}) {
    CAPTURE(text);
    TargetOptions options;
    CHECK_THROWS_AS(parse_listen(text, options), UserError);
  }
}

TEST_CASE("jitter has a shape and a size") {
  TargetOptions options;
  parse_jitter("exp:5ms", options);
  CHECK(options.jitter == TargetOptions::Jitter::exponential);
  CHECK(options.jitter_scale == std::chrono::milliseconds(5));
  parse_jitter("uniform", options);
  CHECK(options.jitter == TargetOptions::Jitter::uniform);
  CHECK(options.jitter_scale == std::chrono::milliseconds(10));
  for (const char* text : {"", "5ms", "gauss:5ms", "exp:", "exp:5"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_jitter(text, options), UserError);
  }
}

}  // namespace
}  // namespace loadgen
