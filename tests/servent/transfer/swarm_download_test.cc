// One engine that fetches from many sources at once, honest ones and liars, over loopback in one
// thread.
#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "protocols/base/rng.h"
#include "protocols/transfer/http_tree.h"
#include "protocols/transfer/thex.h"

#include "index/tree_hasher.h"

#include "servent/transfer/engine.h"

#include "tests/support/temp_dir.h"
#include "tests/support/web_peer.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using api::DownloadState;
using test::WebPeer;
using namespace std::chrono_literals;

HashTree tree_of(std::string_view content) {
  const TreeShape shape = TreeShape::of(content.size());
  index::LeafHasher hasher(shape.leaf_bytes());
  hasher.add(bytes_of(content));
  return HashTree::above(shape, hasher.finish(), &index::join_tiger);
}

class Swarming : public testing::Test {
 protected:
  Swarming() : content_(made(3'000'000, 7)), tree_(tree_of(content_)) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    EVP_Digest(content_.data(), content_.size(), out.data(), nullptr, EVP_sha1(), nullptr);
    std::ranges::copy(std::as_bytes(std::span(out).first(20)), digest_.bytes.begin());
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    settings_.first_wait = 1ms;
    fs::create_directories(settings_.state);
    wanted_.name = "a.ogg";
    wanted_.size_bytes = content_.size();
    wanted_.sha1 = digest_;
  }

  static std::string made(std::size_t bytes, unsigned seed) {
    Rng rng(seed);
    std::string out(bytes, '\0');
    for (char& c : out)
      c = static_cast<char>(rng());
    return out;
  }

  // What a source has: `content`, and if it says so a tree.
  struct Has {
    std::string content;
    const HashTree* tree = nullptr;
  };
  WebPeer& source(const std::string& user, WebPeer::Script script) {
    Source source{"gnutella", user, "a.ogg", {}, 0};
    wanted_.sources.push_back(source);
    return *(peers_[user] = std::make_unique<WebPeer>(io_, std::move(script)));
  }
  WebPeer& source(const std::string& user, const Has& has) {
    return source(
        user, [this, has](std::size_t, const WebPeer::Asked& asked) { return answer(has, asked); });
  }
  WebPeer::Reply answer(const Has& has, const WebPeer::Asked& asked) const {
    if (asked.target.starts_with(kTreePath)) {
      if (has.tree == nullptr) return {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"};
      const Buffer body = encode_thex(*has.tree);
      return {"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              std::string(text_of(body))};
    }
    const std::string data = has.content.substr(asked.first, asked.last + 1 - asked.first);
    std::string head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                       std::to_string(asked.first) + '-' + std::to_string(asked.last) + '/' +
                       std::to_string(content_.size()) +
                       "\r\nContent-Length: " + std::to_string(data.size()) + "\r\n";
    if (has.tree != nullptr)
      head += std::string(kTreeField) + ": " + tree_path_of(digest_, has.tree->root()) + "\r\n";
    return {head + "\r\n" + data};
  }

  void start() {
    Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      asio::post(io_, [this, id, user = source.user] {
        Dialect dialect;
        dialect.kind = DialectKind::http;
        engine_->on_reached("gnutella", {id, {0x7f000001, peers_.at(user)->port()}, dialect});
      });
    };
    hooks.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
    engine_ = std::make_unique<Engine>(io_, settings_, hooks);
  }
  api::DownloadRow row() const { return engine_->downloads().front(); }
  std::string note_of(const std::string& user) const {
    for (const api::SourceRow& each : row().sources)
      if (each.user == user) return each.state;
    return "no such source";
  }
  std::uint64_t got_of(const std::string& user) const {
    for (const api::SourceRow& each : row().sources)
      if (each.user == user) return each.got_bytes;
    return 0;
  }
  bool comes(const std::function<bool()>& what) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!what()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_one_for(20ms);
    }
    return true;
  }
  // It ends verified, and equal to what was wanted.
  void fetch() {
    start();
    EXPECT_NE(engine_->fetch(wanted_), 0U);
    ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; }))
        << row().reason << '\n'
        << log_;
    EXPECT_TRUE(row().verified);
    std::ifstream in(row().path, std::ios::binary);
    const std::string there{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    EXPECT_TRUE(there == content_);
  }
  std::string zeros() const { return std::string(content_.size(), '\0'); }

  test::TempDir root_;
  asio::io_context io_;
  std::string content_;
  HashTree tree_;
  Sha1 digest_;
  Settings settings_;
  Wanted wanted_;
  std::map<std::string, std::unique_ptr<WebPeer>> peers_;
  std::unique_ptr<Engine> engine_;
  std::string log_;
};

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

}  // namespace
}  // namespace p2p::transfer
