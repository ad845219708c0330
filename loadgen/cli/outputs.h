// Writing a result where the user asked for it.
#pragma once

#include <string>

#include "loadgen/core/result.h"

namespace loadgen {

/// Paths; empty = not wanted; "-" = stdout.
struct OutputPaths {
  std::string json, html, markdown, junit, csv;
  std::string hlog_directory;
  /// What a run writes into its directory.
  static OutputPaths of_run(const std::string& directory);
};

/// Writes what is wanted. A file is complete or absent: it is written beside and renamed. Throws
/// UserError when a path can't be written.
void write_outputs(const Result& result, const OutputPaths& paths);

/// Writes one text: complete or not at all, "-" to stdout. Directories on the way are made. Throws
/// UserError when the path can't be written.
void write_text(const std::string& path, const std::string& text);

/// Prints to stdout with the width and colours of the terminal, if it is one.
void print_summary(const Result& result);

/// Columns of the terminal on stdout; 100 when it is none.
int terminal_width();

/// Whether stderr or stdout may be coloured (a terminal, and NO_COLOR unset).
bool colour_wanted(int descriptor);

}  // namespace loadgen
