// A central server's index: memory and CPU a file, CPU a search. Corpus as performance.md,
// section 6: seeded, the word of rank r with frequency ~ 1/(r+2.7), Artist - Album - NN - Title.
#include <algorithm>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "protocols/base/keywords.h"
#include "protocols/base/rng.h"
#include "protocols/directory.h"

namespace {

using p2p::Directory;
using p2p::OwnerId;

class Corpus {
 public:
  explicit Corpus(std::size_t vocabulary) {
    double sum = 0;
    for (std::size_t rank = 0; rank < vocabulary; ++rank) {
      sums_.push_back(sum += 1 / (static_cast<double>(rank) + 2.7));
      std::string word;
      for (std::uint64_t letters = 3 + rng_.below(7); letters-- > 0;)
        word += static_cast<char>('a' + rng_.below(26));
      words_.push_back(word);
    }
  }
  const std::string& word() {
    const double at = sums_.back() * static_cast<double>(rng_.below(1U << 30U)) / (1U << 30U);
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), at);
    return words_[static_cast<std::size_t>(found - sums_.begin())];
  }
  std::string name() {
    const std::string artist = word() + ' ' + word();
    const std::string album = word() + ' ' + word() + ' ' + word();
    return "Music\\" + artist + '\\' + artist + " - " + album + " - 0" +
           std::to_string(rng_.below(10)) + " - " + word() + ' ' + word() + ' ' + word() + ".mp3";
  }
  p2p::Rng& rng() { return rng_; }

 private:
  p2p::Rng rng_{42};
  std::vector<double> sums_;
  std::vector<std::string> words_;
};

std::vector<std::string> names(std::size_t count) {
  Corpus corpus(count / 5 + 20'000);
  std::vector<std::string> out(count);
  for (std::string& name : out)
    name = corpus.name();
  return out;
}

std::size_t fill(Directory& directory, const std::vector<std::string>& files, std::size_t owners) {
  std::size_t text = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto owner = static_cast<std::uint32_t>(i / (files.size() / owners));
    directory.add({OwnerId{owner},
                   files[i],
                   "0123456789abcdef",
                   1'000'000 + i,
                   {128, 44100, 200},
                   p2p::FileKind::audio});
    text += files[i].size();
  }
  return text;
}

void add(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    Directory directory;
    const std::size_t text = fill(directory, files, static_cast<std::size_t>(state.range(1)));
    const auto count = static_cast<double>(files.size());
    state.counters["bytes_a_file"] = static_cast<double>(directory.memory()) / count;
    state.counters["name_bytes"] = static_cast<double>(text) / count;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void search(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  Directory directory;
  fill(directory, files, static_cast<std::size_t>(state.range(1)));
  p2p::Rng rng(5);
  std::vector<p2p::Query> queries(1000);
  for (p2p::Query& query : queries) {
    const auto words = p2p::words_of(files[rng.below(files.size())]);
    for (std::uint64_t i = 2 + rng.below(2); i-- > 0;)
      query.words.push_back(words[rng.below(words.size())]);
  }
  std::size_t at = 0;
  std::size_t hits = 0;
  for (auto _ : state)
    directory.search(queries[at++ % queries.size()], {}, [&](const p2p::Listed&) { ++hits; });
  state.counters["hits"] = static_cast<double>(hits) / static_cast<double>(at);
}

void remove_owner(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  Directory directory;
  fill(directory, files, static_cast<std::size_t>(state.range(1)));
  std::uint32_t owner = 0;
  for (auto _ : state)
    directory.remove_owner(OwnerId{owner++});
}

BENCHMARK(add)
    ->Args({100'000, 1000})
    ->Args({1'000'000, 2000})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(search)
    ->Args({100'000, 1000})
    ->Args({1'000'000, 2000})
    ->Iterations(4000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(remove_owner)->Args({100'000, 1000})->Iterations(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK(remove_owner)->Args({1'000'000, 2000})->Iterations(2000)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
