// PartOffers: files that we are still fetching and of which checked pieces can be given already, so
// that a crowd serves itself (docs/transfers.md, "Partial files"; PFSP 1.0a). Only by the digest,
// and only in networks of HTTP and SHA-1. Loop's thread only.
//
//   put+ (finish | drop)      for each content
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/file.h"
#include "protocols/base/hash_tree.h"
#include "protocols/base/query.h"
#include "protocols/transfer/extents.h"

#include "servent/transfer/engine.h"

namespace p2p::transfer {

struct PartOffer {
  SharedFile file;             // name, size, digest; the root where there is a tree
  std::filesystem::path path;  // of the part file; ours, never a stranger's word
  // What was compared with hashes that are proved. These bytes never change while the offer stands.
  std::shared_ptr<const Extents> verified;
  std::shared_ptr<const HashTree> tree{};  // null: none
  std::int64_t changed_unix = 0;           // when the last of them came
};

class PartOffers {
 public:
  static constexpr std::size_t kMost = 1000;  // as many as downloads; more are not offered
  // A file that was finished is given on so long by its digest: until the catalogue has it, so that
  // nobody who was sent here takes us for dead.
  static constexpr std::int64_t kKeptMs = 600'000;

  // `changed` hears of each content that comes, and of each that is dropped (false).
  explicit PartOffers(std::function<void(const SharedFile&, bool)> changed)
      : changed_(std::move(changed)) {}

  // Offers it, or more of it than before. False: nothing that could be given (no digest, no size,
  // nothing verified, something behind the end), or too many.
  bool put(PartOffer offer);
  // Its bytes are good no more, or the user wants it no more: what is being given of it stops.
  void drop(const Sha1& content);
  // It is whole, and at this place. What is being given of it goes on. Milliseconds.
  struct Finished {
    std::filesystem::path path;
    std::optional<std::int64_t> modified_unix{};
  };
  void finish(const Sha1& content, Finished file, std::int64_t now);

  std::optional<Offer> offer(const Sha1& content, std::int64_t now);
  std::shared_ptr<const HashTree> tree(const Sha1& content) const;
  // Those that answer the query and are not whole; at most `most`.
  std::vector<SharedFile> match(const Query& query, std::size_t most) const;
  std::vector<SharedFile> all() const;  // that are not whole
  std::size_t size() const { return offers_.size(); }

 private:
  struct Standing {
    PartOffer offer;
    std::shared_ptr<bool> is_good;
    std::vector<std::string> words;  // of its name
    std::int64_t until = 0;          // with a whole one
    bool is_whole() const { return !offer.file.partial; }
  };
  static bool answers(const Query& query, const Standing& standing);

  std::function<void(const SharedFile&, bool)> changed_;
  std::map<Sha1, Standing> offers_;
};

}  // namespace p2p::transfer
