// Children and supernodes that a test plays by hand against one KaZaA mode: they greet and encipher
// as real ones do, then say any messages.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/kazaa/message.h"
#include "protocols/kazaa/query.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/reply.h"
#include "protocols/kazaa/session.h"
#include "protocols/registry.h"

#include "tests/support/kazaa_places.h"
#include "tests/support/numbered.h"
#include "tests/support/recorder.h"

namespace p2p::test {

// "any contains" these words.
inline Buffer words_payload(std::string_view words, std::uint16_t search_id = 0,
                            std::uint16_t most = 100) {
  kazaa::QueryMessage query;
  query.most_results = most;
  query.search_id = search_id;
  query.terms = {{kazaa::Comparison::contains, kazaa::Tag::any, bytes_of(words)}};
  Buffer payload;
  kazaa::append_query(payload, query);
  return payload;
}

inline Buffer share_of(std::string_view name, std::uint32_t number, std::uint64_t size = 1000) {
  kazaa::TagBuilder tags;
  tags.text(kazaa::Tag::name, name);
  kazaa::Share share;
  share.file.hash = hash_with(number);
  share.file.size_bytes = size;
  share.file.tags = tags.tags();
  Buffer payload;
  kazaa::append_share(payload, share);
  return payload;
}

// A reply with one result of this name at this place.
inline Buffer reply_of(std::string_view name, std::uint32_t number, const Endpoint& at,
                       std::uint16_t search_id = 0) {
  kazaa::TagBuilder tags;
  tags.text(kazaa::Tag::name, name);
  kazaa::ReplyFile result;
  result.endpoint = at;
  result.user = "sharer";
  result.file.hash = hash_with(number);
  result.file.size_bytes = 1000;
  result.file.tags = tags.tags();
  kazaa::ReplyWriter writer(kHub, search_id);
  writer.add(result);
  return writer.take().front();
}

inline Buffer relayed_query_of(const Guid& id, Bytes query, std::uint8_t ttl = 3,
                               std::uint8_t hops = 0) {
  Buffer payload;
  kazaa::append_relayed_query(payload, {id, ttl, hops, query});
  return payload;
}

inline void knows_hub(ModeConfig& config) {
  config.connect = {kHub};
}

class KazaaWorld {
 public:
  struct Message {
    kazaa::Type type{};
    Buffer payload;
  };
  using Tune = std::function<void(ModeConfig&)>;

  explicit KazaaWorld(std::string_view role, const Tune& tune = {}) {
    ModeConfig config;
    config.nick = "here";
    config.listen = kHere;
    if (tune) tune(config);
    mode_ = find_mode("kazaa", role)->make(config);
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
      answer_pings();
    }
    world.now = end;
  }
  void command(const Command& what) {
    Cx cx = world.cx();
    mode_->command(what, cx);
  }

  // ---- whoever calls us
  // A connection without a word yet.
  LinkId call(std::uint32_t address = 0) {
    const LinkId link{++last_};
    const Endpoint from{address != 0 ? address : 0x0a000100U + static_cast<std::uint32_t>(last_),
                        40'000};
    peers_.emplace(link, Peer{kazaa::Session::child(), from, {}});
    Cx cx = world.cx();
    mode_->link_up(link, {from, true, false, kHere}, cx);
    return link;
  }
  // One that has greeted.
  LinkId caller(std::uint32_t address = 0) {
    const LinkId link = call(address);
    pump(link);
    return link;
  }
  // A child that listens where it calls from, at this port; what it was told so far is forgotten.
  LinkId child(std::string_view user, std::uint16_t port = 1214, std::uint32_t address = 0) {
    const LinkId link = caller(address);
    Buffer payload;
    kazaa::append_node_info(payload, {{address_of(link), port}, 0x60, user});
    say(link, kazaa::Type::node_info, payload);
    peers_.at(link).heard.clear();
    return link;
  }
  // A supernode that calls us; the same.
  LinkId supernode(std::uint16_t port = 1214, std::uint32_t address = 0) {
    const LinkId link = caller(address);
    Buffer payload;
    kazaa::append_neighbours(payload, {{{address_of(link), port}, 0}});
    say(link, kazaa::Type::neighbours, payload);
    peers_.at(link).heard.clear();
    return link;
  }

  // ---- whomever we called
  // The last call made is taken, by somebody who answers the greeting.
  LinkId take_call() {
    const LinkId link{world.out.next_link - 1};
    const Endpoint remote = world.out.dialled.back();
    peers_.emplace(link, Peer{kazaa::Session::supernode(), remote, {}});
    Cx cx = world.cx();
    mode_->link_up(link, {remote, false, false, {kHere.address, 50'000}}, cx);
    pump(link);
    return link;
  }
  // One that takes us in as its child.
  LinkId take_call_as_parent() {
    const LinkId link = take_call();
    Buffer payload;
    kazaa::append_your_address(payload, kHere.address);
    say(link, kazaa::Type::your_address, payload);
    return link;
  }

  // ---- what they say and hear
  void say(LinkId link, kazaa::Type type, Bytes payload = {}) {
    peers_.at(link).session.send(type, payload);
    pump(link);
  }
  // The bytes of a message, to be altered before they are given to raw().
  Buffer bytes_of_message(LinkId link, kazaa::Type type, Bytes payload = {}) {
    peers_.at(link).session.send(type, payload);
    return peers_.at(link).session.take_output();
  }
  Buffer greeting_of(LinkId link) { return peers_.at(link).session.take_output(); }
  void raw(LinkId link, Bytes bytes) {
    Cx cx = world.cx();
    mode_->receive(link, bytes, cx);
  }
  void hang_up(LinkId link) {
    Cx cx = world.cx();
    mode_->link_down(link, Reason::closed, cx);
  }
  // Payloads of this type that the link was sent since last asked; others are forgotten.
  std::vector<Buffer> take(LinkId link, kazaa::Type type) {
    pump(link);
    std::vector<Buffer> taken;
    for (Message& message : std::exchange(peers_.at(link).heard, {}))
      if (message.type == type) taken.push_back(std::move(message.payload));
    return taken;
  }
  std::vector<Message> take_all(LinkId link) {
    pump(link);
    return std::exchange(peers_.at(link).heard, {});
  }
  // Names of the results that a child was sent since last asked.
  std::vector<std::string> results(LinkId link) {
    std::vector<std::string> names;
    for (const Buffer& payload : take(link, kazaa::Type::reply)) {
      const auto reply = kazaa::decode_reply(payload);
      if (!reply) continue;
      for (const kazaa::ReplyFile& file : reply->files)
        names.emplace_back(file.file.tags.text(kazaa::Tag::name));
    }
    return names;
  }

  std::uint32_t address_of(LinkId link) const { return peers_.at(link).remote.address; }
  const kazaa::Session& session(LinkId link) const { return peers_.at(link).session; }
  bool is_closed(LinkId link) const {
    for (const Recorder::Closed& one : world.out.closed)
      if (one.link == link) return true;
    return false;
  }
  std::uint64_t counter(std::string_view name) const {
    Report report;
    mode_->describe(report);
    for (const auto& [key, value] : report.counters)
      if (key == name) return value;
    return 0;
  }
  // The texts of all notices since last asked, joined.
  std::string notices() {
    std::string all;
    for (const Notice& notice : world.out.take<Notice>())
      all += notice.text + '\n';
    return all;
  }

 private:
  struct Peer {
    kazaa::Session session;
    Endpoint remote;
    std::vector<Message> heard;
  };

  // Carries bytes both ways until nobody says more.
  void pump(LinkId link) {
    Peer& peer = peers_.at(link);
    for (;;) {
      const Buffer theirs = peer.session.take_output();
      if (!theirs.empty() && !is_closed(link)) raw(link, theirs);
      const Buffer ours = world.out.bytes_to(link);
      if (ours.empty()) return;
      peer.session.feed(ours);
      for (auto next = peer.session.next(); next && *next; next = peer.session.next()) {
        const kazaa::Frame& frame = **next;
        if (frame.kind == kazaa::Frame::Kind::message)
          peer.heard.push_back({frame.type, {frame.payload.begin(), frame.payload.end()}});
      }
    }
  }
  void answer_pings() {
    for (auto& [link, peer] : peers_)
      if (!is_closed(link)) pump(link);
  }

  std::unique_ptr<Mode> mode_;
  std::map<LinkId, Peer> peers_;
  std::uint64_t last_ = 0;
};

}  // namespace p2p::test
