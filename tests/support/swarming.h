// One engine that fetches from scripted sources, honest ones and liars, over loopback in one
// thread.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "protocols/base/rng.h"
#include "protocols/transfer/http_tree.h"
#include "protocols/transfer/thex.h"

#include "index/tree_hasher.h"

#include "servent/transfer/engine.h"

#include "tests/support/files.h"
#include "tests/support/one_loop.h"
#include "tests/support/temp_dir.h"
#include "tests/support/web_peer.h"

namespace p2p::test {

inline HashTree tree_of(std::string_view content) {
  const TreeShape shape = TreeShape::of(content.size());
  index::LeafHasher hasher(shape.leaf_bytes());
  hasher.add(bytes_of(content));
  return HashTree::above(shape, hasher.finish(), &index::join_tiger);
}

inline Sha1 sha1_of(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  EVP_Digest(content.data(), content.size(), out.data(), nullptr, EVP_sha1(), nullptr);
  Sha1 digest;
  std::ranges::copy(std::as_bytes(std::span(out).first(digest.bytes.size())), digest.bytes.begin());
  return digest;
}

class Swarming : public OneLoop {
 protected:
  Swarming() : content_(made(3'000'000, 7)), tree_(tree_of(content_)), digest_(sha1_of(content_)) {
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    settings_.first_wait = std::chrono::milliseconds(1);
    std::filesystem::create_directories(settings_.state);
    wanted_.name = "a.ogg";
    wanted_.size_bytes = content_.size();
    wanted_.sha1 = digest_;
  }

  // Another file is wanted.
  void want(std::string content) {
    content_ = std::move(content);
    tree_ = tree_of(content_);
    digest_ = sha1_of(content_);
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
  WebPeer& source(const std::string& user, Has has) {
    const auto kept = std::make_shared<const Has>(std::move(has));  // scripts are copied
    return source(user, [this, kept](std::size_t, const WebPeer::Asked& asked) {
      return answer(*kept, asked);
    });
  }
  WebPeer::Reply answer(const Has& has, const WebPeer::Asked& asked) const {
    if (asked.target.starts_with(transfer::kTreePath)) {
      if (has.tree == nullptr) return {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"};
      const Buffer body = transfer::encode_thex(*has.tree);
      return {"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              std::string(text_of(body))};
    }
    const std::string data = has.content.substr(asked.first, asked.last + 1 - asked.first);
    std::string head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                       std::to_string(asked.first) + '-' + std::to_string(asked.last) + '/' +
                       std::to_string(content_.size()) +
                       "\r\nContent-Length: " + std::to_string(data.size()) + "\r\n";
    if (has.tree != nullptr)
      head += std::string(transfer::kTreeField) + ": " +
              transfer::tree_path_of(digest_, has.tree->root()) + "\r\n";
    return {head + "\r\n" + data};
  }

  void start() {
    transfer::Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      asio::post(io_, [this, id, network = source.network, user = source.user] {
        Dialect dialect;
        dialect.kind = network == "kazaa" ? DialectKind::kazaa : DialectKind::http;
        engine_->on_reached(network, {id, {0x7f000001, peers_.at(user)->port()}, dialect});
      });
    };
    hooks.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
    engine_ = std::make_unique<transfer::Engine>(io_, settings_, hooks);
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
  void run_for(std::chrono::milliseconds time) {
    io_.restart();
    io_.run_for(time);
  }
  // It ends verified, and equal to what was wanted.
  void fetch() {
    start();
    EXPECT_NE(engine_->fetch(wanted_), 0U);
    ASSERT_TRUE(comes([this] { return row().state == api::DownloadState::done; }))
        << row().reason << '\n'
        << log_;
    EXPECT_TRUE(row().verified);
    EXPECT_TRUE(read_file(row().path) == content_);
  }
  std::string zeros() const { return std::string(content_.size(), '\0'); }

  TempDir root_;
  std::string content_;
  HashTree tree_;
  Sha1 digest_;
  transfer::Settings settings_;
  transfer::Wanted wanted_;
  std::map<std::string, std::unique_ptr<WebPeer>> peers_;
  std::unique_ptr<transfer::Engine> engine_;
  std::string log_;
};

}  // namespace p2p::test
