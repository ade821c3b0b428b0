// A central server's index: memory and CPU a file, CPU a search, and the longest single call. The
// same for a supernode's, where files have keys, tags and words beyond their names.
#include <algorithm>
#include <cstddef>
#include <ctime>
#include <deque>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "protocols/base/keywords.h"
#include "protocols/base/rng.h"
#include "protocols/directory.h"

#include "tests/bench/corpus.h"
#include "tests/bench/rounds.h"

namespace {

using p2p::Directory;
using p2p::OwnerId;
using p2p::bench::thread_cpu_us;

template <class Call>
void time_call(double& worst, const Call& call) {
  const double before = thread_cpu_us();
  call();
  worst = std::max(worst, thread_cpu_us() - before);
}

std::vector<std::string> names(std::size_t count) {
  p2p::bench::Corpus corpus(count);
  std::vector<std::string> out(count);
  for (std::string& name : out)
    name = corpus.path();
  return out;
}

void add_one(Directory& directory, std::uint32_t owner, const std::string& name, std::size_t at) {
  directory.add({OwnerId{owner},
                 name,
                 "0123456789abcdef",
                 1'000'000 + at,
                 {128, 44100, 200},
                 p2p::FileKind::audio});
}

void fill(Directory& directory, const std::vector<std::string>& files, std::size_t owners) {
  for (std::size_t i = 0; i < files.size(); ++i)
    add_one(directory, static_cast<std::uint32_t>(i / (files.size() / owners)), files[i], i);
}

void add(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  const auto owners = static_cast<std::size_t>(state.range(1));
  std::size_t text = 0;
  for (const std::string& name : files)
    text += name.size();
  for (auto _ : state) {
    Directory directory;
    double worst = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
      time_call(worst, [&] {
        add_one(directory, static_cast<std::uint32_t>(i / (files.size() / owners)), files[i], i);
      });
    const auto count = static_cast<double>(files.size());
    state.counters["worst_us"] = worst;
    state.counters["bytes_a_file"] = static_cast<double>(directory.memory()) / count;
    state.counters["name_bytes"] = static_cast<double>(text) / count;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// The last three look for a size that no file has, so they go on until there is nothing left or
// the directory has had enough.
enum class Asks : std::uint8_t {
  three_words,
  two_words,
  hot_words,
  prefix,
  vain_word,
  vain_words,
  vain_prefixes
};

// Words of a name that is there, from the part that is searched, so nearly all queries have hits.
p2p::Query query_of(Asks asks, const std::string& name, p2p::bench::Corpus& corpus) {
  p2p::Query query;
  p2p::Rng& rng = corpus.rng();
  const auto words = p2p::words_of(p2p::searched_part(name));
  const auto some = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      query.words.push_back(words[rng.below(words.size())]);
  };
  switch (asks) {
    case Asks::three_words: some(3); break;
    case Asks::two_words: some(2); break;
    case Asks::hot_words: query.words = {corpus.hot_word(), corpus.hot_word()}; break;
    case Asks::prefix: query.prefixes = {words[0].substr(0, 2)}; break;
    case Asks::vain_word: query.words = {corpus.hot_word()}; break;
    case Asks::vain_words: query.words = {corpus.hot_word(), corpus.hot_word()}; break;
    case Asks::vain_prefixes: query.prefixes = {words[0].substr(0, 1), "m"}; break;
  }
  if (asks >= Asks::vain_word) query.size_bytes.most = 1;
  return query;
}

void search(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  const auto asks = static_cast<Asks>(state.range(2));
  Directory directory;
  fill(directory, files, static_cast<std::size_t>(state.range(1)));
  p2p::bench::Corpus corpus(files.size());
  std::vector<p2p::Query> queries;
  for (int i = 0; i < 1000; ++i)
    queries.push_back(query_of(asks, files[corpus.rng().below(files.size())], corpus));
  std::size_t at = 0;
  std::size_t hits = 0;
  double worst = 0;
  for (auto _ : state)
    time_call(worst, [&] {
      directory.search(queries[at++ % queries.size()], {}, [&](const p2p::Listed&) { ++hits; });
    });
  state.counters["worst_us"] = worst;
  state.counters["hits"] = static_cast<double>(hits) / static_cast<double>(at);
}

// Users go and others come, twice over: sweeps run most of the time.
void churn(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  const auto owners = static_cast<std::uint32_t>(state.range(1));
  const std::size_t share = files.size() / owners;
  Directory directory;
  fill(directory, files, owners);
  const std::size_t before = directory.memory();
  std::size_t most = before;
  double add = 0;
  double drop = 0;
  double remove = 0;
  double drops = 0;
  for (auto _ : state) {
    for (std::uint32_t owner = 0; owner < 2 * owners; ++owner) {
      const std::size_t first = (owner % owners) * share;
      for (std::size_t i = 0; i < share / 10; ++i)
        time_call(remove, [&] { directory.remove(OwnerId{owner}, files[first + i]); });
      const double start = thread_cpu_us();
      time_call(drop, [&] { directory.remove_owner(OwnerId{owner}); });
      drops += thread_cpu_us() - start;
      // Half of them only come back later, so that the directory shrinks and grows.
      const auto enter = [&](std::uint32_t who) {
        for (std::size_t i = 0; i < share; ++i)
          time_call(
              add, [&] { add_one(directory, who + owners, files[(who % owners) * share + i], i); });
      };
      if (owner % owners >= owners / 2) {
        enter(owner);
        enter(owner - owners / 2);
      }
      if (owner % 64 == 0) most = std::max(most, directory.memory());
    }
  }
  state.counters["worst_add_us"] = add;
  state.counters["worst_remove_us"] = remove;
  state.counters["worst_drop_us"] = drop;
  state.counters["drop_us_a_file"] =
      drops / (2.0 * owners * static_cast<double>(share - share / 10));
  state.counters["memory_peak"] = static_cast<double>(most) / static_cast<double>(before);
  state.counters["memory_end"] =
      static_cast<double>(directory.memory()) / static_cast<double>(before);
}

p2p::UuHash key_of(std::size_t number) {
  p2p::UuHash key;
  for (std::size_t i = 0; i < 8; ++i)
    key.bytes[i] = static_cast<std::byte>(number >> (8 * i));
  return key;
}

// As a child of a supernode shares: what the name says as tags, and beyond it a genre and a year.
// Every third file is one that somebody else has too.
void add_keyed(Directory& directory, std::uint32_t owner, const std::string& name,
               const std::string& tag, std::size_t at) {
  const std::string words = name.substr(name.size() / 2) + " genre" + std::to_string(at % 100) +
                            ' ' + std::to_string(1950 + at % 60);
  directory.add({OwnerId{owner},
                 name,
                 tag,
                 1'000'000 + at,
                 {128, 44100, 200},
                 p2p::FileKind::audio,
                 key_of(at % 3 == 0 ? at / 7 : at),
                 words});
}

void fill_keyed(Directory& directory, const std::vector<std::string>& files, std::size_t owners,
                std::size_t tag_bytes) {
  const std::string tag(tag_bytes, 't');
  for (std::size_t i = 0; i < files.size(); ++i)
    add_keyed(directory, static_cast<std::uint32_t>(i / (files.size() / owners)), files[i], tag, i);
}

void add_keyed(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  const auto owners = static_cast<std::size_t>(state.range(1));
  const std::string tag(static_cast<std::size_t>(state.range(2)), 't');
  Directory plain;
  fill(plain, files, owners);
  for (auto _ : state) {
    Directory directory;
    double worst = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
      time_call(worst, [&] {
        add_keyed(directory, static_cast<std::uint32_t>(i / (files.size() / owners)), files[i], tag,
                  i);
      });
    const auto memory = static_cast<double>(directory.memory());
    state.counters["worst_us"] = worst;
    state.counters["bytes_a_file"] = memory / static_cast<double>(files.size());
    state.counters["to_plain"] = memory / static_cast<double>(plain.memory());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// By key; by words of which one is in no name; by limits that no file keeps; and by limits and a
// tag that `accept` reads in vain.
enum class AsksKeyed : std::uint8_t { key, words, vain_limits, vain_tags };

void search_keyed(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  const auto asks = static_cast<AsksKeyed>(state.range(2));
  Directory directory;
  fill_keyed(directory, files, static_cast<std::size_t>(state.range(1)), 100);
  p2p::bench::Corpus corpus(files.size());
  std::size_t hits = 0;
  double worst = 0;
  const auto count = [&](const p2p::Listed&) { ++hits; };
  const auto accept = [](const p2p::Listed& file) {
    return file.tag.find('u') != std::string_view::npos;
  };
  for (auto _ : state) {
    p2p::Query query;
    const std::size_t at = corpus.rng().below(files.size());
    if (asks == AsksKeyed::words)
      query.words = {corpus.hot_word(), "genre" + std::to_string(at % 100)};
    if (asks == AsksKeyed::vain_limits) query.size_bytes.most = at;
    if (asks == AsksKeyed::vain_tags) query.year.least = 2000;
    time_call(worst, [&] {
      if (asks == AsksKeyed::key) return directory.find_key(key_of(at), {}, 100, count);
      directory.search(query, asks == AsksKeyed::vain_tags ? accept : Directory::Accept(), count);
    });
  }
  state.counters["worst_us"] = worst;
  state.counters["hits"] = static_cast<double>(hits) / static_cast<double>(state.iterations());
}

// One child with all the files, which it takes back by key, and which then leaves.
void one_child(benchmark::State& state) {
  const auto files = names(static_cast<std::size_t>(state.range(0)));
  const std::string tag(100, 't');
  double add = 0;
  double remove = 0;
  double drop = 0;
  for (auto _ : state) {
    Directory directory;
    for (std::size_t i = 0; i < files.size(); ++i)
      time_call(add, [&] { add_keyed(directory, 1, files[i], tag, 3 * i + 1); });
    for (std::size_t i = 0; i < files.size() * 6 / 10; ++i)
      time_call(remove, [&] { directory.remove(OwnerId{1}, key_of(3 * i + 1)); });
    for (std::size_t i = 0; i < files.size() * 6 / 10; ++i)
      time_call(add, [&] { add_keyed(directory, 1, files[i], tag, 3 * i + 1); });
    time_call(drop, [&] { directory.remove_owner(OwnerId{1}); });
  }
  state.counters["worst_add_us"] = add;
  state.counters["worst_remove_us"] = remove;
  state.counters["drop_us"] = drop;
}

BENCHMARK(add)
    ->Args({100'000, 1000})
    ->Args({1'000'000, 2000})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(search)
    ->ArgNames({"files", "owners", "asks"})
    ->Args({100'000, 1000, 0})
    ->Args({1'000'000, 2000, 0})
    ->Args({1'000'000, 2000, 1})
    ->Args({1'000'000, 2000, 2})
    ->Args({1'000'000, 2000, 3})
    ->Args({1'000'000, 2000, 4})
    ->Args({1'000'000, 2000, 5})
    ->Args({1'000'000, 2000, 6})
    ->Iterations(1000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(churn)
    ->Args({100'000, 1000})
    ->Args({1'000'000, 2000})
    ->Args({1'000'000, 200})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(add_keyed)
    ->ArgNames({"files", "owners", "tag"})
    ->Args({100'000, 150, 16})
    ->Args({1'000'000, 150, 16})
    ->Args({1'000'000, 150, 100})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(search_keyed)
    ->ArgNames({"files", "owners", "asks"})
    ->Args({1'000'000, 150, 0})
    ->Args({1'000'000, 150, 1})
    ->Args({1'000'000, 150, 2})
    ->Args({1'000'000, 150, 3})
    ->Iterations(300)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(one_child)->Args({100'000})->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
