#include "servent/transfer/listing.h"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "protocols/napster/direct_browse.h"

namespace p2p::transfer {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

Listing::Listing(ContextPtr context, std::shared_ptr<tcp::socket> socket, Ended ended)
    : context_(std::move(context)),
      socket_(std::move(socket)),
      ended_(std::move(ended)),
      timer_(context_->io) {}

void Listing::drop() {
  const Ended ended = std::exchange(ended_, nullptr);
  if (!ended) return;
  error_code ignored;
  socket_->close(ignored);
  timer_.cancel();
  ended(shared_from_this());
}

// For one step: a page, a connection, a greeting.
void Listing::limit() {
  timer_.expires_after(30s);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e && !self->context_->stopping) self->drop();
  });
}

void Listing::answer() {
  output_ = napster::browse_head(context_->settings.nick, napster::BrowseCaller::them);
  tell();
}

void Listing::call(const ListWanted& wanted) {
  output_ = napster::browse_head(wanted.dialect.nick, napster::BrowseCaller::us);
  limit();
  const tcp::endpoint to(asio::ip::address_v4(wanted.endpoint.address), wanted.endpoint.port);
  socket_->async_connect(to, [self = shared_from_this()](error_code e) {
    if (e || self->context_->stopping) return self->drop();
    self->greet();
  });
}

void Listing::greet() {
  asio::async_read(*socket_, asio::buffer(&greeting_, 1),
                   [self = shared_from_this()](error_code e, std::size_t) {
                     if (e || self->context_->stopping || self->greeting_ != '1')
                       return self->drop();
                     self->tell();
                   });
}

// Writes what is there, then asks for the next page.
void Listing::tell() {
  limit();
  asio::async_write(
      *socket_, asio::buffer(output_), [self = shared_from_this()](error_code e, std::size_t) {
        if (e || self->context_->stopping || self->last_) return self->drop();
        self->context_->hooks.page(self->after_, [self](const std::vector<SharedFile>& files,
                                                        std::uint64_t next, bool last) {
          if (!self->context_->stopping) self->take_page(files, next, last);
        });
      });
}

void Listing::take_page(const std::vector<SharedFile>& files, std::uint64_t next, bool last) {
  if (!ended_) return;  // dropped meanwhile
  output_ = napster::browse_lines(files);
  last_ = last || next <= after_;
  after_ = next;
  if (last_) output_ += napster::kBrowseEnd;
  tell();
}

}  // namespace p2p::transfer
