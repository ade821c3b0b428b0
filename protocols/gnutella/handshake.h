// Handshake: the greeting of a Gnutella link as a state machine, both sides (gnutella.md, section
// 1). Bytes in, a decision asked for, bytes out.
//
//   initiator: start -> sent1 -> (offered: we answer) -> open | refused
//   acceptor:  wait1 -> (asked: we answer) -> sent2 -> wait3 -> open | refused
//   0.4:       CONNECT/0.4 LF LF, answered by OK LF LF: open at once, no headers
//
// The handshake does not decide whom we want. Where a decision is due it stops (`decide`) and is
// told by answer() what to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/header_block.h"

namespace p2p::gnutella {

// What the headers of one side say of it. Missing headers leave what the spec says to assume.
struct Greeting {
  bool is_04 = false;                           // no headers at all
  std::string agent;                            // as sent, at most 128 bytes
  std::optional<bool> ultrapeer;                // X-Ultrapeer; nothing: a plain 0.6 node
  std::optional<bool> ultrapeer_needed;         // X-Ultrapeer-Needed
  std::optional<Endpoint> listen;               // Node, Listen-IP or X-My-Address; routable
  std::optional<std::uint32_t> remote_address;  // Remote-IP: how the other side sees us
  std::optional<Guid> servent;                  // GUID
  std::uint32_t query_routing = 0;              // X-Query-Routing: 0 none, 1 for 0.1, 2 for 0.2
  bool ultrapeer_query_routing = false;
  std::uint32_t degree = 8;   // X-Degree, 1 to 255
  std::uint32_t max_ttl = 7;  // X-Max-TTL, 1 to 15
  bool dynamic_querying = false;
  bool ext_probes = false;
  bool pong_caching = false;
  bool ggep = false;
  bool vendor_messages = false;
  bool bye = false;
  bool accepts_deflate = false;  // Accept-Encoding
  bool sends_deflate = false;    // Content-Encoding
  bool crawler = false;
  // X-Try-Ultrapeers and X-Try: routable, each once, at most kMaxTryHosts.
  std::vector<Endpoint> try_hosts;

  friend bool operator==(const Greeting&, const Greeting&) = default;
};
inline constexpr std::size_t kMaxTryHosts = 32;

Greeting greeting_of(const HeaderBlock& block);

using Fields = std::vector<std::pair<std::string, std::string>>;

// The answer to a block: what to say, and what we are in it.
struct Reply {
  std::uint16_t code = 200;
  std::string text = "OK";
  // Header fields in their order; the caller knows which ones belong into which block.
  Fields fields;
};

class Handshake {
 public:
  enum class State : std::uint8_t {
    reading,  // more bytes, please
    decide,   // peer() is known: call answer()
    open,     // messages follow; leftover() belongs to them
    refused,  // by them (code(), text(), peer().try_hosts) or by us, once take_output() is sent
    broken,   // not a handshake; error() says why
  };

  // We call: block 1 goes out by take_output().
  static Handshake initiator(const Fields& fields);
  static Handshake initiator_04();
  // They call.
  static Handshake acceptor();

  // What came; returns the state. Bytes behind the last block are kept for leftover(), at most
  // those of one feed; who writes on for 64 KiB while a decision is due breaks it.
  State feed(Bytes bytes);
  // In `decide`. Anything but 200 refuses. To a 0.4 peer a 200 says OK, all else nothing.
  // Content-Encoding is left out when they did not say that they accept it. Returns the state,
  // which may be `open` or `broken` at once: bytes that came early are read now.
  State answer(const Reply& reply);

  State state() const { return state_; }
  std::string take_output();  // what to send now; may be empty
  Buffer take_leftover();     // once open
  // The other side, all its blocks together: a header of block 3 goes over the same one of block 1.
  const Greeting& peer() const { return peer_; }
  bool is_initiator() const { return initiator_; }
  std::uint16_t code() const { return code_; }       // of the answer that came
  const std::string& text() const { return text_; }  // escaped
  const std::string& error() const { return error_; }
  // Agreed: they said Content-Encoding and we had accepted; we said it and they had accepted.
  bool inflates() const;
  bool deflates() const;

 private:
  Handshake() = default;
  State request(const HeaderBlock& block);   // block 1
  State response(const HeaderBlock& block);  // block 2 or 3
  void learn(HeaderBlock block);
  State keep(Bytes bytes);
  std::string our_block(const Reply& reply);
  State broken(std::string why);

  enum class Await : std::uint8_t { request, response, confirm };
  HeaderBlockReader reader_;
  Await await_ = Await::request;
  State state_ = State::reading;
  bool initiator_ = false;
  bool we_accept_deflate_ = false;
  bool we_send_deflate_ = false;
  HeaderBlock all_;  // of the peer
  Greeting peer_;
  std::uint16_t code_ = 0;
  std::string text_;
  std::string error_;
  std::string output_;
  Buffer leftover_;
};

}  // namespace p2p::gnutella
