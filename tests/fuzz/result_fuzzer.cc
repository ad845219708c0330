// Results: whatever the file, it is read or refused with a message; what is read is written and
// read again the same, and every renderer takes it.
#include <string>

#include "fuzzer.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"
#include "reports/render.h"

using namespace loadgen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Result result;
  try {
    result = read_result(fuzz::text_of(data, size), "fuzz.json");
  } catch (const UserError& error) {
    LG_ASSERT(error.code() == ExitCode::usage && std::string_view(error.what()).size() > 0);
    return 0;
  }
  const std::string text = write_result(result);
  LG_ASSERT(read_result(text, "fuzz.json") == result);
  const std::string page = reports::html(result);
  LG_ASSERT(page.find("</html>") != page.npos);
  // The only script is its data, which nobody runs; a page that would be too large has none.
  const std::size_t script = page.find("<script");
  if (const auto carried = reports::embedded_result(page)) {
    LG_ASSERT(read_result(*carried, "fuzz.html") == result);
    LG_ASSERT(page.find("<script type=\"application/json\"") == script);
    LG_ASSERT(page.find("<script", script + 1) == page.npos);
  } else {
    LG_ASSERT(script == page.npos);
  }
  LG_ASSERT(reports::markdown(result).size() < 60'000);
  LG_ASSERT(!reports::junit(result).empty() && !reports::csv(result).empty());
  LG_ASSERT(!reports::terminal_summary(result, true, 80).empty());
  LG_ASSERT(!reports::loadtest_summary(result).empty());
  return 0;
}
