#include "protocols/gnutella/admission.h"

#include <array>
#include <utility>

namespace p2p::gnutella {

namespace {

// gtk-gnutella as a leaf takes only ultrapeers that say at least 16 (gnutella.md, 1.3).
constexpr std::uint32_t kDegree = 32;

std::string_view yes(bool is) {
  return is ? "True" : "False";
}

void add_common(Fields& fields, const Self& self, const Endpoint& local, const Endpoint& remote) {
  const auto add = [&](std::string_view name, std::string_view value) {
    fields.emplace_back(name, value);
  };
  // Without it a second link from the same address is refused as already connected.
  if (self.listen.port != 0) add("Node", to_text(Endpoint{local.address, self.listen.port}));
  add("Remote-IP", address_to_text(remote.address));
  add("User-Agent", self.told->agent);
  add("Pong-Caching", "0.1");
  add("Bye-Packet", "0.1");
  add("GGEP", "0.5");
  add("GUID", to_hex(self.servent));
  add("Vendor-Message", "0.2");
  add("X-Requeries", "False");
  if (self.told->compresses) add("Accept-Encoding", "deflate");
  if (self.told->role == Role::plain) return;
  add("X-Ultrapeer", yes(self.told->role == Role::ultrapeer));
  add("X-Query-Routing", "0.2");
  // A leaf says these too: some ultrapeers only take leaves that do (observed).
  add("X-Ultrapeer-Query-Routing", "0.1");
  add("X-Degree", std::to_string(kDegree));
  add("X-Max-TTL", std::to_string(kMaxTtl));
  add("X-Dynamic-Querying", "0.1");
  add("X-Ext-Probes", "0.1");
}

Verdict refuse(std::uint16_t code, std::string text) {
  return {code, std::move(text), Kind::plain};
}

Verdict full(std::string_view what, std::size_t most) {
  return refuse(
      503, "Too many " + std::string(what) + " connections (" + std::to_string(most) + " max)");
}

Verdict take(Kind kind, std::size_t now, std::size_t most) {
  if (now >= most) return full(to_text(kind), most);
  return {200, "OK", kind};
}

Greeting greeting_of_ours(Kind kind) {
  Greeting greeting;
  greeting.pong_caching = greeting.bye = greeting.ggep = greeting.vendor_messages = true;
  if (kind == Kind::plain) return greeting;
  greeting.ultrapeer = kind == Kind::ultrapeer;
  greeting.query_routing = 2;
  greeting.ultrapeer_query_routing = true;
  greeting.degree = kDegree;
  greeting.max_ttl = kMaxTtl;
  greeting.dynamic_querying = greeting.ext_probes = true;
  return greeting;
}

}  // namespace

std::string host_list(const std::vector<Endpoint>& hosts) {
  std::string text;
  for (const Endpoint& host : hosts) {
    if (!text.empty()) text += ',';
    text += to_text(host);
  }
  return text;
}

Fields first_block(const Self& self, const Endpoint& local, const Endpoint& remote) {
  Fields fields;
  add_common(fields, self, local, remote);
  return fields;
}

const Greeting& greeting_as(Kind kind) {
  static const std::array all{greeting_of_ours(Kind::plain), greeting_of_ours(Kind::leaf),
                              greeting_of_ours(Kind::ultrapeer)};
  return all[static_cast<std::size_t>(kind)];
}

Verdict admit(const Self& self, const Counts& now, const Greeting& peer, bool inbound) {
  if (peer.servent && *peer.servent == self.servent) return refuse(409, "Connected to myself");
  const Kind kind = !peer.ultrapeer ? Kind::plain : *peer.ultrapeer ? Kind::ultrapeer : Kind::leaf;
  switch (self.told->role) {
    case Role::leaf:
      if (inbound) return refuse(503, "I am a shielded leaf node");
      if (kind != Kind::ultrapeer) return refuse(503, "I am looking for an ultrapeer");
      return take(kind, now.ultrapeers, self.told->limits.max_ultrapeers);
    case Role::ultrapeer:
      if (kind == Kind::leaf && !inbound) return refuse(503, "I am looking for an ultrapeer");
      if (kind == Kind::leaf) return take(kind, now.leaves, self.told->limits.max_leaves);
      if (kind == Kind::plain) return take(kind, now.plain, self.told->limits.max_plain);
      return take(kind, now.ultrapeers, self.told->limits.max_ultrapeers);
    case Role::plain:
      if (kind == Kind::leaf) return refuse(503, "I am no ultrapeer");
      return take(Kind::plain, now.plain, self.told->limits.max_plain);
  }
  return refuse(500, "Internal error");
}

Reply answer(const Self& self, const Verdict& verdict, const Greeting& peer, const Endpoint& local,
             const Endpoint& remote, bool inbound, const std::vector<Endpoint>& hosts) {
  Reply reply{verdict.code, verdict.text, {}};
  if (verdict.code != 200) {
    reply.fields.emplace_back("User-Agent", self.told->agent);
    reply.fields.emplace_back("Remote-IP", address_to_text(remote.address));
    if (self.told->role != Role::plain)
      reply.fields.emplace_back("X-Ultrapeer", yes(self.told->role == Role::ultrapeer));
    if (!hosts.empty()) reply.fields.emplace_back("X-Try-Ultrapeers", host_list(hosts));
    return reply;
  }
  if (inbound) {
    add_common(reply.fields, self, local, remote);
    if (self.told->role == Role::ultrapeer) reply.fields.emplace_back("X-Ultrapeer-Needed", "True");
    if (!hosts.empty()) reply.fields.emplace_back("X-Try-Ultrapeers", host_list(hosts));
  }
  if (self.told->compresses && peer.accepts_deflate)
    reply.fields.emplace_back("Content-Encoding", "deflate");
  return reply;
}

Reply answer_crawler(const Self& self, const std::vector<Endpoint>& peers,
                     const std::vector<Endpoint>& leaves) {
  Reply reply;
  reply.fields.emplace_back("User-Agent", self.told->agent);
  reply.fields.emplace_back("X-Ultrapeer", yes(self.told->role == Role::ultrapeer));
  reply.fields.emplace_back("Peers", host_list(peers));
  reply.fields.emplace_back("Leaves", host_list(leaves));
  return reply;
}

}  // namespace p2p::gnutella
