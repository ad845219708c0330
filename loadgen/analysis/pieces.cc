#include "loadgen/analysis/pieces.h"

#include <algorithm>

#include "loadgen/core/assert.h"

namespace loadgen {

std::vector<Piece> pieces_of(const Recording& recording, const Selection& selection, RunSecond from,
                             RunSecond to, Measure measure) {
  const std::int64_t length = std::max<std::int64_t>(0, std::int64_t{to} - from);
  const auto edge = [&](std::size_t i) {
    return from + static_cast<RunSecond>(length * static_cast<std::int64_t>(i) /
                                         static_cast<std::int64_t>(kPieces));
  };
  std::vector<Piece> pieces;
  Histogram sum;  // one for all pieces: it keeps its pages
  for (std::size_t i = 0; i < kPieces; ++i) {
    Piece piece;
    piece.from = edge(i);
    piece.to = edge(i + 1);
    sum.clear();
    each_slice(recording, selection, piece.from, piece.to,
               [&](const SliceKey&, const Slice& slice) {
                 piece.tally += slice.tally;
                 sum += slice[measure];
               });
    piece.histogram = sum.sparse();
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::vector<Piece> pieces_of(const Recording& recording, const Selection& selection,
                             const std::vector<RunSecond>& seconds, Measure measure) {
  std::vector<Piece> pieces(kPieces);
  Histogram sum;
  for (std::size_t i = 0; i < kPieces; ++i) {
    const std::size_t begin = seconds.size() * i / kPieces;
    const std::size_t end = seconds.size() * (i + 1) / kPieces;
    Piece& piece = pieces[i];
    // Counted in given seconds: merged pieces are as long as what they hold.
    piece.from = static_cast<RunSecond>(begin);
    piece.to = static_cast<RunSecond>(end);
    sum.clear();
    for (std::size_t s = begin; s < end; ++s) {
      each_slice(recording, selection, seconds[s], seconds[s] + 1,
                 [&](const SliceKey&, const Slice& slice) {
                   piece.tally += slice.tally;
                   sum += slice[measure];
                 });
    }
    piece.histogram = sum.sparse();
  }
  return pieces;
}

std::vector<Piece> merged(const std::vector<Piece>& pieces, std::size_t batches) {
  LG_ASSERT(batches > 0 && pieces.size() % batches == 0);
  const std::size_t each = pieces.size() / batches;
  std::vector<Piece> sums;
  Histogram sum;
  for (std::size_t i = 0; i < pieces.size(); i += each) {
    Piece batch{pieces[i].from, pieces[i + each - 1].to, {}, {}};
    sum.clear();
    for (std::size_t j = i; j < i + each; ++j) {
      batch.tally += pieces[j].tally;
      sum += pieces[j].histogram;
    }
    batch.histogram = sum.sparse();
    sums.push_back(std::move(batch));
  }
  return sums;
}

}  // namespace loadgen
