// Bringing downloader and sharer together (napster.md, section 6). The server carries no file.
//
//   D: 203 ----> 607 :U        a sharer with a data port
//                608 :U  ----> D: 204 with his address
//                609 or 60 s of silence or his leaving ----> D: 206;  619 ----> D: 620
//   D: 203 ----> D: 204 with port 0 at once, then D: 500 ----> 607 ... 608 ----> U: 501 firewalled
#include <optional>

#include "protocols/napster/server_verbs.h"
#include "protocols/napster/share_tag.h"

namespace p2p::napster {

namespace {

constexpr std::string_view kNoHash = "00000000000000000000000000000000";

struct NamedFile {  // <nick> "<name>"
  std::string_view nick;
  std::string_view name;
};
std::optional<NamedFile> named_file(std::string_view payload) {
  const auto fields = split(payload, 2);
  if (!fields || fields->size() < 2) return {};
  return NamedFile{cut((*fields)[0], kMaxNickBytes), cut((*fields)[1], kMaxNameBytes)};
}

struct SharedAs {
  ShareTag tag;
  std::uint64_t size_bytes = 0;
};
std::optional<SharedAs> shared_as(State& state, const Session& sharer, std::string_view name) {
  std::optional<SharedAs> found;
  state.directory.find(sharer.owner, name, [&](const Listed& file) {
    found = SharedAs{unpack_tag(file.tag), file.size_bytes};
    return true;
  });
  return found;
}

void refuse(Turn& turn, std::string_view nick, std::string_view name) {
  turn.answer(Type::download_error, Line().word(nick).quoted(name).text());
}

// <nick> <ip> <port> "<name>" <hash> <link> [urn:sha1:...]: how `reader` gets at `other`.
std::string address_line(const Session& other, std::string_view name, std::string_view hash,
                         const std::optional<Sha1>& sha1, const Session& reader) {
  Line line;
  line.word(other.nick)
      .number(swap_address(other.remote.address))
      .number(other.port)
      .quoted(name)
      .word(hash)
      .number(other.speed);
  if (reader.ours && sha1) line.word(to_urn(*sha1));
  return line.text();
}

// What 203 and 500 have in common: the sharer, if this downloader may ask him for this file.
Session* sharer_of(Turn& turn, const NamedFile& wanted) {
  Session* sharer = turn.state.find_user(wanted.nick);
  if (sharer != nullptr && sharer->ignores(turn.who)) {
    turn.notice(sharer->nick + " is ignoring you");
    sharer = nullptr;
  }
  if (sharer != nullptr && !shared_as(turn.state, *sharer, wanted.name)) sharer = nullptr;
  if (sharer == nullptr) refuse(turn, wanted.nick, wanted.name);
  return sharer;
}

void ask_sharer(Turn& turn, Session& sharer, std::string_view name, bool push) {
  const bool added = turn.state.pending.add(
      {turn.who.link, sharer.link, std::string(name), push, turn.cx.now + kRequestPatience});
  if (!added) return refuse(turn, sharer.nick, name);
  turn.state.send(sharer, Type::upload_request, Line().word(turn.who.nick).quoted(name).text(),
                  turn.cx, Urgency::control);
}

// The request that this sharer's 608, 609 or 619 answers.
std::optional<PendingRequest> answered_request(Turn& turn, const NamedFile& named) {
  const Session* downloader = turn.state.find_user(named.nick);
  if (downloader == nullptr) return {};
  return turn.state.pending.take(downloader->link, turn.who.link, named.name);
}

}  // namespace

void verb_download_request(Turn& turn) {
  const auto wanted = named_file(turn.payload);
  if (!wanted) return turn.unparsable();
  ++turn.state.counters.requests;
  Session* sharer = sharer_of(turn, *wanted);
  if (sharer == nullptr) return;
  if (sharer->port != 0) return ask_sharer(turn, *sharer, wanted->name, false);
  const auto shared = shared_as(turn.state, *sharer, wanted->name);
  turn.answer(Type::download_ack,
              address_line(*sharer, wanted->name, turn.who.port == 0 ? "firewallerror" : kNoHash,
                           shared->tag.sha1, turn.who));
}

void verb_push_request(Turn& turn) {
  const auto wanted = named_file(turn.payload);
  if (!wanted) return turn.unparsable();
  ++turn.state.counters.requests;
  Session* sharer = sharer_of(turn, *wanted);
  if (sharer == nullptr) return;
  if (sharer->port != 0) return turn.notice(sharer->nick + " is not firewalled");
  if (turn.who.port == 0)
    return turn.answer(Type::download_ack,
                       address_line(*sharer, wanted->name, "firewallerror", {}, turn.who));
  ask_sharer(turn, *sharer, wanted->name, true);
}

// An acceptance that nobody waits for is dropped: it would tell a stranger's address unasked.
void verb_upload_accept(Turn& turn) {
  const auto named = named_file(turn.payload);
  if (!named) return turn.unparsable();
  const auto request = answered_request(turn, *named);
  if (!request) return;
  Session* downloader = turn.state.find(request->downloader);
  if (downloader == nullptr) return;
  const auto shared = shared_as(turn.state, turn.who, request->name);
  if (!shared) {
    turn.notice("Not sharing that file");
    return turn.state.refuse_request(*request, turn.cx);
  }
  ++turn.state.counters.brokered;
  Session& reader = request->push ? turn.who : *downloader;
  const Session& other = request->push ? *downloader : turn.who;
  turn.state.send(reader, request->push ? Type::push_order : Type::download_ack,
                  address_line(other, request->name, shared->tag.hash, shared->tag.sha1, reader),
                  turn.cx, Urgency::control);
}

void verb_upload_refuse(Turn& turn) {
  const auto named = named_file(turn.payload);
  if (!named) return turn.unparsable();
  const auto request = answered_request(turn, *named);
  Session* downloader = request ? turn.state.find(request->downloader) : nullptr;
  if (downloader == nullptr) return;
  turn.state.send(*downloader, Type::upload_refuse,
                  Line().word(turn.who.nick).quoted(request->name).text(), turn.cx);
  turn.state.refuse_request(*request, turn.cx);
}

// 619 <D> "<name>" <limit> [<place>] -> 620 <U> "<name>" <size> <limit> [<place>]; the place is
// our own addition and told to servents only. As in opennap-ng it needs no open request, so that
// a sharer can queue somebody whom he had accepted.
void verb_queue_limit(Turn& turn) {
  const auto fields = split(turn.payload, 4);
  const auto named = named_file(turn.payload);
  if (!fields || fields->size() < 3 || !named) return turn.unparsable();
  const auto limit = number((*fields)[2], UINT32_MAX);
  if (!limit) return turn.unparsable();
  const auto request = answered_request(turn, *named);
  const auto shared = shared_as(turn.state, turn.who, named->name);
  if (!shared) {
    if (request) turn.state.refuse_request(*request, turn.cx);
    return turn.notice("Not sharing that file");
  }
  Session* downloader = turn.state.find_user(named->nick);
  if (downloader == nullptr) return;
  Line line;
  line.word(turn.who.nick)
      .quoted(named->name)
      .number(told_size(shared->size_bytes, *downloader))
      .number(*limit);
  const auto place = fields->size() > 3 ? number((*fields)[3], UINT32_MAX) : std::nullopt;
  if (place && downloader->ours) line.number(*place);
  turn.state.send(*downloader, Type::queue_limit_notice, line.text(), turn.cx);
}

void verb_data_port_error(Turn& turn) {
  if (Session* user = turn.named_user())
    turn.state.send(*user, Type::data_port_error, turn.who.nick, turn.cx);
}

void verb_transfer_count(Turn& turn) {
  Session& who = turn.who;
  switch (turn.type) {
    case Type::download_started: ++who.downloads, ++who.all_downloads; break;
    case Type::download_ended: who.downloads -= who.downloads > 0 ? 1 : 0; break;
    case Type::upload_started: ++who.uploads, ++who.all_uploads; break;
    case Type::upload_ended: who.uploads -= who.uploads > 0 ? 1 : 0; break;
    default: break;
  }
}

// A list fetched from the user himself: 640 to him, with the asker's address if he must call.
void verb_direct_browse(Turn& turn) {
  const std::string_view nick = cut(split_head(turn.payload).first, kMaxNickBytes);
  Session* user = turn.state.find_user(nick);
  const auto refuse_browse = [&](std::string_view why) {
    turn.answer(Type::direct_browse_error, Line().word(nick).quoted(why).text());
  };
  if (user == nullptr) return refuse_browse("User is not currently online.");
  if (user->ignores(turn.who)) return refuse_browse("User is ignoring you.");
  if (user->port == 0 && turn.who.port == 0) return refuse_browse("Both of you are firewalled.");
  Line line;
  line.word(turn.who.nick);
  if (user->port == 0) line.number(swap_address(turn.who.remote.address)).number(turn.who.port);
  turn.state.send(*user, Type::direct_browse, line.text(), turn.cx);
}

void verb_direct_browse_accept(Turn& turn) {
  if (Session* user = turn.named_user())
    turn.state.send(*user, Type::direct_browse_accept,
                    Line()
                        .word(turn.who.nick)
                        .number(swap_address(turn.who.remote.address))
                        .number(turn.who.port)
                        .text(),
                    turn.cx);
}

}  // namespace p2p::napster
