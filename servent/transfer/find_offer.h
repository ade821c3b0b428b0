// What we have of a content that a peer names: shared as a whole, or else still being fetched.
// Answers come on the loop's thread, at once or later.
#pragma once

#include <functional>
#include <optional>

#include "protocols/transfer/file_wanted.h"

#include "servent/transfer/context.h"

namespace p2p::transfer {

// By another name than a Sha1 only what is whole is found.
void find_offer(const ContextPtr& context, const FileWanted& wanted,
                std::function<void(const std::optional<Offer>&)> then);

// The tree of its hashes. Null: there is none; else it lives as long as the call.
void find_tree(const ContextPtr& context, const Sha1& content,
               std::function<void(const HashTree*)> then);

}  // namespace p2p::transfer
