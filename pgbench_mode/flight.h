// A ticket on its way through a Postgres driver.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "loadgen/core/units.h"
#include "loadgen/drive/scorer.h"
#include "loadgen/plan/schedule.h"

namespace loadgen::pgbench {

class Client;

struct Flight {
  using Hook = boost::intrusive::list_member_hook<>;

  Ticket ticket;
  std::uint16_t operation = 0;  // which script
  Times times;
  Instant deadline{};
  Client* client = nullptr;  // runs it, or will once it is connected; null: waits for any
  bool tainted = false;
  bool answered = false;  // the server said its last word on it
  Hook by_deadline, waiting;
};

}  // namespace loadgen::pgbench
