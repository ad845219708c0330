#include "pgbench_mode/client_identities.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {
namespace {

std::string text(const ClientIdentity& identity, const std::string& name) {
  const std::string* value = identity.variables.text(name);
  return value == nullptr ? "-" : *value;
}

Crew crew(std::uint32_t clients, Share share = {}) {
  Crew crew;
  crew.seed = 42;
  crew.clients = clients;
  crew.share = share;
  crew.scale = 7;
  return crew;
}

TEST_CASE("variables as pgbench defines them; what the user defines wins") {
  const ClientIdentities plain(crew(2));
  REQUIRE(plain.clients.size() == 2);
  CHECK(text(plain.clients[0], "client_id") == "0");
  CHECK(text(plain.clients[1], "client_id") == "1");
  CHECK(text(plain.clients[1], "scale") == "7");
  CHECK(text(plain.clients[1], "random_seed") == "42");
  CHECK(text(plain.clients[1], "default_seed") != "-");
  Crew own = crew(2);
  own.define = {{"scale", "x"}, {"client_id", "9"}, {"default_seed", "5"}, {"a", "1"}, {"a", "2"}};
  const ClientIdentities defined(own);
  CHECK(text(defined.clients[1], "scale") == "x");
  CHECK(text(defined.clients[1], "client_id") == "9");
  CHECK(text(defined.clients[1], "default_seed") == "5");
  CHECK(text(defined.clients[1], "a") == "2");
  own.define = {{"1a", "1"}};
  CHECK_THROWS_AS(ClientIdentities{own}, UserError);
}

TEST_CASE("all shares together have the clients of one run, each once") {
  const ClientIdentities whole(crew(7));
  int next = 0;
  for (std::uint32_t index = 0; index < 3; ++index) {
    const ClientIdentities part(crew(7, {index, 3}));
    CHECK(part.clients.size() == (index == 0 ? 3 : 2));
    for (const ClientIdentity& client : part.clients) {
      CHECK(client.number == next);
      CHECK(client.random == whole.clients[static_cast<std::size_t>(next)].random);
      ++next;
    }
  }
  CHECK(next == 7);
}

TEST_CASE("seeds are pgbench's; more shares than clients leave some without") {
  const RunRandom run =
      seed_run({.seed = 42, .clients = 4, .threads = 2, .own_default_seed = false});
  for (std::uint32_t index = 0; index < 2; ++index) {
    const ClientIdentities part(crew(4, {index, 2}));
    CHECK(part.clients[0].random == run.clients[2 * index]);
    CHECK(part.choose == run.threads[index].choose);
  }
  CHECK(ClientIdentities(crew(1, {0, 3})).clients.size() == 1);
  CHECK(ClientIdentities(crew(1, {2, 3})).clients.empty());
}

TEST_CASE("surplus clients have numbers and values of their own, the same each time") {
  const ClientIdentities identities(crew(3));
  const ClientIdentity first = identities.surplus(0), second = identities.surplus(1);
  CHECK(first.number == 3);
  CHECK(second.number == 4);
  CHECK(text(second, "client_id") == "4");
  CHECK_FALSE(first.random == second.random);
  CHECK(identities.surplus(1).random == second.random);
}

}  // namespace
}  // namespace loadgen::pgbench
