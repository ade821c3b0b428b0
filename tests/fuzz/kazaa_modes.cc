// A child, its supernode, another supernode and its child talk and obey commands. What one says
// reaches the other cut as the input says and now and then with a byte altered or left out: no
// crash, a link ends at most once at each side, all time goes by, and limits hold.
//
// Byte 0: which faults there are, and from 128 on links are enciphered. Then pairs: what happens,
// and where.
#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "protocols/base/overloaded.h"
#include "protocols/kazaa/datagram.h"
#include "protocols/kazaa/own_searches.h"
#include "protocols/registry.h"

using namespace p2p;
namespace {

constexpr std::size_t kNodes = 4;
constexpr std::array<const char*, kNodes> kRoles{"ordinary", "supernode", "supernode", "auto"};
constexpr std::size_t kMostSteps = 600;
constexpr std::uint32_t kMostChildren = 3;
constexpr std::uint64_t kMostFiles = 7;

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::size_t draw() { return size_ == 0 ? 0 : (--size_, *data_++); }
  bool empty() const { return size_ == 0; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

Endpoint address(std::size_t node) {
  return {0x0a000001U + static_cast<std::uint32_t>(node), 1214};
}

SharedFile file(std::size_t number) {
  constexpr std::array<const char*, 4> kNames{"Music/red kite.mp3", "red dogs.avi", "kite.txt",
                                              "x"};
  SharedFile made;
  made.id = number + 1;
  made.name = kNames.at(number % kNames.size()) + std::string(number / kNames.size() % 3, 'z');
  made.size_bytes = number << (number % 40);
  made.uuhash = UuHash{};
  made.uuhash->bytes[0] = static_cast<std::byte>(number);
  if (number % 2 == 0) made.sha1 = Sha1{};
  made.tags = {"artist", "", "album of dogs", "", static_cast<std::uint32_t>(1900 + number), 1, 2};
  return made;
}

struct Net;

// One node and its ends of links.
struct Node final : Out {
  struct End {
    std::size_t other = 0;
    LinkId theirs{};
    bool is_up = false;
    Buffer to_come;  // said by the other side, not arrived yet
  };
  Net* net = nullptr;
  std::size_t number = 0;
  std::unique_ptr<Mode> mode;
  Rng rng{1};
  std::map<LinkId, End> ends;
  std::map<LinkId, std::size_t> closed;
  std::uint64_t last = 0;
  std::deque<Event> events;
  std::map<SearchId, std::size_t> asked;
  std::map<SearchId, std::size_t> found;

  using Out::send;
  LinkId dial(const Endpoint& to) override;
  void send(std::span<const LinkId> to, Bytes message, Urgency urgency) override;
  void send_to(const Endpoint& to, Bytes datagram) override;
  void close(LinkId link, Reason why) override;
  void report(Event event) override { events.push_back(std::move(event)); }
  std::size_t queued(LinkId link) const override;
  void settle();
  void hear(const Event& event);
};

struct Net {
  Input& in;
  std::size_t faults;
  bool is_greeted;  // without greeting and cipher: that is much faster
  Time now{1'000'000ms};
  std::array<Node, kNodes> nodes;
  std::deque<std::pair<std::size_t, Command>> commands;
  std::deque<std::pair<std::size_t, Buffer>> datagrams;
  std::map<std::size_t, std::string> roles;  // that nodes wish for

  Net(Input& input, std::size_t which) : in(input), faults(which), is_greeted(which < 128) {
    for (std::size_t i = 0; i < kNodes; ++i) {
      Node& node = nodes.at(i);
      node.net = this;
      node.number = i;
      start(i, kRoles.at(i));
    }
  }
  void start(std::size_t number, std::string_view role) {
    const ModeRow* row = find_mode("kazaa", role);
    ModeConfig config;
    config.nick = "node" + std::to_string(number);
    config.listen = address(number);
    config.changes_role = row->changes_role;
    config.max_files_per_user = static_cast<std::uint32_t>(kMostFiles);
    config.supernode.max_children = kMostChildren;
    config.supernode.proven_uptime = 5s;
    config.connect = {address(1), address(2)};
    nodes.at(number).mode = row->make(config);
    call(number, [](Mode& mode, Cx& cx) { mode.wake(cx); });
  }
  template <class Verb>
  void call(std::size_t number, Verb verb) {
    Node& node = nodes.at(number);
    Cx cx{now, node.rng, node};
    verb(*node.mode, cx);
    node.settle();
  }
  void link_down(std::size_t number, LinkId link) {
    if (nodes.at(number).ends.erase(link) == 0) return;
    call(number, [&](Mode& mode, Cx& cx) { mode.link_down(link, Reason::closed, cx); });
  }

  // Calls come through, or do not.
  void answer_calls(std::size_t number) {
    Node& node = nodes.at(number);
    const auto waits = [](const auto& item) { return !item.second.is_up; };
    const auto at = std::ranges::find_if(node.ends, waits);
    if (at == node.ends.end()) return;
    const LinkId id = at->first;
    const std::size_t other = at->second.other;
    if (other >= kNodes || other == number) {
      link_down(number, id);
      return;
    }
    Node& peer = nodes.at(other);
    const LinkId theirs{++peer.last};
    peer.ends[theirs] = {number, id, true, {}};
    at->second = {other, theirs, true, {}};
    const Endpoint here{address(number).address, 40'000};
    call(other, [&](Mode& mode, Cx& cx) {
      mode.link_up(theirs, {here, true, is_greeted, address(other)}, cx);
    });
    if (node.ends.contains(id))
      call(number, [&](Mode& mode, Cx& cx) {
        mode.link_up(id, {address(other), false, is_greeted, here}, cx);
      });
  }
  // Some of what is on the way to this node arrives.
  void deliver(std::size_t number, std::size_t pick) {
    Node& node = nodes.at(number);
    std::vector<LinkId> links;
    for (const auto& [id, end] : node.ends)
      if (!end.to_come.empty()) links.push_back(id);
    if (links.empty()) return;
    const LinkId id = links.at(pick % links.size());
    Buffer& all = node.ends.at(id).to_come;
    const std::size_t wanted = in.draw();
    const std::size_t size = wanted >= 200 ? all.size() : std::min(wanted + 1, all.size());
    Buffer part(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    if (faults % 4 == 1) part.at(in.draw() % size) ^= static_cast<std::byte>(in.draw());
    if (faults % 4 == 2 && in.draw() % 16 == 0) part.pop_back();
    call(number, [&](Mode& mode, Cx& cx) { mode.receive(id, part, cx); });
  }
  void deliver_all() {
    bool moves = true;
    for (std::size_t round = 0; moves && round < 20; ++round) {
      moves = false;
      for (std::size_t i = 0; i < kNodes; ++i) {
        answer_calls(i);
        const std::map<LinkId, Node::End> ends = nodes.at(i).ends;
        for (const auto& [id, end] : ends) {
          const auto at = nodes.at(i).ends.find(id);
          if (at == nodes.at(i).ends.end()) continue;
          const Buffer part = std::exchange(at->second.to_come, {});
          moves = moves || !part.empty();
          if (!part.empty())
            call(i, [&, link = id](Mode& mode, Cx& cx) { mode.receive(link, part, cx); });
        }
        take_commands();
      }
    }
  }
  void take_commands() {
    for (; !commands.empty(); commands.pop_front()) {
      const auto [number, told] = commands.front();
      call(number, [&, what = told](Mode& mode, Cx& cx) { mode.command(what, cx); });
    }
    for (const auto& [number, role] : std::exchange(roles, {}))
      change_role(number, role);
  }
  void change_role(std::size_t number, const std::string& role) {
    Node& node = nodes.at(number);
    const std::map<LinkId, Node::End> ends = node.ends;
    for (const auto& [id, end] : ends)
      node.close(id, Reason::policy);
    node.asked.clear();
    start(number, role);
  }
  void advance(Duration time) {
    const Time end = now + time;
    for (std::size_t turns = 0;; ++turns) {
      if (turns > 5000) __builtin_trap();  // a deadline that does not go by
      const auto next = std::ranges::min_element(
          nodes, {}, [](const Node& node) { return node.mode->deadline(); });
      if (next->mode->deadline() > end) break;
      now = std::max(now, next->mode->deadline());
      call(next->number, [](Mode& mode, Cx& cx) { mode.wake(cx); });
      take_commands();
    }
    now = end;
  }
  void check() const {
    for (const Node& node : nodes) {
      Report report;
      node.mode->describe(report);
      for (const auto& [name, count] : report.counters) {
        if (name == "children" && count > kMostChildren) __builtin_trap();
        if (name == "indexed files" && count > (kMostChildren + 1) * kMostFiles) __builtin_trap();
      }
      for (const auto& [id, hits] : node.found)
        if (hits > kazaa::kMostResults) __builtin_trap();
    }
  }
  void step(std::size_t what, std::size_t where);
};

LinkId Node::dial(const Endpoint& to) {
  const LinkId id{++last};
  ends[id] = {to.address - address(0).address, {}, false, {}};
  return id;
}

void Node::send(std::span<const LinkId> to, Bytes message, Urgency) {
  for (const LinkId id : to) {
    const auto at = ends.find(id);
    if (at == ends.end() || !at->second.is_up) continue;
    auto& theirs = net->nodes.at(at->second.other).ends;
    const auto end = theirs.find(at->second.theirs);
    if (end != theirs.end())
      end->second.to_come.insert(end->second.to_come.end(), message.begin(), message.end());
  }
}

std::size_t Node::queued(LinkId link) const {
  const auto at = ends.find(link);
  if (at == ends.end() || !at->second.is_up) return 0;
  const auto& theirs = net->nodes.at(at->second.other).ends;
  const auto end = theirs.find(at->second.theirs);
  return end == theirs.end() ? 0 : end->second.to_come.size();
}

void Node::send_to(const Endpoint& to, Bytes datagram) {
  const std::size_t other = to.address - address(0).address;
  if (other < kNodes) net->datagrams.emplace_back(other, Buffer(datagram.begin(), datagram.end()));
}

void Node::close(LinkId link, Reason) {
  if (++closed[link] > 1) __builtin_trap();
  const auto at = ends.find(link);
  if (at == ends.end()) return;
  const End end = at->second;
  ends.erase(at);
  // The other side learns of it when it next looks.
  auto& theirs = net->nodes.at(end.other % kNodes).ends;
  const auto other = theirs.find(end.theirs);
  if (end.is_up && other != theirs.end()) other->second.theirs = LinkId{};
}

void Node::settle() {
  for (; !events.empty(); events.pop_front())
    hear(events.front());
}

void Node::hear(const Event& event) {
  std::visit(
      Overloaded{
          [&](const PageAsked& e) {
            std::vector<SharedFile> files;
            for (std::size_t i = e.after; i < e.after + 3; ++i)
              files.push_back(file(i + number));
            net->commands.emplace_back(number, Page{e.ticket, files, e.after + 3, e.after >= 6});
          },
          [&](const Ended& e) {
            if (asked[e.id]-- == 0) __builtin_trap();  // once each
          },
          [&](const Found& e) {
            if (asked[e.id] == 0) __builtin_trap();
            found[e.id] += e.hits.size();
          },
          [&](const Become& e) { net->roles[number] = e.role; },
          [](const auto&) {},
      },
      event);
}

void Net::step(std::size_t what, std::size_t where) {
  const std::size_t number = where % kNodes;
  Node& node = nodes.at(number);
  const auto command = [&](const Command& told) {
    call(number, [&](Mode& mode, Cx& cx) { mode.command(told, cx); });
  };
  switch (what % 16) {
    case 0: answer_calls(number); return;
    case 1:
    case 2:
    case 3:
    case 4: deliver(number, where / kNodes); return;
    case 5: advance(std::chrono::milliseconds(where * 10)); return;
    case 6: advance(std::chrono::seconds(where)); return;
    case 7: {
      constexpr std::array<const char*, 8> kTexts{
          "red",           "kite dog*",   "red -kite", "artist:dogs",
          "size>1 year>1", "album:album", "!",         "urn:sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
      const SearchId id{static_cast<std::uint32_t>(where)};
      if (node.asked[id] > 0) return;
      ++node.asked[id];
      node.found[id] = 0;
      Search search{id, parse_query(kTexts.at(where / kNodes % kTexts.size()))};
      search.query.limit = static_cast<std::uint32_t>(in.draw());
      command(search);
      return;
    }
    case 8: command(Cancel{SearchId{static_cast<std::uint32_t>(where)}}); return;
    case 9: command(Shared{where, where > 200, {file(where)}, {file(in.draw()).name}}); return;
    case 10: {
      Source source;
      source.network = "kazaa";
      source.user = "node" + std::to_string(where / kNodes % kNodes);
      source.endpoint = {address(where / kNodes % kNodes).address, 0};
      source.firewalled = true;
      source.proxies = {address(1 + where / 128)};
      command(Reach{ReachId{1}, source});
      return;
    }
    case 11:
      if (where < 64)
        command(Leave{});
      else
        command(Join{address(1 + where % 2)});
      return;
    case 12:
      if (node.ends.empty()) return;
      link_down(number, std::next(node.ends.begin(),
                                  static_cast<std::ptrdiff_t>(where / kNodes % node.ends.size()))
                            ->first);
      return;
    case 13:
      for (const auto& [to, bytes] : std::exchange(datagrams, {}))
        call(to,
             [&, part = bytes](Mode& mode, Cx& cx) { mode.datagram(address(number), part, cx); });
      return;
    case 14: command(Heard{address(where / kNodes % 8), "supernode"}); return;
    default: deliver_all(); return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  Net net(in, in.draw());
  for (std::size_t steps = 0; steps < kMostSteps && !in.empty(); ++steps) {
    const std::size_t what = in.draw();
    net.step(what, in.draw());
    // Of links that the other side has ended.
    for (Node& node : net.nodes) {
      const std::map<LinkId, Node::End> ends = node.ends;
      for (const auto& [id, end] : ends)
        if (end.is_up && end.theirs == LinkId{}) net.link_down(node.number, id);
    }
    net.take_commands();
  }
  net.check();
  return 0;
}
