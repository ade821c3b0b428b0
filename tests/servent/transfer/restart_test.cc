// What an engine makes of what an earlier run left on the disk, or somebody else changed there
// meanwhile: it goes on with what is right, finds out what is not, and blames no source for it.
#include <fstream>
#include <limits>
#include <numeric>

#include "protocols/base/digest.h"
#include "protocols/transfer/fetcher.h"

#include "servent/transfer/part_file.h"

#include "tests/support/files.h"
#include "tests/support/swarming.h"

namespace p2p::transfer {
namespace {
namespace fs = std::filesystem;
using api::DownloadState;
using test::WebPeer;
using namespace std::chrono_literals;

class Restarting : public test::Swarming {
 protected:
  fs::path part() const {
    return settings_.state / (to_base32(digest_) + "." + std::to_string(content_.size()) + ".part");
  }
  // As a run leaves it that got the first `bytes`; with a tree their pieces were checked.
  void leave(std::uint64_t bytes, bool has_tree) {
    PartFile file(part(), content_.size(), digest_, {}, std::make_shared<std::atomic<bool>>(false));
    file.open();
    if (has_tree) file.check_by(std::make_shared<const HashTree>(tree_));
    std::vector<PieceIndex> pieces(file.map().pieces());
    std::iota(pieces.begin(), pieces.end(), PieceIndex{0});
    const PartWrite block{
        0, bytes_of(std::string_view(content_).substr(0, bytes)), {}, {{0, bytes}}, pieces};
    ASSERT_EQ(file.write(1, block).what, Stored::What::ok);
    ASSERT_EQ(file.save({wanted_, {}, 0, false, {}}).what, Stored::What::ok);
  }
  // Nothing that a look at the file would tell.
  void change(std::streamoff at) {
    const auto time = fs::last_write_time(part());
    std::fstream(part(), std::ios::in | std::ios::out | std::ios::binary).seekp(at) << "changed";
    fs::last_write_time(part(), time);
  }
  void write_record(const std::string& pieces) {
    std::ofstream(record_of(part())) << "name x" << to_hex(bytes_of(wanted_.name)) << "\nsize "
                                     << content_.size() << "\nhave 1000000\n"
                                     << pieces << "sha1 " << to_base32(digest_) << "\n";
  }
  std::uint64_t asked_bytes(const WebPeer& peer) const {
    std::uint64_t sum = 0;
    for (const HeaderBlock& request : peer.requests()) {
      const std::string range(request.value("Range"));
      if (range.empty()) continue;
      sum += 1 - std::stoul(range.substr(6)) + std::stoul(range.substr(range.find('-') + 1));
    }
    return sum;
  }
};

TEST_F(Restarting, WhatIsThereIsNotFetchedAgain) {
  leave(1'000'000, true);
  const WebPeer& ann = source("ann", {content_, &tree_});
  fetch();
  EXPECT_LE(asked_bytes(ann), content_.size() - 1'000'000 + kOverlap);
}

TEST_F(Restarting, ThePartChangedAndNobodyHasATree) {
  leave(1'000'000, false);
  change(500'000);
  source("ann", {content_});
  fetch();
  EXPECT_EQ(log_.find("not asked again"), std::string::npos) << log_;
}

TEST_F(Restarting, ThePartChangedAndTwoGiveTheRest) {
  leave(1'000'000, false);
  change(500'000);
  source("ann", {content_});
  source("bob", {content_});
  fetch();
  EXPECT_EQ(note_of("ann").find("SHA-1"), std::string::npos) << log_;
  EXPECT_EQ(note_of("bob").find("SHA-1"), std::string::npos) << log_;
}

TEST_F(Restarting, ACheckedPieceChangedAndItsTreeIsNotToBlame) {
  leave(1'000'000, true);
  change(500'000);
  const WebPeer& ann = source("ann", {content_, &tree_});
  fetch();
  EXPECT_EQ(log_.find("false"), std::string::npos) << log_;
  EXPECT_LT(asked_bytes(ann), content_.size()) << "one piece only is fetched again";
}

TEST_F(Restarting, AllIsThereAndChanged) {
  leave(content_.size(), true);
  change(2'999'000);
  source("ann", {content_});
  fetch();
}

TEST_F(Restarting, ThePartIsShorterThanItsRecordSays) {
  leave(1'000'000, true);
  fs::resize_file(part(), 700'000);
  source("ann", {content_});
  fetch();
}

TEST_F(Restarting, ThePartIsGone) {
  leave(1'000'000, true);
  fs::remove(part());
  source("ann", {content_});
  fetch();
}

// ---- the record

TEST_F(Restarting, ARecordOfAnOlderProgramSaysHowMuchThereIs) {
  leave(1'000'000, false);
  write_record("");
  const WebPeer& ann = source("ann", {content_});
  fetch();
  EXPECT_LT(asked_bytes(ann), content_.size() - 900'000);
}

TEST_F(Restarting, ADamagedListOfPiecesCountsForNothing) {
  for (const std::string pieces :
       {"pieces", "pieces ", "pieces 1", "pieces 2 3000000 262144 r12 r12 -",
        "pieces 1 3000000 262144 r0,13 r12 -", "pieces 1 2999999 262144 r0,12 r0,12 -",
        "pieces 1 3000000 262144 r12 r0,12 -", "pieces 1 3000000 262144 bfff000 b -",
        "pieces 1 3000000 262144 r12 r12 2999999+2"}) {
    leave(1'000'000, false);
    write_record(pieces + "\n");
    const auto record = read_record(record_of(part()));
    ASSERT_TRUE(record) << pieces;
    EXPECT_FALSE(record->pieces) << pieces;
    EXPECT_EQ(record->have_bytes, 1'000'000U) << pieces;
  }
  source("ann", {content_});
  fetch();
}

TEST_F(Restarting, AnyDamageToARecordLeavesOneThatMakesSenseOrNone) {
  leave(1'000'000, true);
  const std::string whole = test::read_file(record_of(part()));
  Rng rng(3);
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i <= rng() % 3; ++i) {
      const std::size_t at = rng() % text.size();
      switch (rng() % 4) {
        case 0: text[at] = static_cast<char>(rng()); break;
        case 1: text.erase(at, 1 + rng() % 20); break;
        case 2: text.insert(at, text.substr(rng() % text.size(), rng() % 40)); break;
        default: text.resize(at + 1);
      }
      if (text.empty()) text = "\n";
    }
    const std::optional<Resume> record = parse_record(text);
    if (!record) continue;
    EXPECT_FALSE(record->wanted.name.empty());
    EXPECT_GT(record->wanted.size_bytes, 0U);
    EXPECT_TRUE(!record->pieces || record->pieces->size_bytes() == record->wanted.size_bytes);
    const std::optional<Resume> again = parse_record(to_text(*record));
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(to_text(*again), to_text(*record));
  }
}

// ---- large, and many of one

TEST_F(Restarting, TenGibibytesOfWhichTheLastPieceIsMissing) {
  const std::uint64_t size = std::uint64_t{10} << 30U;
  wanted_.size_bytes = size;
  wanted_.sha1.reset();  // so nothing is digested
  const Extent last = PieceMap(size).extent_of(PieceMap(size).pieces() - 1);
  const fs::path large = settings_.state / ("a.ogg." + std::to_string(size) + ".part");
  std::ofstream(large) << "";
  fs::resize_file(large, last.begin);
  Resume left{wanted_, {}, 0, false, {}, PieceMap(size)};
  std::vector<Extent> ignored;
  left.pieces->arrive({0, last.begin}, ignored);
  ASSERT_EQ(transfer::write_record(record_of(large), to_text(left)), 0);
  const WebPeer& ann = source("ann", [size](std::size_t, const WebPeer::Asked& asked) {
    const std::uint64_t end = std::min<std::uint64_t>(asked.last, asked.first + 2'000'000);
    return WebPeer::Reply{"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                          std::to_string(asked.first) + "-" + std::to_string(end) + "/" +
                          std::to_string(size) +
                          "\r\nContent-Length: " + std::to_string(end + 1 - asked.first) +
                          "\r\n\r\n" + std::string(end + 1 - asked.first, '\0')};
  });
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << row().reason << log_;
  EXPECT_FALSE(row().verified);
  EXPECT_EQ(fs::file_size(row().path), size);
  EXPECT_LE(asked_bytes(ann), 6 * last.bytes());
}

TEST_F(Restarting, TwoFilesOfOneNameHaveTwoNames) {
  source("ann", {content_});
  Wanted other = wanted_;
  const std::string more = made(content_.size(), 11);
  other.sha1 = test::sha1_of(more);
  wanted_.sources.clear();
  source("bob", {more});
  other.sources = std::exchange(wanted_.sources, {});
  wanted_.sources.push_back({"gnutella", "ann", "a.ogg", {}, 0});
  start();
  EXPECT_NE(engine_->fetch(wanted_), engine_->fetch(other));
  ASSERT_TRUE(comes([this] {
    return std::ranges::all_of(engine_->downloads(), [](const api::DownloadRow& each) {
      return each.state == DownloadState::done && each.verified;
    });
  })) << log_;
  EXPECT_NE(engine_->downloads()[0].path, engine_->downloads()[1].path);
}

TEST_F(Restarting, OneDigestIsOneDownloadByWhateverName) {
  source("ann", {content_});
  Wanted other = wanted_;
  other.name = "b.ogg";
  start();
  EXPECT_EQ(engine_->fetch(wanted_), engine_->fetch(other));
  EXPECT_EQ(engine_->downloads().size(), 1U);
}

TEST_F(Restarting, OneHostGivesInTwoNetworksOrIsBusyInOne) {
  for (const bool is_busy : {false, true}) {
    want(made(3'000'000, is_busy ? 21 : 22));
    wanted_.uuhash.emplace().bytes[0] = std::byte{is_busy};
    wanted_.sources.clear();
    std::size_t by_uuhash = 0;
    source("ann", [&](std::size_t, const WebPeer::Asked& asked) {
      if (asked.target.starts_with("/uri-res")) return answer({content_}, asked);
      ++by_uuhash;
      if (!is_busy) return answer({content_}, asked);
      return WebPeer::Reply{"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"};
    });
    wanted_.sources.push_back({"kazaa", "ann", "a.ogg", {}, 0});
    fetch();
    EXPECT_GE(by_uuhash, 1U);
    engine_.reset();
  }
}

}  // namespace
}  // namespace p2p::transfer
