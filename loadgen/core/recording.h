// Parts (what a worker adds in one wall second) and recordings (sums of parts).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "loadgen/core/ledger.h"
#include "loadgen/core/probe_record.h"
#include "loadgen/core/slice.h"

namespace loadgen {

/// One ticket's evidence: what a failure looked like. At most five per (group, workload, class,
/// phase) reach the result. The excerpt is redacted and at most 2 KB when it gets here.
struct ErrorSample {
  SliceKey key;
  Outcome outcome = Outcome::ok;
  RunOffset at{0};  // intended
  int status = 0;   // HTTP status, 0 when there was none
  std::string peer;
  std::string traceparent;
  std::string excerpt;
  bool operator==(const ErrorSample&) const = default;
};

/// What a worker adds in one wall second. Keyed (worker, sequence): sequence counts from 1 without
/// gaps.
struct Part {
  std::uint32_t worker = 0;
  std::uint64_t sequence = 0;
  RunOffset made_at{0};
  bool last = false;  // nothing follows: every ticket of this worker has ended
  std::map<SliceKey, Slice> slices;
  std::vector<ErrorSample> samples;
  std::map<std::uint32_t, LedgerStream> ledger = {};  // by connection; of audited workloads
  std::int64_t cpu_user_us = 0;                       // of the worker thread, in this wall second
  std::int64_t cpu_system_us = 0;
  std::int64_t cpu_throttled_us = 0;  // of the process, all its processors added up
  std::int64_t cpu_stolen_us = 0;     // by a hypervisor, the mean over the machine's processors
  RunOffset first_send =
      Tally::kNever;  // when the worker's first byte of the run left; in every part once known
  std::vector<ProbeAnswer> probe_answers{};    // tickets of probes that ended
  std::vector<ProbeAttempt> probe_attempts{};  // and their attempts to connect
  bool operator==(const Part&) const = default;
};

/// A sum of parts. `+=` is exact, commutative and associative over slices, ledger and CPU. Regular
/// value; one thread.
struct Recording {
  std::map<SliceKey, Slice> slices;
  std::vector<ErrorSample> samples;            // in order of arrival
  std::vector<ProbeAnswer> probe_answers{};    // likewise
  std::vector<ProbeAttempt> probe_attempts{};  // likewise
  struct Worker {
    std::uint64_t parts = 0;
    std::int64_t cpu_user_us = 0;
    std::int64_t cpu_system_us = 0;
    std::int64_t cpu_throttled_us = 0;
    std::int64_t cpu_stolen_us = 0;
    RunOffset first_send = Tally::kNever;
    RunOffset last_heard{0};
    bool finished = false;
    bool operator==(const Worker&) const = default;
  };
  std::map<std::uint32_t, Worker> workers;
  std::map<LedgerKey, LedgerStream> ledger;

  /// Asserts that the part's ledger repeats nothing: see `imbalance`.
  Recording& operator+=(const Part& part);
  /// Tickets due but not ended, over all slices.
  std::int64_t open() const;
  /// A reader of a journal that ends early: turns open tickets into unfinished, aged at `last`.
  /// Their intended instants are known to the second only, so ages and `first_not_ok` count from
  /// the start of their second: an age is up to one second too long. Asserts that no slice has more
  /// ended than scheduled.
  void close_open(RunOffset last);
};

/// Empty when `part`, added to what `so_far` holds, leaves no slice with more ended than scheduled
/// and tells of no row of the ledger twice; else a sentence naming the slice or the connection.
/// Who makes a part asserts the former; who receives one checks what it knows of both. Pure.
std::string imbalance(const Part& part, const Recording& so_far);

/// Binary form (varints; format in recording_codec.cc, above the code). decode throws
/// std::runtime_error on anything that is not a whole, well-formed part. decode(encode(p)) == p.
/// Pure.
std::string encode(const Part& part);
Part decode_part(std::string_view bytes);

}  // namespace loadgen
