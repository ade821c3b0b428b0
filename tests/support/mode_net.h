// A network of Modes in memory: links with a latency, a clock the test moves, and a host's part in
// small: catalogues as lists of names, roles that change, dials that find who listens. Same seed,
// same run.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocols/base/overloaded.h"
#include "protocols/mode.h"
#include "protocols/registry.h"

namespace p2p::test {

class ModeNet {
 public:
  struct Node;

  explicit ModeNet(Duration latency = 10ms) : latency_(latency) {}

  // A node of this role that listens at 10.0.x.y:6346 and is started; `connect`: by number.
  std::size_t add(std::string_view role, const std::vector<std::size_t>& connect = {},
                  std::vector<std::string> files = {}, std::string_view mode = "gnutella",
                  const std::function<void(ModeConfig&)>& tune = {}) {
    auto node = std::make_unique<Node>(*this, nodes_.size());
    const ModeRow* row = find_mode(mode, role);
    node->role = role;
    node->config.agent = "servent/test";
    node->config.listen = address(nodes_.size());
    node->config.started_unix = 1 + nodes_.size();
    node->config.changes_role = row->changes_role;
    node->config.nick = "user" + std::to_string(nodes_.size());
    for (const std::size_t other : connect)
      node->config.connect.push_back(address(other));
    for (std::string& file : files)
      node->share(std::move(file));
    if (tune) tune(node->config);
    node->mode = row->make(node->config);
    node->mode_name = mode;
    nodes_.push_back(std::move(node));
    Node& made = *nodes_.back();
    made.call([](Mode& m, Cx& cx) { m.wake(cx); });
    return nodes_.size() - 1;
  }

  static Endpoint address(std::size_t number) {
    return {0x0a000001U + static_cast<std::uint32_t>(number), 6346};
  }

  Node& operator[](std::size_t number) { return *nodes_[number]; }
  std::size_t size() const { return nodes_.size(); }
  Time now() const { return now_; }

  void run(Duration time) {
    const Time end = now_ + time;
    for (;;) {
      Time next = end;
      Node* waker = nullptr;
      for (const auto& node : nodes_) {
        if (!node->mode || node->mode->deadline() >= next) continue;
        next = node->mode->deadline();
        waker = node.get();
      }
      if (!events_.empty() && events_.begin()->first.first <= next) {
        const auto at = events_.begin();
        now_ = std::max(now_, at->first.first);
        const auto act = std::move(at->second);
        events_.erase(at);
        act();
        continue;
      }
      if (waker == nullptr) break;
      now_ = std::max(now_, next);
      waker->call([](Mode& m, Cx& cx) { m.wake(cx); });
    }
    now_ = end;
  }

  // The node dies without a word; its links end at the others.
  void kill(std::size_t number) {
    Node& node = *nodes_[number];
    node.mode.reset();
    const auto links = node.links;
    for (const auto& [id, link] : links)
      node.cut(id);
  }
  // No message or dial passes between these and the others; links between them end.
  void part(const std::set<std::size_t>& some) {
    apart_ = some;
    for (const auto& node : nodes_)
      for (const auto& [id, link] : std::map(node->links))
        if (some.contains(node->number) != some.contains(link.other)) node->cut(id);
  }
  void join() { apart_.clear(); }

  struct Node final : Out {
    struct Link {
      std::size_t other = 0;
      LinkId theirs{};
      bool up = false;
    };

    Node(ModeNet& of, std::size_t as) : net(of), number(as), rng(as + 1) {}

    template <class Verb>
    void call(Verb verb) {
      if (!mode) return;
      Cx cx{net.now_, rng, *this};
      verb(*mode, cx);
      settle();
    }
    void command(const Command& what) {
      call([&](Mode& m, Cx& cx) { m.command(what, cx); });
    }
    void share(std::string name) {
      SharedFile file;
      file.id = files.size() + 1;
      file.size_bytes = 1000 + file.id;
      Sha1 sha1;
      sha1.bytes[0] = static_cast<std::byte>(number);
      sha1.bytes[1] = static_cast<std::byte>(file.id);
      file.sha1 = sha1;
      UuHash uuhash;
      std::ranges::copy(sha1.bytes, uuhash.bytes.begin());
      file.uuhash = uuhash;
      file.name = std::move(name);
      files.push_back(std::move(file));
    }
    std::uint32_t search(const std::string& text, std::uint32_t limit = 100) {
      Search wanted{SearchId{++last_search}, parse_query(text)};
      wanted.query.limit = limit;
      command(wanted);
      return last_search;
    }
    // Distinct servents that offered something to this search.
    std::set<std::string> finders(std::uint32_t search) const {
      std::set<std::string> users;
      for (const auto& [id, hit] : hits)
        if (id == search) users.insert(hit.source.user);
      return users;
    }
    Report report() const {
      Report out;
      out.now = net.now();
      if (mode) mode->describe(out);
      return out;
    }
    std::uint64_t counter(const std::string& name) const {
      for (const auto& [key, value] : report().counters)
        if (key == name) return value;
      return 0;
    }

    using Out::send;
    LinkId dial(const Endpoint& to) override {
      const LinkId id{++last_link};
      links[id] = {};
      const std::size_t other = to.address - 0x0a000001U;
      net.after(net.latency_, [this, id, other, to] {
        if (!mode || !links.contains(id)) return;
        const bool there = other < net.nodes_.size() && net.nodes_[other]->mode &&
                           net.nodes_[other]->config.listen.port != 0 && net.can(number, other);
        if (!there) {
          links.erase(id);
          call([&](Mode& m, Cx& cx) { m.link_down(id, Reason::refused, cx); });
          return;
        }
        Node& peer = *net.nodes_[other];
        const LinkId theirs{++peer.last_link};
        peer.links[theirs] = {number, id, true};
        links[id] = {other, theirs, true};
        const Endpoint here{address(number).address, static_cast<std::uint16_t>(40'000)};
        peer.call([&](Mode& m, Cx& cx) { m.link_up(theirs, {here, true, false, to}, cx); });
        call([&](Mode& m, Cx& cx) { m.link_up(id, {to, false, false, here}, cx); });
      });
      return id;
    }
    void send(std::span<const LinkId> to, Bytes message, Urgency) override {
      for (const LinkId id : to) {
        const auto at = links.find(id);
        if (at == links.end() || !at->second.up) continue;
        Node& peer = *net.nodes_[at->second.other];
        net.bytes_sent_ += message.size();
        net.after(net.latency_, [&peer, theirs = at->second.theirs,
                                 copy = Buffer(message.begin(), message.end())] {
          if (peer.links.contains(theirs))
            peer.call([&](Mode& m, Cx& cx) { m.receive(theirs, copy, cx); });
        });
      }
    }
    void send_to(const Endpoint& to, Bytes datagram) override {
      const std::size_t other = to.address - 0x0a000001U;
      if (other >= net.nodes_.size() || !net.can(number, other)) return;
      net.after(net.latency_, [this, other, copy = Buffer(datagram.begin(), datagram.end())] {
        const Endpoint from = address(number);
        net.nodes_[other]->call([&](Mode& m, Cx& cx) { m.datagram(from, copy, cx); });
      });
    }
    void close(LinkId id, Reason) override {
      const auto at = links.find(id);
      if (at == links.end()) return;
      const Link link = at->second;
      links.erase(at);
      if (link.up) net.nodes_[link.other]->hear_end(link.theirs);
    }
    void report(Event event) override { events.push_back(std::move(event)); }

    void hear_end(LinkId id) {
      net.after(net.latency_, [this, id] {
        if (links.erase(id) > 0)
          call([&](Mode& m, Cx& cx) { m.link_down(id, Reason::closed, cx); });
      });
    }
    // Both ends learn of it.
    void cut(LinkId id) {
      const auto at = links.find(id);
      if (at == links.end()) return;
      const Link link = at->second;
      if (link.up) net.nodes_[link.other]->hear_end(link.theirs);
      hear_end(id);
    }

    void settle() {
      while (!events.empty()) {
        Event event = std::move(events.front());
        events.erase(events.begin());
        std::visit(Overloaded{
                       [&](Found& e) {
                         for (Hit& hit : e.hits)
                           hits.emplace_back(static_cast<std::uint32_t>(e.id), std::move(hit));
                       },
                       [&](Ended& e) {
                         ended[static_cast<std::uint32_t>(e.id)] = e;
                         ++ends[static_cast<std::uint32_t>(e.id)];
                       },
                       [&](Asked& e) { answer(e); },
                       [&](PageAsked& e) {
                         net.after(1ms, [this, ticket = e.ticket] {
                           command(Page{ticket, files, files.size(), true});
                         });
                       },
                       [&](Learned& e) { learn(e); },
                       [&](Become& e) {
                         become.push_back(e.role);
                         change_role(e.role);
                       },
                       [&](Notice& e) { notices.push_back(e.text); },
                       [&](Reached& e) { reached.push_back(e); },
                       [&](Awaited& e) { awaited.push_back(e); },
                       [&](Unreached& e) { unreached.push_back(e); },
                       [&](PushWanted& e) { pushes.push_back(e); },
                       [](auto&) {},
                   },
                   event);
      }
    }
    void learn(const Learned& host) {
      auto& known = config.known_hosts;
      std::erase_if(known, [&](const KnownHost& one) { return one.endpoint == host.endpoint; });
      known.insert(known.begin(), {host.endpoint, host.role});
    }
    void answer(const Asked& asked) {
      ++questions;
      Answer told{asked.ticket, {}, free_slot};
      for (const SharedFile& file : files)
        if (asked.query.sha1
                ? file.sha1 == asked.query.sha1
                : matches(asked.query, file.name, file.size_bytes, file.media, file.tags))
          told.files.push_back(file);
      net.after(1ms, [this, told] { command(told); });
    }
    void change_role(const std::string& to) {
      net.after(0ms, [this, to] {
        if (!mode) return;
        const auto open = links;
        for (const auto& [id, link] : open)
          close(id, Reason::policy);
        role = to;
        mode = find_mode(mode_name, to)->make(config);
        call([](Mode& m, Cx& cx) { m.wake(cx); });
      });
    }

    ModeNet& net;
    std::size_t number;
    Rng rng;
    ModeConfig config;
    std::unique_ptr<Mode> mode;
    std::string role;
    std::string mode_name;
    std::vector<SharedFile> files;
    std::map<LinkId, Link> links;
    std::uint64_t last_link = 0;
    std::uint32_t last_search = 0;
    std::vector<Event> events;

    std::vector<std::pair<std::uint32_t, Hit>> hits;
    std::optional<bool> free_slot;  // what it says to who asks
    std::map<std::uint32_t, Ended> ended;
    std::map<std::uint32_t, int> ends;
    std::uint64_t questions = 0;  // put to our catalogue
    std::vector<std::string> become;
    std::vector<std::string> notices;
    std::vector<Reached> reached;
    std::vector<Awaited> awaited;
    std::vector<Unreached> unreached;
    std::vector<PushWanted> pushes;
  };

  std::uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  void after(Duration time, std::function<void()> act) {
    events_.emplace(std::pair(now_ + time, ++sequence_), std::move(act));
  }
  bool can(std::size_t a, std::size_t b) const { return apart_.contains(a) == apart_.contains(b); }

  Duration latency_;
  Time now_{1'000'000ms};
  std::uint64_t sequence_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::map<std::pair<Time, std::uint64_t>, std::function<void()>> events_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::set<std::size_t> apart_;
};

}  // namespace p2p::test
