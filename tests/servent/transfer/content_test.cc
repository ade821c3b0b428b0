// A Content whose host and sources the test is; the disk is real, and the tree comes over loopback.
#include "servent/transfer/content.h"

#include <algorithm>
#include <cstring>
#include <map>

#include <gtest/gtest.h>

#include "tests/support/one_loop.h"
#include "tests/support/swarming.h"

namespace p2p::transfer {
namespace {
namespace fs = std::filesystem;
using test::WebPeer;
using namespace std::chrono_literals;

constexpr SourceIndex kAnnSource = 0;
constexpr SourceIndex kBobSource = 1;

class Counting : public test::OneLoop, public ContentHost {
 protected:
  Counting() {
    wanted_.name = "a.ogg";
    wanted_.size_bytes = bytes_.size();
    wanted_.sha1 = test::sha1_of(bytes_);
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    fs::create_directories(settings_.state);
    context_ = std::make_shared<Context>(io_, settings_, Hooks{});
    content_ = std::make_shared<Content>(context_, wanted_, *this);
    content_->open();
    EXPECT_TRUE(comes([this] { return is_open_; }));
  }
  void TearDown() override {
    content_->close();
    context_->disk.stop(400ms);
  }

  void opened() override { is_open_ = true; }
  void written(SourceIndex /*source*/) override {}
  void gave(SourceIndex source, std::uint64_t bytes) override { counted_[source] += bytes; }
  void differs(SourceIndex /*source*/) override {}
  void caught(SourceIndex /*source*/, const std::string& why) override { log_ += why + '\n'; }
  void pardoned(SourceIndex /*source*/) override {}
  void accused(SourceIndex /*source*/, bool /*is_accused*/) override {}
  void restarted(bool /*all*/) override { is_open_ = false; }
  void stirred() override {}
  void checking() override {}
  void finished(const fs::path& /*path*/, bool verified) override { is_done_ = verified; }
  void trouble(const std::string& why, int /*error*/) override { log_ += why + '\n'; }
  Resume resume() const override { return {wanted_, {}, 0, false, {}}; }
  void say(api::LogLevel /*level*/, const std::string& text) const override { log_ += text + '\n'; }

  // It gives of `bytes` what it is asked for, until it has given so many.
  void give(SourceIndex source, const std::string& bytes, std::uint64_t most) {
    content_->join(source, Manner::ranges);
    auto share = content_->next(source);
    while (share && sent_[source] < most) {
      BlockPtr block;
      ASSERT_TRUE(comes([&] { return (block = context_->blocks.take()) != nullptr; }));
      const std::size_t count = std::min<std::size_t>(Block::kRead, share->bytes());
      block->begin = 0;
      block->size = count;
      std::memcpy(block->data.data(), bytes.data() + share->begin, count);
      const Content::Took took =
          content_->arrived(source, source + 1, std::move(block), share->begin, share->begin);
      sent_[source] += count;
      share = took.is_enough ? took.next : Extent{share->begin + count, share->end};
    }
    ASSERT_TRUE(
        comes([this] { return content_->have_bytes() == content_->plan().map().had().bytes(); }));
    content_->leave(source, Ending::broke);
  }
  void tell_tree() {
    content_->tree_at(kAnnSource, {0x7f000001, peer_.port()},
                      {tree_path_of(*wanted_.sha1, tree_.root()), tree_.root()});
  }

  test::TempDir root_;
  const std::string bytes_ = std::string(2'999'999, 'x') + 'y';
  const HashTree tree_ = test::tree_of(bytes_);
  WebPeer peer_{
      io_, [this](std::size_t, const WebPeer::Asked&) {
        const Buffer body = encode_thex(tree_);
        return WebPeer::Reply{"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + std::string(text_of(body))};
      }};
  Settings settings_;
  Wanted wanted_;
  bool is_open_ = false;
  bool is_done_ = false;
  mutable std::string log_;
  std::map<SourceIndex, std::uint64_t> sent_;
  std::map<SourceIndex, std::uint64_t> counted_;
  ContextPtr context_;
  std::shared_ptr<Content> content_;
};

TEST_F(Counting, WhatCameBeforeTheTreeCountsOnce) {
  give(kAnnSource, bytes_, 1'500'000);
  EXPECT_EQ(counted_, sent_) << "nobody can tell before the whole is here";
  tell_tree();
  const PieceMap& map = content_->plan().map();
  ASSERT_TRUE(comes([&] { return map.verified_pieces() > 2 && map.unchecked().empty(); })) << log_;
  EXPECT_EQ(counted_, sent_);
  give(kBobSource, bytes_, bytes_.size());
  ASSERT_TRUE(comes([this] { return is_done_; })) << log_;
  EXPECT_EQ(counted_, sent_);
  EXPECT_EQ(sent_[kAnnSource] + sent_[kBobSource], bytes_.size());
}

TEST_F(Counting, WhatComesInThePlaceOfWrongBytesCountsForWhoGaveIt) {
  content_->set_in_order(true);
  give(kAnnSource, std::string(bytes_.size(), '\0'), kLeastPiece);
  EXPECT_EQ(counted_[kAnnSource], kLeastPiece);
  tell_tree();
  ASSERT_TRUE(comes([this] { return content_->plan().map().unchecked().empty(); })) << log_;
  give(kBobSource, bytes_, bytes_.size());
  ASSERT_TRUE(comes([this] { return is_done_; })) << log_;
  EXPECT_EQ(sent_[kBobSource], bytes_.size());
  EXPECT_EQ(counted_[kBobSource], bytes_.size());
}

}  // namespace
}  // namespace p2p::transfer
