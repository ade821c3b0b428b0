// One seed and several engines that fetch its file at the same time, and from each other, over
// loopback in one thread.
#include <algorithm>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "protocols/base/rng.h"

#include "index/tree_hasher.h"

#include "servent/transfer/engine.h"

#include "tests/support/files.h"
#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using api::DownloadState;
using asio::ip::tcp;
using namespace std::chrono_literals;

// An engine with a port of its own, as a Gnutella node has it.
class CrowdMember {
 public:
  CrowdMember(asio::io_context& io, Settings settings, Hooks hooks)
      : io_(io),
        acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    hooks.reach = [this](ReachId id, const Source& source) {
      asio::post(io_, [this, id, source] {
        engine_->on_reached("gnutella",
                            {id, source.endpoint, {DialectKind::http, "", false, endpoint()}});
      });
    };
    engine_ = std::make_unique<Engine>(io, std::move(settings), std::move(hooks));
    accept();
  }
  Endpoint endpoint() const { return {0x7f000001, acceptor_.local_endpoint().port()}; }
  Engine& engine() { return *engine_; }
  api::DownloadRow row() const { return engine_->downloads().front(); }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code e, tcp::socket socket) {
      if (e) return;
      engine_->accept("gnutella", DialectKind::http, std::move(socket));
      accept();
    });
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  std::unique_ptr<Engine> engine_;
};

class Crowd : public testing::Test {
 protected:
  Crowd() {
    std::signal(SIGPIPE, SIG_IGN);  // sendfile knows no other way
    Rng rng(5);
    content_.resize(std::size_t{12} * 1024 * 1024);
    for (char& c : content_)
      c = static_cast<char>(rng());
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    EVP_Digest(content_.data(), content_.size(), out.data(), nullptr, EVP_sha1(), nullptr);
    std::ranges::copy(std::as_bytes(std::span(out).first(20)), digest_.bytes.begin());
    root_.write("shared", content_);
    const TreeShape shape = TreeShape::of(content_.size());
    index::LeafHasher hasher(shape.leaf_bytes());
    hasher.add(bytes_of(content_));
    tree_.emplace(HashTree::above(shape, hasher.finish(), &index::join_tiger));

    Hooks hooks;
    hooks.locate = [this](const FileWanted& asked, const auto& then) {
      if (std::get<Sha1>(asked) != digest_) return then(std::nullopt);
      SharedFile file;
      file.name = "a.ogg";
      file.size_bytes = content_.size();
      file.sha1 = digest_;
      file.tree_root = tree_->root();
      then(Offer{file, [path = root_.path() / "shared"] {
                   return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
                 }});
    };
    hooks.tree = [this](const Sha1&, const auto& then) { then(tree_); };
    Settings settings;
    settings.upload_slots = 20;
    seed_ = std::make_unique<CrowdMember>(io_, settings, hooks);
    seed_->engine().set_rates(content_.size() / 3, 0);  // one copy in three seconds
  }

  CrowdMember& joins() {
    const std::string name = std::to_string(crowd_.size());
    Settings settings;
    settings.downloads = root_.path() / ("down" + name);
    settings.state = root_.path() / ("state" + name);
    settings.upload_slots = 20;
    settings.seed = crowd_.size() + 1;
    fs::create_directories(settings.state);
    crowd_.push_back(std::make_unique<CrowdMember>(io_, settings, Hooks{}));
    Wanted wanted{"a.ogg", content_.size(), digest_, {}, {}};
    wanted.sources.push_back({"gnutella", "seed", "a.ogg", seed_->endpoint()});
    EXPECT_NE(crowd_.back()->engine().fetch(wanted), 0U);
    return *crowd_.back();
  }
  bool comes(const std::function<bool()>& what) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!what()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_one_for(20ms);
    }
    return true;
  }
  static bool is_done(const std::unique_ptr<CrowdMember>& member) {
    return member->row().state == DownloadState::done;
  }

  test::TempDir root_;
  asio::io_context io_;
  std::string content_;
  Sha1 digest_;
  std::optional<HashTree> tree_;
  std::unique_ptr<CrowdMember> seed_;
  std::vector<std::unique_ptr<CrowdMember>> crowd_;
};

TEST_F(Crowd, ServesItself) {
  constexpr std::size_t kMembers = 6;
  for (std::size_t i = 0; i < kMembers; ++i)
    joins();
  ASSERT_TRUE(comes([this] { return std::ranges::all_of(crowd_, is_done); }));
  std::uint64_t of_seed = 0;
  for (const auto& member : crowd_) {
    const api::DownloadRow row = member->row();
    EXPECT_TRUE(row.verified);
    EXPECT_TRUE(test::read_file(row.path) == content_);
    for (const api::SourceRow& source : row.sources)
      if (source.user == "seed") of_seed += source.got_bytes;
  }
  // A third to a half as a rule; all of it when they do not serve each other. How much is the
  // matter of xfer.crowd (docs/benchmarks.md).
  EXPECT_LT(of_seed, kMembers * content_.size() * 3 / 4) << "the seed gave nearly all";
}

}  // namespace
}  // namespace p2p::transfer
