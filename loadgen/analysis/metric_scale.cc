#include "loadgen/analysis/metric_scale.h"

#include <algorithm>
#include <cmath>

namespace loadgen {
namespace {

constexpr double kLeast = 1e-9;

/// −1 where less is worse.
double sign_of(std::string_view metric) {
  return is_throughput(metric) || metric == "goodput" ? -1 : 1;
}

}  // namespace

bool is_throughput(std::string_view metric) { return metric == "tps" || metric == "ok_rate"; }
bool is_share(std::string_view metric) { return metric == "error_rate" || metric == "goodput"; }

double to_scale(std::string_view metric, double value) {
  return sign_of(metric) * (is_share(metric) ? value : std::log(std::max(value, kLeast)));
}

double from_scale(std::string_view metric, double at) {
  const double unsigned_at = sign_of(metric) * at;
  return is_share(metric) ? unsigned_at : std::exp(unsigned_at);
}

double change_of(std::string_view metric, double difference) {
  const double signed_difference = sign_of(metric) * difference;
  return is_share(metric) ? signed_difference : std::expm1(signed_difference);
}

}  // namespace loadgen
