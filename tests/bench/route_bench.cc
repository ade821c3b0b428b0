// route.seen (performance.md, section 6): have we seen this GUID? Four million messages, every
// other one a duplicate of one of the latest, against two std::unordered_map that take turns in the
// same way; those are reserved, and their hash is the GUID's first half as it is. With a quarter of
// a million places a generation (17 MB for both), and with a million, where memory is all that
// counts.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocols/base/rng.h"
#include "protocols/routes.h"

#include "tests/bench/rounds.h"

namespace {

using namespace p2p;
using namespace p2p::bench;

constexpr std::size_t kMessages = 4'000'000;

// How many a generation holds before it turns: ours leaves a quarter of its places free.
constexpr std::size_t generation(std::size_t capacity) {
  return capacity / 4 * 3;
}

std::vector<Guid> messages(std::size_t window) {
  Rng rng(1);
  std::vector<Guid> fresh;
  std::vector<Guid> all;
  while (all.size() < kMessages) {
    fresh.push_back(std::bit_cast<Guid>(std::array{rng(), rng()}));
    all.push_back(fresh.back());
    all.push_back(fresh[fresh.size() - 1 - rng.below(std::min(window, fresh.size()))]);
  }
  return all;
}

// Links differ, so that both have something to remember.
LinkId link_of(std::size_t message) {
  return LinkId{message % 100};
}

std::size_t seen_by_ours(const std::vector<Guid>& all, std::size_t capacity) {
  Routes routes(capacity, 0x5eed);
  std::size_t fresh = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (routes.admit(all[i], link_of(i), 3, Time{}) == Routes::Seen::fresh) ++fresh;
  return fresh;
}

struct FirstHalf {
  std::size_t operator()(const Guid& guid) const {
    std::size_t half = 0;
    std::memcpy(&half, guid.bytes.data(), sizeof half);
    return half;
  }
};

struct SameGuid {
  bool operator()(const Guid& a, const Guid& b) const {
    return std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0;
  }
};

struct Way {
  LinkId link{};
  std::uint8_t ttl = 0;
};

std::size_t seen_by_maps(const std::vector<Guid>& all, std::size_t capacity) {
  using Map = std::unordered_map<Guid, Way, FirstHalf, SameGuid>;
  Map young;
  Map old;
  young.reserve(generation(capacity));
  old.reserve(generation(capacity));
  std::size_t fresh = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (young.contains(all[i]) || old.contains(all[i])) continue;
    if (young.size() == generation(capacity)) {
      std::swap(young, old);
      young.clear();
    }
    young.emplace(all[i], Way{link_of(i), 3});
    ++fresh;
  }
  return fresh;
}

using Contender = std::size_t (*)(const std::vector<Guid>&, std::size_t capacity);

Run ns_a_message(Contender seen, const std::vector<Guid>& all, std::size_t capacity) {
  return [=, &all] {
    const double before = thread_cpu_us();
    if (seen(all, capacity) != kMessages / 2) throw std::runtime_error("a duplicate was not seen");
    return std::vector{(thread_cpu_us() - before) * 1000 / kMessages};
  };
}

Compared compare_at(std::size_t capacity) {
  // Duplicates reach back for two thirds of a generation.
  const std::vector<Guid> all = messages(capacity / 2);
  return compare(ns_a_message(seen_by_ours, all, capacity),
                 ns_a_message(seen_by_maps, all, capacity));
}

}  // namespace

int main() {
  const Compared usual = compare_at(1U << 18U);
  print({"route.seen", usual.ours[0], "ns CPU/message", "two std::unordered_map", usual.ratios[0],
         "<= 0.5x", usual.ratios[0] <= 0.5});
  const Compared large = compare_at(1U << 20U);
  print({"route.seen.large", large.ours[0], "ns CPU/message", "two std::unordered_map",
         large.ratios[0], "report", true});
}
