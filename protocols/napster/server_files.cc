// What users share (napster.md, section 3): into the Directory and out of it.
#include <algorithm>
#include <span>

#include "protocols/napster/server_verbs.h"
#include "protocols/napster/share_line.h"
#include "protocols/napster/share_tag.h"

namespace p2p::napster {

namespace {

constexpr std::size_t kMaxFolderFields = 2048;  // more than fit into a frame

using Fields = std::span<const std::string_view>;

struct Offer {
  std::string name;
  ShareTag tag;
  std::uint64_t size_bytes = 0;
  MediaFields media;
  FileKind kind = FileKind::any;
};

// A name that can be told to others as a quoted field of one line.
bool is_tellable(std::string_view name) {
  return !name.empty() &&
         std::ranges::none_of(name, [](char c) { return (c >= 0 && c < ' ') || c == '"'; });
}
bool is_hash_word(std::string_view hash) {
  return is_tellable(hash) && hash.find(' ') == std::string_view::npos;
}

// Nothing when the fields are not a file that we can tell others of.
std::optional<Offer> offer_from(Fields fields) {
  const auto share = parse_share(fields);
  if (!share || !is_tellable(share->name) || !is_hash_word(share->hash)) return {};
  Offer offer;
  offer.name = share->name;
  offer.tag.hash = share->hash;
  offer.tag.sha1 = share->sha1;
  offer.size_bytes = share->size_bytes;
  offer.media = share->media;
  offer.kind = file_kind(share->name);
  return offer;
}

void too_fast(Turn& turn) {
  turn.notice("You are sending too fast");
  turn.state.drop(turn.who, Reason::policy, turn.cx);
}

// A share that is turned down costs like any message; one that is taken is bounded by the count.
void turn_down(Turn& turn, std::string_view why) {
  if (!turn.who.messages.take(turn.cx.now)) return too_fast(turn);
  if (!why.empty()) turn.notice(why);
}

// One too many. Clients do not know of the limit and send on: the first is answered, the others
// are passed over, and only who never ends is sent away.
void over_limit(Turn& turn, std::uint32_t most) {
  if (++turn.who.shares_ignored == 1)
    turn.notice("You may only share " + std::to_string(most) + " files");
  if (turn.who.shares_ignored > kMaxSharesIgnored) too_fast(turn);
}

// False when no more of this message should be tried.
bool add(Turn& turn, const Offer& offer) {
  Session& who = turn.who;
  if (who.level == Level::leech) return false;
  const std::uint32_t most = turn.state.config.max_files_per_user;
  if (turn.state.directory.files_of(who.owner) >= most) {
    over_limit(turn, most);
    return false;
  }
  const std::string tag = pack(offer.tag);
  Directory::Added added = Directory::Added::too_long;
  if (offer.name.size() <= kMaxNameBytes)
    added = turn.state.directory.add(
        {who.owner, offer.name, tag, offer.size_bytes, offer.media, offer.kind});
  switch (added) {
    case Directory::Added::yes: break;
    case Directory::Added::duplicate: turn_down(turn, "duplicate file"); break;
    case Directory::Added::too_long: turn_down(turn, "filename too long"); break;
  }
  return !who.gone;
}

void share_unparsable(Turn& turn) {
  turn_down(turn, "parameters are unparsable");
}

}  // namespace

void verb_share(Turn& turn) {
  const auto fields = split(turn.payload);
  const auto offer = fields ? offer_from(*fields) : std::nullopt;
  if (!offer) return share_unparsable(turn);
  add(turn, *offer);
}

// "<name>" <size> <hash> <type>
void verb_share_other(Turn& turn) {
  const auto fields = split(turn.payload);
  if (!fields || fields->size() < 4) return share_unparsable(turn);
  const auto size = number((*fields)[1]);
  const auto kind = file_kind_from_text((*fields)[3]);
  if (!size || !kind || !is_tellable((*fields)[0]) || !is_hash_word((*fields)[2]))
    return share_unparsable(turn);
  Offer offer;
  offer.name = (*fields)[0];
  offer.tag.hash = (*fields)[2];
  offer.tag.other = true;
  offer.size_bytes = *size;
  offer.kind = *kind;
  offer.tag.sha1 = last_field_sha1(Fields(*fields).subspan(4));
  add(turn, offer);
}

// "<folder>" { "<file>" <hash> <size> <bitrate> <freq> <time> [urn:sha1:...] }...
void verb_share_folder(Turn& turn) {
  const auto split_fields = split(turn.payload, kMaxFolderFields);
  if (!split_fields || split_fields->size() < 1 + kShareFields) return share_unparsable(turn);
  std::string folder((*split_fields)[0]);
  if (!folder.empty() && !is_tellable(folder)) return share_unparsable(turn);
  if (folder.empty() || (folder.back() != '\\' && folder.back() != '/')) folder += '\\';
  for (Fields rest = Fields(*split_fields).subspan(1); !rest.empty();) {
    const bool has_urn = rest.size() > kShareFields && sha1_from_urn(rest[kShareFields]);
    const std::size_t used = std::min(kShareFields + (has_urn ? 1U : 0U), rest.size());
    auto offer = offer_from(rest.first(used));
    if (!offer) return share_unparsable(turn);
    offer->name.insert(0, folder);
    if (!add(turn, *offer)) return;
    rest = rest.subspan(used);
  }
}

// The payload is the name itself, without quotes; one pair of them is forgiven.
void verb_unshare(Turn& turn) {
  std::string_view name = turn.payload;
  if (turn.state.directory.remove(turn.who.owner, name)) return;
  while (!name.empty() && name.back() == ' ')
    name.remove_suffix(1);
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
    name = name.substr(1, name.size() - 2);
  if (!turn.state.directory.remove(turn.who.owner, name)) turn_down(turn, {});
}

void verb_unshare_all(Turn& turn) {
  const std::uint64_t count = turn.state.directory.files_of(turn.who.owner);
  turn.state.directory.remove_owner(turn.who.owner);
  turn.answer(Type::unshare_all, std::to_string(count));
}

void verb_stats(Turn& turn) {
  turn.answer(Type::stats, turn.state.stats());
}

}  // namespace p2p::napster
