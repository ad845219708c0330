#include "loadgen/core/worker_record.h"

#include "loadgen/core/codec.h"

namespace loadgen {

std::string encode(const WorkerRecord& record) {
  Encoder to;
  to.u64(record.worker);
  to.text(record.host);
  to.text(record.version);
  to.text(record.commit);
  to.u64(record.cores);
  to.offset(record.clock_offset);
  to.offset(record.clock_bound);
  to.offset(record.clock_moved);
  return to.take();
}

WorkerRecord decode_worker(std::string_view bytes) {
  Decoder from(bytes);
  WorkerRecord record;
  record.worker = from.number<std::uint32_t>();
  record.host = from.text();
  record.version = from.text();
  record.commit = from.text();
  record.cores = from.number<std::uint32_t>();
  record.clock_offset = from.offset();
  record.clock_bound = from.offset();
  record.clock_moved = from.offset();
  from.expect_end();
  return record;
}

}  // namespace loadgen
