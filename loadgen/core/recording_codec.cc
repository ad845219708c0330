// Binary form of a part, in the pieces of codec.h:
//
//   part       worker, sequence, offset made_at, flag last, cpu_user_us, cpu_system_us,
//              cpu_throttled_us, cpu_stolen_us, instant first_send, count of slices, slices, count
//              of samples, samples, count of connections with a ledger, ledgers, count of probe
//              answers, answers, count of probe attempts, attempts (probe_record.cc)
//   slice      key, tally, count of histograms, histograms, count of statements, statements
//              (slices ascending by key)
//   key        group, workload, operation, signed second
//   tally      scheduled, ended, stale_retries, retried, retries, connects_attempted, connects_ok,
//   connects_failed,
//              in_flight, count of served_by, (text value, answers, ok) ascending by value,
//              instants first_ok, last_ok, first_not_ok, last_not_ok
//   counts     (`ended`, `connects_failed`) count of outcomes that are not 0, then (gap, count)
//   histogram  gap of the measure's number, count of buckets, (gap of index, count), total, sum_us,
//              min_us, max_us    (empty histograms are left out)
//   statement  gap of its place in the script, failed, retried, flag: it has a histogram, histogram
//              without the measure
//   ledger     gap of the connection's number, group, workload, count of ranges, ranges
//   range      attempt less the one before (at first less 1), `first` less the end of the range
//              before (of the same attempt, else 0) less one, size less one, fate, offset from,
//              to − from; ascending by attempt and `first`
//   sample     key, outcome, offset at, signed status, texts peer, traceparent, excerpt
//
// A gap is the distance to the number before, less one (to −1 for the first), so numbers ascend by
// construction. A number that this program does not know, of an outcome or a measure, is refused: a
// newer program wrote it.
#include <algorithm>

#include "loadgen/core/assert.h"
#include "loadgen/core/codec.h"
#include "loadgen/core/recording.h"

namespace loadgen {
namespace {

// No count of one wall second comes near it, and sums of several thousand such parts fit 64 bits.
constexpr std::uint64_t kMostTickets = std::uint64_t{1} << 32;
constexpr std::size_t kMostSlices = 1 << 18;
constexpr std::size_t kMostSamples = 1 << 16;
// What the shortest form of each takes, to bound announced counts by the bytes at hand.
constexpr std::size_t kSliceBytes = 20;
constexpr std::size_t kSampleBytes = 10;
constexpr std::size_t kHistogramBytes = 8;
constexpr std::size_t kStatementBytes = 4;
constexpr std::size_t kMostStatements = 1 << 16;
constexpr std::size_t kLedgerBytes = 10;
constexpr std::size_t kRangeBytes = 6;
constexpr std::uint64_t kMostConnections = std::uint64_t{1} << 32;
// No run numbers that many transactions of a connection.
constexpr std::uint64_t kMostSequences = std::uint64_t{1} << 48;

/// Numbers in ascending order as gaps.
class GapEncoder {
 public:
  explicit GapEncoder(Encoder& to) : to_(to) {}
  void next(std::uint64_t number) {
    LG_ASSERT(number >= least_);
    to_.u64(number - least_);
    least_ = number + 1;
  }

 private:
  Encoder& to_;
  std::uint64_t least_ = 0;
};

class GapDecoder {
 public:
  GapDecoder(Decoder& from, std::uint64_t end) : from_(from), end_(end) {}
  std::uint64_t next() {
    if (least_ >= end_) from_.refuse("a number is out of range");
    const std::uint64_t number = least_ + from_.u64(end_ - 1 - least_);
    least_ = number + 1;
    return number;
  }

 private:
  Decoder& from_;
  std::uint64_t end_;
  std::uint64_t least_ = 0;
};

std::uint64_t positive_count(Decoder& from) {
  const std::uint64_t count = from.u64(kMostTickets);
  if (count == 0) from.refuse("a count of 0 is listed");
  return count;
}

void put(Encoder& to, const SliceKey& key) {
  to.u64(key.group);
  to.u64(key.workload);
  to.u64(key.operation);
  to.i64(key.second);
}

SliceKey take_key(Decoder& from) {
  SliceKey key;
  key.group = from.number<std::uint16_t>();
  key.workload = from.number<std::uint16_t>();
  key.operation = from.number<std::uint16_t>();
  key.second = from.i32();
  return key;
}

void put(Encoder& to, const OutcomeCounts& counts) {
  to.u64(static_cast<std::uint64_t>(
      std::count_if(counts.begin(), counts.end(), [](std::uint64_t n) { return n != 0; })));
  GapEncoder gaps(to);
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    if (counts[i] == 0) continue;
    gaps.next(i);
    to.u64(counts[i]);
  }
}

OutcomeCounts take_counts(Decoder& from) {
  OutcomeCounts counts{};
  GapDecoder gaps(from, kOutcomes);
  for (std::size_t left = from.count(2, kOutcomes); left > 0; --left) {
    const std::uint64_t outcome = gaps.next();
    counts[outcome] = positive_count(from);
  }
  return counts;
}

void put(Encoder& to, const Tally& tally) {
  to.u64(tally.scheduled);
  put(to, tally.ended);
  to.u64(tally.stale_retries);
  to.u64(tally.retried);
  to.u64(tally.retries);
  to.u64(tally.connects_attempted);
  to.u64(tally.connects_ok);
  put(to, tally.connects_failed);
  to.u64(tally.in_flight);
  to.u64(tally.served_by.size());
  for (const auto& [value, served] : tally.served_by) {
    to.text(value);
    to.u64(served.answers);
    to.u64(served.ok);
  }
  to.instant(tally.first_ok);
  to.instant(tally.last_ok);
  to.instant(tally.first_not_ok);
  to.instant(tally.last_not_ok);
}

Tally take_tally(Decoder& from) {
  Tally tally;
  tally.scheduled = from.u64(kMostTickets);
  tally.ended = take_counts(from);
  tally.stale_retries = from.u64(kMostTickets);
  tally.retried = from.u64(kMostTickets);
  tally.retries = from.u64(kMostTickets);
  tally.connects_attempted = from.u64(kMostTickets);
  tally.connects_ok = from.u64(kMostTickets);
  tally.connects_failed = take_counts(from);
  tally.in_flight = from.u64(kMostTickets);
  for (std::size_t left = from.count(3); left > 0; --left) {
    std::string value = from.text();
    if (!tally.served_by.empty() && tally.served_by.rbegin()->first >= value) {
      from.refuse("servers are not in order");
    }
    const std::uint64_t answers = from.u64(kMostTickets);
    const std::uint64_t ok = from.u64(answers);
    tally.served_by.emplace_hint(tally.served_by.end(), std::move(value), Served{answers, ok});
  }
  tally.first_ok = from.instant();
  tally.last_ok = from.instant();
  tally.first_not_ok = from.instant();
  tally.last_not_ok = from.instant();
  return tally;
}

void put(Encoder& to, const SparseHistogram& histogram) {
  to.u64(histogram.buckets.size());
  GapEncoder gaps(to);
  std::uint64_t total = 0;
  for (const auto& [index, count] : histogram.buckets) {
    gaps.next(index);
    to.u64(count);
    total += count;
  }
  LG_ASSERT(total == histogram.total);
  to.u64(histogram.total);
  to.u64(histogram.sum_us);
  to.u64(static_cast<std::uint64_t>(histogram.min_us));
  to.u64(static_cast<std::uint64_t>(histogram.max_us));
}

SparseHistogram take_histogram(Decoder& from) {
  SparseHistogram histogram;
  const std::size_t size = from.count(2, hdr::kCounts);
  if (size == 0) from.refuse("an empty histogram is listed");
  histogram.buckets.reserve(size);
  GapDecoder gaps(from, hdr::kCounts);
  // The sum lies between those of the lowest and of the highest values of the buckets. Neither
  // overflows: the total is at most 2^32 and no bucket reaches 2^32 µs.
  std::uint64_t least_sum = 0;
  std::uint64_t greatest_sum = 0;
  for (std::size_t left = size; left > 0; --left) {
    const auto index = static_cast<std::uint32_t>(gaps.next());
    const std::uint64_t count = positive_count(from);
    histogram.buckets.emplace_back(index, count);
    histogram.total += count;
    if (histogram.total > kMostTickets) from.refuse("a histogram counts too much");
    least_sum += static_cast<std::uint64_t>(hdr::lowest_us(index)) * count;
    greatest_sum += static_cast<std::uint64_t>(hdr::highest_us(index)) * count;
  }
  if (from.u64() != histogram.total) from.refuse("a histogram's total is not that of its buckets");
  histogram.sum_us = from.u64();
  histogram.min_us = static_cast<std::int64_t>(from.u64(hdr::kHighestUs));
  histogram.max_us = static_cast<std::int64_t>(from.u64(hdr::kHighestUs));
  if (histogram.sum_us < least_sum || histogram.sum_us > greatest_sum ||
      hdr::index_of(histogram.min_us) != histogram.buckets.front().first ||
      hdr::index_of(histogram.max_us) != histogram.buckets.back().first ||
      histogram.min_us > histogram.max_us) {
    from.refuse("a histogram's sum, minimum or maximum is not that of its buckets");
  }
  return histogram;
}

void put(Encoder& to, const Slice& slice) {
  put(to, slice.tally);
  to.u64(static_cast<std::uint64_t>(
      std::count_if(slice.histograms.begin(), slice.histograms.end(),
                    [](const SparseHistogram& histogram) { return !histogram.empty(); })));
  GapEncoder gaps(to);
  for (std::size_t m = 0; m < kMeasures; ++m) {
    if (slice.histograms[m].empty()) continue;
    gaps.next(m);
    put(to, slice.histograms[m]);
  }
  to.u64(slice.statements.size());
  GapEncoder places(to);
  for (const auto& [place, statement] : slice.statements) {
    places.next(place);
    to.u64(statement.failed);
    to.u64(statement.retried);
    to.flag(!statement.took.empty());
    if (!statement.took.empty()) put(to, statement.took);
  }
}

Slice take_slice(Decoder& from) {
  Slice slice;
  slice.tally = take_tally(from);
  GapDecoder gaps(from, kMeasures);
  for (std::size_t left = from.count(kHistogramBytes, kMeasures); left > 0; --left) {
    const std::uint64_t measure = gaps.next();
    slice.histograms[measure] = take_histogram(from);
  }
  GapDecoder places(from, kMostStatements);
  for (std::size_t left = from.count(kStatementBytes, kMostStatements); left > 0; --left) {
    Statement& statement = slice.statements[static_cast<std::uint16_t>(places.next())];
    statement.failed = from.u64(kMostTickets);
    statement.retried = from.u64(kMostTickets);
    if (from.flag()) statement.took = take_histogram(from);
    if (statement == Statement{}) from.refuse("an empty statement is listed");
  }
  return slice;
}

void put(Encoder& to, const LedgerRanges& ranges) {
  to.u64(ranges.ranges().size());
  std::uint32_t attempt = 1;
  std::uint64_t last = 0;
  for (const auto& [place, range] : ranges.ranges()) {
    to.u64(range.attempt - attempt);
    if (range.attempt != attempt) last = 0;
    to.u64(range.first - last - 1);
    to.u64(range.size() - 1);
    to.u64(static_cast<std::uint64_t>(range.fate));
    to.offset(range.from);
    to.u64(static_cast<std::uint64_t>((range.to - range.from).count()));
    attempt = range.attempt;
    last = range.last;
  }
}

void take(Decoder& from, LedgerRanges& ranges) {
  std::uint32_t attempt = 1;
  std::uint64_t last = 0;
  const std::size_t size = from.count(kRangeBytes);
  if (size == 0) from.refuse("an empty ledger is listed");
  for (std::size_t left = size; left > 0; --left) {
    LedgerRange range;
    const auto further = from.u64(std::numeric_limits<std::uint32_t>::max() - attempt);
    if (further > 0) last = 0;
    range.attempt = attempt = attempt + static_cast<std::uint32_t>(further);
    if (last >= kMostSequences) from.refuse("a connection of the ledger has too many rows");
    range.first = last + 1 + from.u64(kMostSequences - last - 1);
    range.last = range.first + from.u64(kMostSequences - range.first);
    range.fate = static_cast<LedgerFate>(from.u64(kLedgerFates - 1));
    range.from = from.offset();
    range.to = range.from + RunOffset(static_cast<std::int64_t>(
                                from.u64(static_cast<std::uint64_t>(Decoder::kFarthest.count()))));
    if (range.to > Decoder::kFarthest) from.refuse("a range of the ledger ends too late");
    last = range.last;
    const std::size_t before = ranges.ranges().size();
    // They ascend, so none overlaps; two that are one are written as one.
    if (!ranges.add(range) || ranges.ranges().size() == before)
      from.refuse("a range of the ledger continues the one before it");
  }
}

void put(Encoder& to, const ErrorSample& sample) {
  put(to, sample.key);
  to.u64(static_cast<std::uint64_t>(sample.outcome));
  to.offset(sample.at);
  to.i64(sample.status);
  to.text(sample.peer);
  to.text(sample.traceparent);
  to.text(sample.excerpt);
}

ErrorSample take_sample(Decoder& from) {
  ErrorSample sample;
  sample.key = take_key(from);
  sample.outcome = static_cast<Outcome>(from.u64(kOutcomes - 1));
  sample.at = from.offset();
  sample.status = from.i32();
  sample.peer = from.text();
  sample.traceparent = from.text();
  sample.excerpt = from.text();
  return sample;
}

}  // namespace

std::string encode(const Part& part) {
  LG_ASSERT(part.slices.size() <= kMostSlices && part.samples.size() <= kMostSamples);
  LG_ASSERT(part.cpu_user_us >= 0 && part.cpu_system_us >= 0);
  LG_ASSERT(part.cpu_throttled_us >= 0 && part.cpu_stolen_us >= 0);
  Encoder to;
  to.u64(part.worker);
  to.u64(part.sequence);
  to.offset(part.made_at);
  to.flag(part.last);
  to.u64(static_cast<std::uint64_t>(part.cpu_user_us));
  to.u64(static_cast<std::uint64_t>(part.cpu_system_us));
  to.u64(static_cast<std::uint64_t>(part.cpu_throttled_us));
  to.u64(static_cast<std::uint64_t>(part.cpu_stolen_us));
  to.instant(part.first_send);
  to.u64(part.slices.size());
  for (const auto& [key, slice] : part.slices) {
    put(to, key);
    put(to, slice);
  }
  to.u64(part.samples.size());
  for (const ErrorSample& sample : part.samples) put(to, sample);
  to.u64(part.ledger.size());
  GapEncoder connections(to);
  for (const auto& [connection, stream] : part.ledger) {
    connections.next(connection);
    to.u64(stream.group);
    to.u64(stream.workload);
    put(to, stream.ranges);
  }
  put_list(to, part.probe_answers);
  put_list(to, part.probe_attempts);
  return to.take();
}

Part decode_part(std::string_view bytes) {
  Decoder from(bytes);
  Part part;
  part.worker = from.number<std::uint32_t>();
  part.sequence = from.u64();
  part.made_at = from.offset();
  part.last = from.flag();
  part.cpu_user_us = static_cast<std::int64_t>(from.u64(kMostTickets));
  part.cpu_system_us = static_cast<std::int64_t>(from.u64(kMostTickets));
  part.cpu_throttled_us = static_cast<std::int64_t>(from.u64(kMostTickets));
  part.cpu_stolen_us = static_cast<std::int64_t>(from.u64(kMostTickets));
  part.first_send = from.instant();
  for (std::size_t left = from.count(kSliceBytes, kMostSlices); left > 0; --left) {
    const SliceKey key = take_key(from);
    if (!part.slices.empty() && part.slices.rbegin()->first >= key) {
      from.refuse("slices are not in order");
    }
    part.slices.emplace_hint(part.slices.end(), key, take_slice(from));
  }
  const std::size_t samples = from.count(kSampleBytes, kMostSamples);
  for (std::size_t left = samples; left > 0; --left) part.samples.push_back(take_sample(from));
  GapDecoder connections(from, kMostConnections);
  for (std::size_t left = from.count(kLedgerBytes); left > 0; --left) {
    LedgerStream& stream = part.ledger[static_cast<std::uint32_t>(connections.next())];
    stream.group = from.number<std::uint16_t>();
    stream.workload = from.number<std::uint16_t>();
    take(from, stream.ranges);
  }
  take_list(from, part.worker, part.probe_answers);
  take_list(from, part.worker, part.probe_attempts);
  from.expect_end();
  return part;
}

}  // namespace loadgen
