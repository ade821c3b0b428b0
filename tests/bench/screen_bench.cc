// One frame of the search screen with ten thousand answers: when nothing came since the last one,
// when twenty rows came, while a filter is typed, and the bytes of a cursor move.
#include <benchmark/benchmark.h>

#include "tui/differ.h"
#include "tui/tui.h"

#include "tests/bench/rounds.h"

namespace p2p::tui {
namespace {

constexpr std::size_t kRows = 10'000;
constexpr int kWidth = 100;
constexpr int kHeight = 30;

struct World {
  std::vector<api::ResultRow> results;
  api::Snapshot snapshot;

  explicit World(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i)
      add();
    api::SearchRow search;
    search.id = 1;
    search.text = "free jazz";
    search.started_ms = 1;
    snapshot.searches = {search};
    snapshot.search = 1;
    now();
  }
  void add() {
    static constexpr const char* kWords[] = {"Sun Dogs", "Été",   "自由爵士",
                                             "Live",     "Suite", "Trio"};
    const std::uint64_t key = results.size() + 1;
    api::ResultRow row;
    row.key = key;
    row.name = std::string(kWords[key * 7919 % 6]) + " - " + kWords[key * 104729 % 6] + " " +
               std::to_string(key * 2654435761 % 100000) + ".flac";
    row.size_bytes = key * 2654435761 % 1'000'000'000;
    row.digest = "urn:sha1:VEKXTRSO35GZRYKXSUBMHJUVFWGT5RLN";
    row.folder = "music/" + std::to_string(key * 31 % 500) + "/";
    row.sources.resize(1 + key * 31 % 4);
    for (api::SourceRow& source : row.sources) {
      source.network = "gnutella";
      source.user = "user " + std::to_string((key + row.sources.size()) * 7 % 700);
    }
    results.push_back(row);
  }
  void now() {
    ++snapshot.revision;
    snapshot.searches[0].results = results.size();
    snapshot.searches[0].sources = results.size() * 2;
    snapshot.results = results;
  }
};

Key letter(const char* text) {
  return {KeyName::text, text, false};
}

struct OnTheList : Tui {
  OnTheList() : Tui(Options{}) { key({KeyName::escape, "", false}); }
};

void BM_KeyFrame(benchmark::State& state) {
  const World world(kRows);
  OnTheList tui;
  tui.show(world.snapshot, kWidth, kHeight);
  bool down = false;
  for (auto _ : state) {
    tui.key(letter((down = !down) ? "j" : "k"));
    benchmark::DoNotOptimize(tui.show(world.snapshot, kWidth, kHeight));
  }
}
BENCHMARK(BM_KeyFrame)->Unit(benchmark::kMicrosecond);

void BM_FrameWithTwentyNewRows(benchmark::State& state) {
  World world(kRows);
  OnTheList tui;
  for (auto _ : state) {
    state.PauseTiming();
    if (world.results.size() > kRows + 2000) world.results.resize(kRows);
    for (int i = 0; i < 20; ++i)
      world.add();
    world.now();
    state.ResumeTiming();
    benchmark::DoNotOptimize(tui.show(world.snapshot, kWidth, kHeight));
  }
}
BENCHMARK(BM_FrameWithTwentyNewRows)->Unit(benchmark::kMicrosecond);

void BM_FilterLetter(benchmark::State& state) {
  const World world(kRows);
  OnTheList tui;
  tui.key(letter("/"));
  bool more = false;
  for (auto _ : state) {
    tui.key((more = !more) ? letter("e") : Key{KeyName::backspace, "", false});
    benchmark::DoNotOptimize(tui.show(world.snapshot, kWidth, kHeight));
  }
}
BENCHMARK(BM_FilterLetter)->Unit(benchmark::kMicrosecond);

// Each letter of a filter with all kinds of parts; the slowest counts (tui.md, 13: 8 ms).
void BM_FilterTypedLetterByLetter(benchmark::State& state) {
  const World world(kRows);
  std::vector<double> letters;
  for (auto _ : state) {
    OnTheList tui;
    tui.show(world.snapshot, kWidth, kHeight);
    tui.key(letter("/"));
    for (const char typed :
         std::string_view("sun|live -trio size>1M user:marge ext:flac have:no")) {
      const double from = bench::thread_cpu_us();
      tui.key({KeyName::text, std::string(1, typed), false});
      benchmark::DoNotOptimize(tui.show(world.snapshot, kWidth, kHeight));
      letters.push_back(bench::thread_cpu_us() - from);
    }
  }
  state.counters["p50_us"] = bench::percentile(letters, 50);
  state.counters["p95_us"] = bench::percentile(letters, 95);
  state.counters["max_us"] = bench::percentile(letters, 100);
}
BENCHMARK(BM_FilterTypedLetterByLetter)->Unit(benchmark::kMillisecond);

// A held key, 30 a second, while 2,000 answers a second grow to 10,000 rows (tui.md, 13: 5 ms p95),
// in the grouping with this letter, and with a filter.
void BM_KeyWhileAnswersComeIn(benchmark::State& state) {
  constexpr std::size_t kBetweenKeys = 2000 / 30;
  std::vector<double> keys;
  for (auto _ : state) {
    World world(0);
    OnTheList tui;
    tui.show(world.snapshot, kWidth, kHeight);
    for (const char typed : {'g', static_cast<char>(state.range(0)), '/', 'e'})
      tui.key({KeyName::text, std::string(1, typed), false});
    tui.key({KeyName::enter, "", false});
    bool down = false;
    while (world.results.size() < kRows) {
      for (std::size_t i = 0; i < kBetweenKeys; ++i)
        world.add();
      for (std::size_t i = 0; i < kBetweenKeys / 2; ++i)  // and sources of what is there
        world.results[i * 7919 % world.results.size()].sources.resize(5);
      world.now();
      const double from = bench::thread_cpu_us();
      tui.key(letter((down = !down) ? "j" : "k"));
      benchmark::DoNotOptimize(tui.show(world.snapshot, kWidth, kHeight));
      keys.push_back(bench::thread_cpu_us() - from);
    }
  }
  state.counters["p50_us"] = bench::percentile(keys, 50);
  state.counters["p95_us"] = bench::percentile(keys, 95);
  state.counters["max_us"] = bench::percentile(keys, 100);
}
BENCHMARK(BM_KeyWhileAnswersComeIn)
    ->Arg('d')
    ->Arg('f')
    ->Arg('u')
    ->Arg('n')
    ->Unit(benchmark::kMillisecond);

void BM_DifferenceOfACursorMove(benchmark::State& state) {
  const World world(kRows);
  OnTheList tui;
  Movement movement;
  movement.move = [](int x, int y) {
    return "\x1b[" + std::to_string(y + 1) + ";" + std::to_string(x + 1) + "H";
  };
  movement.clear = "\x1b[H\x1b[2J";
  movement.right = [](int cells) { return "\x1b[" + std::to_string(cells) + 'C'; };
  movement.repeat = [](char what, int count) {
    return std::string(1, what) + "\x1b[" + std::to_string(count - 1) + 'b';
  };
  const Theme theme(ThemeName::terminal, Depth::sixteen);
  const Surface before = tui.show(world.snapshot, 80, 24);
  tui.key(letter("j"));
  const Surface after = tui.show(world.snapshot, 80, 24);
  std::string bytes;
  for (auto _ : state) {
    bytes = difference(before, after, movement, theme);
    benchmark::DoNotOptimize(bytes);
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(BM_DifferenceOfACursorMove)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace p2p::tui

BENCHMARK_MAIN();
