// TreeFetch: asks a source for the tree of hashes of a content, over a connection of its own
// (gnutella.md, section 9), and looks whether it is the one of its root.
//
//   start -> then, once      stop() ends it silently, at any time
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/base/hash_tree.h"
#include "protocols/base/result.h"
#include "protocols/header_block.h"
#include "protocols/transfer/http_text.h"
#include "protocols/transfer/http_tree.h"

#include "servent/transfer/context.h"

namespace p2p::transfer {

class TreeFetch : public std::enable_shared_from_this<TreeFetch> {
 public:
  using Then = std::function<void(Result<HashTree>)>;

  TreeFetch(ContextPtr context, const Endpoint& from, TreeLink link, std::uint64_t size_bytes,
            Then then);
  void start();
  void stop();

 private:
  void say();
  void read();
  void take(Bytes bytes);
  void take_head(const HeaderBlock& head);
  void judge();
  void fail(Errc code, std::string why);

  ContextPtr context_;
  Endpoint from_;
  TreeLink link_;
  std::uint64_t size_bytes_;
  Then then_;  // none: it is over
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::string request_;
  Buffer buffer_;
  HeaderBlockReader reader_{kHttpLimits};
  std::optional<std::size_t> length_;  // of the body, once it is known
  Buffer body_;
};

}  // namespace p2p::transfer
