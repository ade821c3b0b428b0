// Between the files of this program and FastTrack's: our shares as its messages, its results as
// hits, our user's question as its query.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/base/file.h"
#include "protocols/base/query.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/file.h"
#include "protocols/kazaa/reply.h"

namespace p2p::kazaa {

inline constexpr std::string_view kNetwork = "kazaa";  // the registry's name of the mode

Media media_of(FileKind kind);
FileKind kind_of(Media media);

MediaFields media_fields(const Tags& tags);
FileTags file_tags(const Tags& tags);

// A file of ours. Its name goes without folders; the words of its last folder go as key words, so
// that it is found by the same words as in the other networks. Nothing without a UUHash: it is not
// hashed yet, and will come again when it is.
Buffer share_payload(const SharedFile& file);
Buffer unshare_payload(const UuHash& hash, std::string_view name);

// One result of a reply. The supernode is where a push to its owner goes by.
Hit hit_of(const ReplyFile& result, const Endpoint& supernode);

// The payload of a query. refused: FastTrack cannot ask this; the text says what.
Result<Buffer> query_payload(const Query& query, std::uint16_t search_id);

}  // namespace p2p::kazaa
