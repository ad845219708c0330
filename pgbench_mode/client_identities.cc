#include "pgbench_mode/client_identities.h"

#include <algorithm>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {

namespace {

bool defines(const Crew& crew, const std::string& name) {
  return std::any_of(crew.define.begin(), crew.define.end(),
                     [&](const auto& one) { return one.first == name; });
}

void put(Variables& variables, const Crew& crew, const std::string& name, std::int64_t value) {
  // What the user defines wins; these names are allowed.
  if (!defines(crew, name)) static_cast<void>(variables.set(name, Value(value)));
}

RunRandomSize size_of(const Crew& crew) {
  return {.seed = crew.seed,
          .clients = static_cast<int>(std::max(1U, crew.clients)),
          .threads = static_cast<int>(std::clamp(crew.share.of, 1U, std::max(1U, crew.clients))),
          .own_default_seed = defines(crew, "default_seed")};
}

}  // namespace

ClientIdentities::ClientIdentities(const Crew& crew)
    : choose(crew.seed), surplus_(~crew.seed), planned_(crew.clients) {
  const RunRandom random = seed_run(size_of(crew));
  for (const auto& [name, value] : crew.define) {
    if (!common_.set_text(name, value)) throw UserError("invalid variable name: \"" + name + "\"");
  }
  put(common_, crew, "scale", crew.scale);
  put(common_, crew, "random_seed", static_cast<std::int64_t>(crew.seed));
  if (random.default_seed) put(common_, crew, "default_seed", *random.default_seed);
  own_client_id_ = defines(crew, "client_id");
  choose = random.threads[crew.share.index % random.threads.size()].choose;
  // As in pgbench: each thread has clients with consecutive numbers, the first ones one more.
  const std::uint32_t each = crew.clients / crew.share.of, more = crew.clients % crew.share.of;
  const std::uint32_t first = crew.share.index * each + std::min(crew.share.index, more);
  const std::uint32_t count = part_of(crew.clients, crew.share);
  for (std::uint32_t i = first; i < first + count; ++i)
    clients.push_back(identity(static_cast<int>(i), random.clients[i]));
}

ClientIdentity ClientIdentities::identity(int number, const Random& random) const {
  ClientIdentity identity{number, random, common_};
  if (!own_client_id_)
    static_cast<void>(identity.variables.set("client_id", Value(std::int64_t{number})));
  return identity;
}

ClientIdentity ClientIdentities::surplus(std::uint32_t number) const {
  Random seeds = surplus_;
  for (std::uint32_t i = 0; i < number; ++i) seeds.next();
  return identity(static_cast<int>(planned_ + number), Random(seeds.next()));
}

}  // namespace loadgen::pgbench
