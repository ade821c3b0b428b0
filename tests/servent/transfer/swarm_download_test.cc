// One engine that fetches from many sources at once, honest ones and liars, over loopback in one
// thread.
#include "protocols/transfer/piece_map.h"

#include "tests/support/swarming.h"

namespace p2p::transfer {
namespace {
using test::Swarming;
using test::tree_of;
using test::WebPeer;
using namespace std::chrono_literals;

TEST_F(Swarming, AllSourcesGive) {
  for (const char* user : {"ann", "bob", "cid"})
    source(user, {content_});
  fetch();
  for (const char* user : {"ann", "bob", "cid"})
    EXPECT_GT(got_of(user), 0U) << user;
}

TEST_F(Swarming, WithATreeABadPieceIsFetchedAgainAndItsGiverDroppedAfterTheSecond) {
  source("ann", {content_, &tree_});
  source("bob", {zeros(), &tree_});
  fetch();
  EXPECT_NE(log_.find("does not match its hash"), std::string::npos);
  EXPECT_EQ(note_of("bob"), "gave wrong pieces");
}

TEST_F(Swarming, WithoutATreeTheBytesOfTheOneWhoLiedAreFetchedFromOthers) {
  for (const char* user : {"ann", "bob", "cid", "dan"})
    source(user, {content_});
  source("eve", {zeros()});
  fetch();
  // Nobody else is blamed. Two may be left of whom one lied, and her bytes may have come too late.
  for (const char* user : {"ann", "bob", "cid", "dan"})
    EXPECT_EQ(note_of(user), "") << log_;
}

TEST_F(Swarming, RightBytesAtTheWrongOffsetAreWrongBytes) {
  source("ann", {content_, &tree_});
  source("bob", {content_.substr(1) + content_.front(), &tree_});
  fetch();
}

TEST_F(Swarming, WhenMostLieTheRestIsEnough) {
  for (int i = 0; i < 15; ++i)
    source("liar " + std::to_string(i), {zeros(), &tree_});
  for (int i = 0; i < 5; ++i)
    source("ann " + std::to_string(i), {content_, &tree_});
  fetch();
}

TEST_F(Swarming, WhenMostLieAndNobodyHasATreeOneSourceGivesAll) {
  want(made(1'000'000, 9));
  for (int i = 0; i < 6; ++i)
    source("liar " + std::to_string(i), {made(content_.size(), static_cast<unsigned>(i))});
  source("ann", {content_});
  fetch();
}

TEST_F(Swarming, AFalseTreeHarmsWhoToldIt) {
  const std::string other = made(content_.size(), 99);
  const HashTree false_tree = tree_of(other);
  source("eve", {other, &false_tree});
  source("ann", {content_});
  source("bob", {content_});
  fetch();
  EXPECT_EQ(note_of("eve"), "told a false tree of hashes") << log_;
}

TEST_F(Swarming, ATreeThatDoesNotMatchItsRootIsNotUsed) {
  const HashTree other = tree_of(made(content_.size(), 99));
  source("eve", [this, &other](std::size_t, const WebPeer::Asked& asked) {
    const bool is_tree = asked.target.starts_with(kTreePath);
    return answer({content_, is_tree ? &other : &tree_}, asked);
  });
  source("ann", {content_});
  fetch();
  EXPECT_NE(log_.find("the tree does not match its root"), std::string::npos) << log_;
}

TEST_F(Swarming, ASourceThatSendsMoreThanWasAskedIsLeft) {
  source("ann", {content_});
  source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    return answer({content_}, {asked.target, asked.first, content_.size() - 1});
  });
  fetch();
}

TEST_F(Swarming, ASourceThatGivesOneByteASecondHoldsNothingUp) {
  source("ann", {content_});
  source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    WebPeer::Reply reply = answer({content_}, asked);
    reply.text.resize(reply.text.find("\r\n\r\n") + 5);
    return reply;
  });
  const auto before = std::chrono::steady_clock::now();
  fetch();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 15s);
}

TEST_F(Swarming, ASourceThatIsFetchingItselfIsAskedAgainUntilItHasAll) {
  const std::size_t half = content_.size() / 2 / kLeastPiece * kLeastPiece;
  std::size_t heads = 0;
  const WebPeer& bob = source("bob", [&, this](std::size_t, const WebPeer::Asked& asked) {
    if (asked.is_head) ++heads;
    const bool has_all = heads >= 2;
    const std::string tells = "X-Available-Ranges: bytes 0-" + std::to_string(half - 1) + "\r\n";
    const bool has_it = has_all || (!asked.is_head && asked.last < half);
    const std::string close = "Connection: close\r\n" + (has_all ? "" : tells) + "\r\n";
    if (asked.is_head && has_all)
      return WebPeer::Reply{"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n" + close, true};
    if (!has_it) return WebPeer::Reply{"HTTP/1.1 416 x\r\nContent-Length: 0\r\n" + close, true};
    WebPeer::Reply reply = answer({content_}, asked);
    reply.text.insert(reply.text.find("\r\n\r\n") + 2, has_all ? "" : tells);
    return reply;
  });
  fetch();
  EXPECT_GE(heads, 2U);
  EXPECT_LT(bob.requests().size(), 60U) << "and not in a loop";
}

}  // namespace
}  // namespace p2p::transfer
