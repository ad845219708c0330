#include "loadgen/analysis/recovery.h"

#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <string>

#include "second_letters.h"

namespace loadgen {
namespace {

std::string repeat(const char* letters, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += letters;
  return text;
}

/// `before` seconds, then those from the fault on; the fault is requested at their edge.
Recovery recover(const std::string& before, const std::string& since, double into_s = 0) {
  const auto seconds = seconds_of_letters(before + since);
  return recovery_of({.seconds = seconds,
                      .first = 0,
                      .before_from = 0,
                      .before_to = static_cast<RunSecond>(before.size()),
                      .requested = std::chrono::seconds{before.size()} + from_seconds(into_s)});
}

/// "detect 2, recover 7" or "detect 2, not within 40"; several episodes by their number.
std::string told(const Recovery& r) {
  std::ostringstream text;
  if (r.time_to_detect_s) text << "detect " << *r.time_to_detect_s;
  if (r.time_to_recover_s) text << ", recover " << *r.time_to_recover_s;
  if (r.not_recovered_within_s) text << ", not within " << *r.not_recovered_within_s;
  if (r.episodes.size() > 1) text << ", episodes " << r.episodes.size();
  if (r.note.find("undetermined") != std::string::npos) text << ", undetermined";
  return text.str();
}

TEST_CASE("onset and recovery") {
  const std::string calm = repeat("g", 60);
  struct Row {
    std::string why;
    std::string before, since;
    std::string told;
  };
  const Row rows[] = {
      {"nothing happened", calm, calm, ""},
      {"an outage of ten seconds at once", calm, repeat("d", 10) + calm, "detect 0, recover 10"},
      {"an outage after two seconds", calm, "gg" + repeat("d", 5) + calm, "detect 2, recover 7"},
      {"edges inside a second", calm, "g<" + repeat("d", 5) + ">" + calm,
       "detect 1.4, recover 7.7"},
      {"three bad of five are an onset", calm, "dgdgd" + calm, "detect 0, recover 5"},
      {"two bad of five are none", calm, "dgdgg" + calm, ""},
      {"three bad of six are none", calm, "dgdggd" + calm, ""},
      {"slow answers are bad, too", calm, repeat("s", 8) + calm, "detect 0, recover 8"},
      {"half recovered is not recovered", calm, repeat("d", 5) + repeat("p", 20) + calm,
       "detect 0, recover 25"},
      {"two good seconds are no recovery", calm, repeat("d", 5) + "gg" + "ddd" + calm,
       "detect 0, recover 10"},
      {"three good ones with two bad after them are", calm, repeat("d", 5) + "gggdd" + calm,
       "detect 0, recover 5"},
      {"with three bad within thirty they are not", calm, repeat("d", 5) + "gggddd" + calm,
       "detect 0, recover 11"},
      {"a relapse is another episode", calm,
       repeat("d", 5) + repeat("g", 40) + repeat("d", 6) + calm, "detect 0, recover 5, episodes 2"},
      {"no recovery: censored at the end", calm, repeat("d", 40), "detect 0, not within 40"},
      {"late onset, no recovery", calm, repeat("g", 10) + repeat("d", 30),
       "detect 10, not within 40"},
      {"ten seconds left: recovered", calm, repeat("d", 10) + repeat("g", 10),
       "detect 0, recover 10"},
      {"nine seconds left: undetermined", calm, repeat("d", 10) + repeat("g", 9),
       "detect 0, not within 10, undetermined"},
      {"one second left: undetermined", calm, repeat("d", 10) + "g",
       "detect 0, not within 10, undetermined"},
      {"blind seconds are not bad", calm, "dbbbd" + calm, ""},
      {"nor good", calm, repeat("d", 5) + "gbg" + calm, "detect 0, recover 7"},
      {"seconds without tickets are skipped", calm, repeat("d", 5) + "gegeg" + calm,
       "detect 0, recover 5"},
      {"no before: only down seconds are seen", "", repeat("d", 6) + repeat("p", 20),
       "detect 0, recover 6"},
      {"blind before is as good as none", repeat("b", 30), repeat("s", 40), ""},
      {"waiting clients of a closed loop are bad", calm, repeat("w", 6) + calm,
       "detect 0, recover 6"},
      {"the cut of 30 s at the end", calm, repeat("d", 5) + "ggg" + "dd" + repeat("g", 12),
       "detect 0, recover 5"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(told(recover(row.before, row.since)) == row.told);
  }
}

TEST_CASE("the facts beside it") {
  const std::string calm = repeat("g", 60);
  const Recovery r = recover(calm, "g<" + repeat("d", 5) + ">" + calm);
  CHECK(r.longest_outage_s == doctest::Approx(6.3));
  CHECK(r.total_outage_s == doctest::Approx(6.3));
  CHECK(r.degraded_s == doctest::Approx(6.3));
  CHECK(r.requests_lost == doctest::Approx(60 + 500 + 70));
  CHECK(*r.first_failed == std::chrono::milliseconds{61'400});
  CHECK(*r.last_failed == std::chrono::milliseconds{67'690});
  CHECK(*r.onset == std::chrono::milliseconds{61'400});
  CHECK(*r.recovered == std::chrono::milliseconds{67'700});
  CHECK(r.note.empty());

  SUBCASE("a fault inside a second is never detected before it was requested") {
    const Recovery late = recover(calm, "<" + repeat("d", 5) + calm, 0.5);
    CHECK(*late.time_to_detect_s == 0);
    CHECK(*late.first_failed >= *late.onset);
  }
  SUBCASE("losses count beyond the rate of before") {
    // 80 of 100 are lost in each second of before: nothing new in the fault.
    const Recovery poor = recover(repeat("p", 60), repeat("p", 30));
    CHECK(poor.requests_lost == doctest::Approx(0));
    CHECK_FALSE(poor.onset);
  }
  SUBCASE("an onset in before is the detector's noise") {
    const Recovery noisy = recover(repeat("g", 200) + "ddddd" + repeat("g", 600), calm);
    CHECK(noisy.note.find("noise") != std::string::npos);
  }
  SUBCASE("no data before") {
    const Recovery none = recover("", calm);
    CHECK(none.note.find("no data before") != std::string::npos);
  }
  SUBCASE("the cap was reached") {
    auto seconds = seconds_of_letters(calm + calm);
    seconds[70].ended[static_cast<std::size_t>(Outcome::not_sent_cap)] = 1;
    const Recovery capped = recovery_of({.seconds = seconds,
                                         .first = 0,
                                         .before_from = 0,
                                         .before_to = 60,
                                         .requested = std::chrono::seconds{60}});
    CHECK(capped.note.find("cap was reached") != std::string::npos);
  }
  SUBCASE("seconds need not begin at 0") {
    const auto seconds = seconds_of_letters(calm + "ggdddddd" + calm, 1000);
    const Recovery later = recovery_of({.seconds = seconds,
                                        .first = 1000,
                                        .before_from = 1000,
                                        .before_to = 1060,
                                        .requested = std::chrono::seconds{1060}});
    CHECK(*later.onset == std::chrono::seconds{1062});
    CHECK(*later.recovered == std::chrono::seconds{1068});
  }
}

TEST_CASE("nothing to look at") {
  const Recovery none = recovery_of({});
  CHECK_FALSE(none.onset);
  CHECK(none.requests_lost == 0);
  CHECK(none.outages.empty());
}

TEST_CASE("the baseline's measures") {
  const Baseline calm = baseline_of(seconds_of_letters(repeat("g", 50)));
  CHECK(calm.seconds == 50);
  CHECK(calm.least_good_share == doctest::Approx(0.99));
  CHECK(*calm.most_ln_p50 == doctest::Approx(std::log(10'000 * 1.2)));
  CHECK(calm.error_rate == 0);

  struct Row {
    std::string why;
    std::int64_t p50_us;
    std::uint64_t good;
    Health health;
  };
  const Row rows[] = {
      {"20 % slower is still good", 12'000, 100, Health::good},
      {"a little more is not", 12'001, 100, Health::bad},
      {"one point fewer good ones is good", 10'000, 99, Health::good},
      {"two are not", 10'000, 98, Health::bad},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    SecondFigures second = second_of_letter('g', 0);
    second.p50_us = row.p50_us;
    second.good = row.good;
    CHECK(health_of(second, calm) == row.health);
  }
}

TEST_CASE("outages at random offsets are found to within a second") {
  constexpr std::uint64_t kSeed = 20260820;
  CAPTURE(kSeed);
  std::mt19937_64 random(kSeed);
  std::uniform_int_distribution<std::int64_t> begin_ms(60'000, 65'000), length_ms(3'000, 60'000);
  for (int i = 0; i < 300; ++i) {
    // 100 tickets a second; those that fall due within [begin, end) fail.
    const std::int64_t begin = begin_ms(random), end = begin + length_ms(random);
    std::vector<SecondFigures> seconds;
    for (std::int64_t s = 0; s < 200; ++s) {
      SecondFigures second;
      Tally edges;
      second.scheduled = second.planned = 100;
      for (std::int64_t ms = s * 1000; ms < (s + 1) * 1000; ms += 10) {
        const RunOffset at = std::chrono::milliseconds{ms};
        const bool ok = ms < begin || ms >= end;
        ok ? edges.note_ok(at) : edges.note_not_ok(at);
        second.ok += ok ? 1 : 0;
      }
      second.good = second.ok;
      if (second.ok > 0) second.p50_us = 10'000;
      second.first_ok = edges.first_ok;
      second.last_ok = edges.last_ok;
      second.first_not_ok = edges.first_not_ok;
      second.last_not_ok = edges.last_not_ok;
      seconds.push_back(second);
    }
    CAPTURE(begin);
    CAPTURE(end);
    const Recovery r = recovery_of({.seconds = seconds,
                                    .first = 0,
                                    .before_from = 0,
                                    .before_to = 60,
                                    .requested = std::chrono::seconds{60}});
    REQUIRE(r.recovered);
    CHECK(std::abs(to_seconds(*r.onset) - static_cast<double>(begin) / 1e3) <= 1);
    CHECK(std::abs(to_seconds(*r.recovered) - static_cast<double>(end) / 1e3) <= 1);
    CHECK(std::abs(r.total_outage_s - static_cast<double>(end - begin) / 1e3) <= 1);
    CHECK(r.episodes.size() == 1);
  }
}

}  // namespace
}  // namespace loadgen
