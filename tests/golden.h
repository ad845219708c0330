// Compares what the program prints with a file that a person has read.
#pragma once

#include <string>

namespace loadgen::test {

/// Fails the running test unless `text` is tests/goldens/<name>, and leaves it beside as
/// <name>.actual. With --update-goldens it is written there instead; read the diff.
void check_golden(const std::string& name, const std::string& text);

}  // namespace loadgen::test
