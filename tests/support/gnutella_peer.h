// A neighbour that a test plays by hand against one mode: greets, then says any bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/gnutella/message.h"
#include "protocols/registry.h"

#include "tests/support/numbered.h"
#include "tests/support/recorder.h"

namespace p2p::test {

inline Buffer message_of(gnutella::Type type, const Guid& guid, std::uint8_t ttl, std::uint8_t hops,
                         Bytes payload = {}) {
  Buffer out;
  gnutella::append_message(out, {guid, type, ttl, hops, 0}, payload);
  return out;
}

inline Buffer query_of(std::string_view text, const Guid& guid, std::uint8_t ttl = 3,
                       std::uint8_t hops = 0) {
  Buffer payload;
  gnutella::append_query(payload, {gnutella::query_flags::kMark, text, {}});
  return message_of(gnutella::Type::query, guid, ttl, hops, payload);
}

class GnutellaWorld {
 public:
  explicit GnutellaWorld(std::string_view role) {
    ModeConfig config;
    config.agent = "servent/test";
    config.listen = {0x0a000001, 6346};
    mode_ = find_mode("gnutella", role)->make(config);
    wake();
  }

  World world;
  Mode& mode() { return *mode_; }
  void wake() {
    Cx cx = world.cx();
    mode_->wake(cx);
  }
  void advance(Duration time) {
    const Time end = world.now + time;
    while (mode_->deadline() <= end) {
      world.now = std::max(world.now, mode_->deadline());
      wake();
    }
    world.now = end;
  }
  void command(const Command& what) {
    Cx cx = world.cx();
    mode_->command(what, cx);
  }

  // A caller that says this first.
  LinkId call(std::string_view words) {
    const LinkId link{++last_};
    Cx cx = world.cx();
    const Endpoint from{0x0a000100U + static_cast<std::uint32_t>(last_), 40000};
    mode_->link_up(link, {from, true, false, {0x0a000001, 6346}}, cx);
    say(link, bytes_of(words));
    return link;
  }
  // One that is let in: "True" an ultrapeer, "False" a leaf, "" neither.
  LinkId neighbour(std::string_view ultrapeer, std::string_view more = "") {
    std::string words = "GNUTELLA CONNECT/0.6\r\nUser-Agent: probe/1.0\r\nNode: 10.0.1." +
                        std::to_string(last_ + 1) + ":6346\r\nBye-Packet: 0.1\r\nGGEP: 0.5\r\n" +
                        "X-Query-Routing: 0.2\r\nX-Ultrapeer-Query-Routing: 0.1\r\n" +
                        "X-Degree: 32\r\nX-Max-TTL: 4\r\nX-Dynamic-Querying: 0.1\r\n";
    if (!ultrapeer.empty()) words += "X-Ultrapeer: " + std::string(ultrapeer) + "\r\n";
    words += std::string(more) + "\r\n";
    const LinkId link = call(words);
    say(link, bytes_of("GNUTELLA/0.6 200 OK\r\n\r\n"));
    (void)world.out.bytes_to(link);
    return link;
  }
  void say(LinkId link, Bytes bytes) {
    Cx cx = world.cx();
    mode_->receive(link, bytes, cx);
  }

  bool is_closed(LinkId link) const {
    for (const Recorder::Closed& one : world.out.closed)
      if (one.link == link) return true;
    return false;
  }
  // Messages of this type that were sent to the link since last asked; others are forgotten.
  std::vector<Buffer> take(LinkId link, gnutella::Type type) {
    const Buffer bytes = world.out.bytes_to(link);
    std::vector<Buffer> taken;
    for (std::size_t at = 0; at + gnutella::kHeaderBytes <= bytes.size();) {
      const auto header = gnutella::decode_header(Bytes(bytes).subspan(at));
      if (!header) break;
      const std::size_t size = gnutella::kHeaderBytes + header->length;
      const Bytes whole = Bytes(bytes).subspan(at, size);
      if (header->type == type) taken.emplace_back(whole.begin(), whole.end());
      at += size;
    }
    return taken;
  }
  std::uint16_t bye_code(LinkId link) {
    const auto byes = take(link, gnutella::Type::bye);
    if (byes.empty()) return 0;
    const auto bye = gnutella::decode_bye(Bytes(byes.back()).subspan(gnutella::kHeaderBytes));
    return bye ? bye->code : std::uint16_t{0};
  }
  std::uint64_t counter(std::string_view name) const {
    Report report;
    mode_->describe(report);
    for (const auto& [key, value] : report.counters)
      if (key == name) return value;
    return 0;
  }

 private:
  std::unique_ptr<Mode> mode_;
  std::uint64_t last_ = 0;
};

}  // namespace p2p::test
