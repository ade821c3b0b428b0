// Searching and browsing what users share (napster.md, sections 4 and 5). All lines of one answer
// leave together: a search's results and its end are one buffer and one send, or an ordinary
// client waits for the delayed acknowledgement between them (section 15.1).
#include <algorithm>

#include "protocols/napster/search_clauses.h"
#include "protocols/napster/server_verbs.h"
#include "protocols/napster/share_line.h"
#include "protocols/napster/share_tag.h"

namespace p2p::napster {

namespace {

Line& add_file(Line& line, const Listed& file, const ShareTag& tag, const Session& reader) {
  append_share(line, {file.name, tag.hash, told_size(file.size_bytes, reader), file.media, {}});
  return line;
}

void add_urn(Line& line, const ShareTag& tag, const Session& reader) {
  if (reader.ours) append_sha1(line, tag.sha1);
}

void refuse_search(Turn& turn, std::string_view why) {
  Buffer out;
  append_frame(out, Type::notice, why);
  append_frame(out, Type::search_end, {});
  turn.who.sent += 2;
  turn.cx.out.send(turn.who.link, out);
}

// Sends what is collected when it is a piece, or at the end.
void flush(Turn& turn, Buffer& out, std::size_t at_least) {
  if (out.empty() || out.size() < at_least) return;
  turn.cx.out.send(turn.who.link, out);
  out.clear();
}

}  // namespace

void verb_search(Turn& turn) {
  State& state = turn.state;
  Session& who = turn.who;
  if (!who.searches.take(turn.cx.now))
    return refuse_search(turn, "search failed: too many searches");
  const auto request = parse_search(turn.payload, state.config.max_results);
  if (!request) return refuse_search(turn, request.error().detail);
  ++state.counters.searches;

  const auto accept = [&](const Listed& file) {
    const Session& sharer = state.owner(file.owner);
    if (&sharer == &who) return false;
    if (sharer.port == 0 && who.port == 0) return false;  // neither can call the other
    if (!request->query.link_speed.holds(sharer.speed)) return false;
    if (!request->fits_name(file.name)) return false;
    return request->with_other || !unpack_tag(file.tag).other;
  };
  Buffer out;
  state.directory.search(request->query, accept, [&](const Listed& file) {
    const Session& sharer = state.owner(file.owner);
    const ShareTag tag = unpack_tag(file.tag);
    Line line;
    add_file(line, file, tag, who)
        .word(sharer.nick)
        .number(swap_address(sharer.remote.address))
        .number(sharer.speed);
    add_urn(line, tag, who);
    append_frame(out, Type::search_result, line.text());
    ++who.sent;
    ++state.counters.results;
    return true;
  });
  append_frame(out, Type::search_end, {});
  ++who.sent;
  turn.cx.out.send(who.link, out);
}

// 215 <hash> <size> -> 216 <nick> <ip> <port> "<name>" <hash> <size> <link> ..., 217
void verb_resume_search(Turn& turn) {
  State& state = turn.state;
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->size() < 2) return turn.unparsable();
  if (!turn.who.searches.take(turn.cx.now)) {
    turn.notice("search failed: too many searches");
    return turn.answer(Type::resume_end);
  }
  const std::string hash = comparable_hash((*fields)[0]);
  const auto size = number((*fields)[1]);
  Buffer out;
  if (!hash.empty() && size) {
    state.directory.find_tag(hash, *size, state.config.max_results, [&](const Listed& file) {
      const Session& sharer = state.owner(file.owner);
      if (&sharer == &turn.who || (sharer.port == 0 && turn.who.port == 0)) return true;
      const ShareTag tag = unpack_tag(file.tag);
      Line line;
      line.word(sharer.nick)
          .number(swap_address(sharer.remote.address))
          .number(sharer.port)
          .quoted(file.name)
          .word(tag.hash)
          .number(told_size(file.size_bytes, turn.who))
          .number(sharer.speed);
      add_urn(line, tag, turn.who);
      append_frame(out, Type::resume_result, line.text());
      return true;
    });
  }
  append_frame(out, Type::resume_end, {});
  ++turn.who.sent;
  turn.cx.out.send(turn.who.link, out);
}

// 211 <nick> [<limit>] -> 212 <nick> "<name>" ..., 213 <nick> <ip>
void verb_browse(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields || fields->empty()) return turn.unparsable();
  const std::string_view nick = cut((*fields)[0], kMaxNickBytes);
  const Session* sharer = turn.state.find_user(nick);
  if (sharer == nullptr) {
    turn.answer(Type::user_signoff, nick);
    return turn.answer(Type::browse_end, nick);
  }
  if (!turn.who.list_lines.take(turn.cx.now)) {
    turn.notice("browse failed: too much was listed, try again in a while");
    return turn.answer(Type::browse_end, sharer->nick);
  }
  std::uint64_t left = kMaxBrowseResults;
  if (fields->size() > 1)
    if (const auto wanted = number((*fields)[1]); wanted && *wanted > 0)
      left = std::min(left, *wanted);
  Buffer out;
  bool is_empty = true;
  turn.state.directory.browse(sharer->owner, [&](const Listed& file) {
    is_empty = false;
    turn.who.list_lines.owe(1);
    const ShareTag tag = unpack_tag(file.tag);
    Line line;
    add_file(line.word(sharer->nick), file, tag, turn.who);
    add_urn(line, tag, turn.who);
    append_frame(out, Type::browse_result, line.text());
    ++turn.who.sent;
    flush(turn, out, kPieceBytes);
    return --left > 0;
  });
  append_frame(
      out, Type::browse_end,
      Line().word(sharer->nick).number(is_empty ? 0 : swap_address(sharer->remote.address)).text());
  ++turn.who.sent;
  flush(turn, out, 0);
}

}  // namespace p2p::napster
