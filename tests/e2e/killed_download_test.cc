// A process that is killed while it fetches from two others: what its record claims is on the disk,
// and the next run goes on from there.
#include <csignal>

#include <gtest/gtest.h>

#include "servent/transfer/resume.h"

#include "tests/support/process_network.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::noise;
using test::Servent;
using test::wait_until;
using transfer::Extents;
using namespace std::chrono_literals;

class KilledDownload : public test::ProcessNetwork {
 protected:
  KilledDownload() : ProcessNetwork("gnutella") {}

  static fs::path record_below(const fs::path& folder) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error))
      if (it->path().extension() == ".get") return it->path();
    return {};
  }
  static Extents claimed_below(const fs::path& folder) {
    const auto record = transfer::read_record(record_below(folder));
    return record && record->pieces ? record->pieces->had() : Extents{};
  }
};

TEST_F(KilledDownload, GoesOnFromWhatItsRecordClaims) {
  const std::string content = noise(24'000'000, 9);
  const auto ultrapeer = node("ultrapeer", "ultrapeer");
  std::vector<std::unique_ptr<Servent>> sharers;
  for (const char* name : {"alice", "carol"}) {
    test::write_file(share(name) / "long river film.avi", content);
    sharers.push_back(node(name, "leaf", ultrapeer.get()));
    sharers.back()->run("limit", {"--up", "1M"});
  }
  auto asker = node("asker", "leaf", ultrapeer.get());
  std::optional<Json> row;
  ASSERT_TRUE(wait_until(
      [&] {
        row = find(*asker, "long river", "long river film.avi");
        return row && row->value("sources", 0) == 2;
      },
      30s));
  const auto getting = asker->begin("get", {row->at("link").get<std::string>(), "--wait", "30s"});
  ASSERT_TRUE(wait_until([&] { return claimed_below(asker->home()).bytes() > 4'000'000; }, 20s));
  asker->process().stop(SIGKILL, 5s);

  const Extents claimed = claimed_below(asker->home());
  const std::string part = test::read_file(record_below(asker->home()).replace_extension(".part"));
  EXPECT_LT(claimed.bytes(), content.size());
  for (const auto& [begin, end] : claimed.runs()) {
    ASSERT_LE(end, part.size());
    EXPECT_TRUE(part.compare(begin, end - begin, content, begin, end - begin) == 0) << begin;
  }

  ASSERT_TRUE(asker->start()) << test::read_file(asker->errors());
  ASSERT_TRUE(wait_until(
      [&] {
        const auto rows = asker->run("downloads").rows();
        return !rows.empty() && rows.front().value("have", std::uint64_t{0}) >= claimed.bytes();
      },
      10s));
  for (const auto& sharer : sharers)
    sharer->run("limit", {"--up", "0"});
  expect_fetched(*asker, *row, content);
}

}  // namespace
}  // namespace p2p
