// Entry point of every doctest executable. `--update-goldens` rewrites golden files instead of
// comparing with them (tests look for LOADGEN_UPDATE_GOLDENS); read the diff afterwards.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--update-goldens") setenv("LOADGEN_UPDATE_GOLDENS", "1", 1);
  }
  doctest::Context context(argc, argv);
  return context.run();
}
