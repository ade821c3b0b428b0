#include "servent/transfer/tree_fetch.h"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "protocols/transfer/thex.h"

#include "index/tree_hasher.h"

namespace p2p::transfer {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::size_t kTreeBuffer = std::size_t{16} * 1024;

bool is_found(std::string_view line) {
  return line.starts_with("HTTP/1.") && line.find(" 200") == 8;
}

}  // namespace

TreeFetch::TreeFetch(ContextPtr context, const Endpoint& from, TreeLink link,
                     std::uint64_t size_bytes, Then then)
    : context_(std::move(context)),
      from_(from),
      link_(std::move(link)),
      size_bytes_(size_bytes),
      then_(std::move(then)),
      socket_(context_->io),
      timer_(context_->io),
      buffer_(kTreeBuffer) {}

void TreeFetch::stop() {
  then_ = nullptr;
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void TreeFetch::fail(Errc code, std::string why) {
  const Then then = std::exchange(then_, nullptr);
  stop();
  if (then) then(p2p::fail(code, std::move(why)));
}

void TreeFetch::start() {
  timer_.expires_after(kPatience);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e && self->then_) self->fail(Errc::not_found, "the tree did not come in time");
  });
  const tcp::endpoint there(asio::ip::address_v4(from_.address), from_.port);
  socket_.async_connect(there, [self = shared_from_this()](error_code e) {
    if (!self->then_) return;
    if (e) return self->fail(Errc::not_found, "could not connect for the tree");
    self->say();
    self->read();
  });
}

void TreeFetch::say() {
  HeaderBlockWriter head("GET " + link_.path + " HTTP/1.1");
  head.field("Host", to_text(from_)).field("User-Agent", context_->settings.agent);
  head.field("Connection", "close");
  request_ = head.text();
  // A failure shows when reading.
  asio::async_write(socket_, asio::buffer(request_),
                    [self = shared_from_this()](error_code, std::size_t) {});
}

void TreeFetch::read() {
  socket_.async_read_some(asio::buffer(buffer_),
                          [self = shared_from_this()](error_code e, std::size_t count) {
                            if (!self->then_) return;
                            if (e) return self->fail(Errc::not_found, "the tree did not come");
                            self->take(Bytes(self->buffer_).first(count));
                          });
}

void TreeFetch::take(Bytes bytes) {
  while (!bytes.empty() && !length_) {
    const auto used = reader_.feed(bytes);
    if (!used) return fail(Errc::malformed, "the answer about the tree makes no sense");
    bytes = bytes.subspan(*used);
    if (reader_.is_complete()) take_head(reader_.take());
    if (!then_) return;
  }
  if (length_) {
    const std::size_t count = std::min(bytes.size(), *length_ - body_.size());
    body_.insert(body_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    if (body_.size() == *length_) return judge();
  }
  read();
}

void TreeFetch::take_head(const HeaderBlock& head) {
  const auto length = read_number(head.value("Content-Length"));
  if (!is_found(head.start_line)) return fail(Errc::not_found, "the source has no tree");
  if (!length || *length == 0 || head.has("Transfer-Encoding") || head.has("Content-Encoding"))
    return fail(Errc::unsupported, "the tree comes in a form we do not take");
  if (*length > kMaxThex) return fail(Errc::too_long, "the tree is too large");
  length_ = static_cast<std::size_t>(*length);
}

// A thousand hashes: not on the loop.
void TreeFetch::judge() {
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  context_->disk.run(
      [body = std::move(body_), size = size_bytes_, root = link_.root]() -> Result<HashTree> {
        auto tree = decode_thex(body, size);
        if (tree && !tree->is_sound(root, &index::join_tiger))
          return p2p::fail(Errc::malformed, "the tree does not match its root");
        return tree;
      },
      [self = shared_from_this()](Result<HashTree> tree) {
        if (const Then then = std::exchange(self->then_, nullptr)) then(std::move(tree));
      });
}

}  // namespace p2p::transfer
