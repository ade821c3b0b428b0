// What a FastTrack session costs this process before its first message, both sides counted apart,
// and what enciphering costs after that. The limit is a millisecond of CPU for a session: a
// supernode of 150 children, all of whom come at once, is busy for less than that many
// milliseconds.
#include <stdexcept>
#include <vector>

#include "protocols/kazaa/session.h"

#include "tests/bench/rounds.h"

namespace {

using namespace p2p;
using namespace p2p::bench;
using namespace p2p::kazaa;

constexpr int kSessions = 2000;
constexpr std::size_t kBytes = std::size_t{16} * 1024 * 1024;

// Microseconds of CPU that a side takes for one greeting.
struct Greeted {
  double child_us = 0;
  double supernode_us = 0;
};

Greeted greet() {
  Greeted took;
  const auto timed = [](double& sum, auto work) {
    const double before = thread_cpu_us();
    auto out = work();
    sum += thread_cpu_us() - before;
    return out;
  };
  for (int i = 0; i < kSessions; ++i) {
    Session child = Session::child();
    Session supernode = Session::supernode();
    const Buffer hello = child.take_output();
    const Buffer answer = timed(took.supernode_us, [&] {
      supernode.feed(hello);
      return supernode.take_output();
    });
    const Buffer name = timed(took.child_us, [&] {
      child.feed(answer);
      return child.take_output();
    });
    if (timed(took.supernode_us, [&] { return supernode.feed(name); }) != Session::State::open)
      throw std::runtime_error("not greeted");
  }
  return {took.child_us / kSessions, took.supernode_us / kSessions};
}

// Nanoseconds of CPU for a byte.
double encipher() {
  Buffer bytes(kBytes);
  Cipher cipher(kClientSeed);
  const double before = thread_cpu_us();
  cipher.apply(bytes);
  return (thread_cpu_us() - before) * 1000 / static_cast<double>(kBytes);
}

}  // namespace

int main() {
  std::vector<double> child, supernode, byte;
  greet();  // a warm-up
  for (int round = 0; round < kRounds; ++round) {
    const Greeted took = greet();
    child.push_back(took.child_us);
    supernode.push_back(took.supernode_us);
    byte.push_back(encipher());
  }
  constexpr double kLimitUs = 1000;
  const double of_child = median(child);
  const double of_supernode = median(supernode);
  print({"kazaa.greet_child", of_child, "us CPU", "", 0, "< 1000", of_child < kLimitUs});
  print(
      {"kazaa.greet_supernode", of_supernode, "us CPU", "", 0, "< 1000", of_supernode < kLimitUs});
  print({"kazaa.cipher", median(byte), "ns CPU/byte", "", 0, "report", true});
}
