// Question: a query as every role works with it: the words hashed once for tables of all sizes, and
// the same as the catalogue wants it (gnutella.md, 3.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/query.h"
#include "protocols/gnutella/message.h"
#include "protocols/gnutella/qrp.h"
#include "protocols/gnutella/walker.h"

namespace p2p::gnutella {

inline constexpr std::size_t kMaxQueryText = 200;  // bytes of its words (source)
inline constexpr std::size_t kMaxQueryTerms = 16;  // the first ones count

// Reused from query to query, so that a flood costs no allocation.
class Question {
 public:
  // False: it asks nothing that we understand. The same words as the time before are not read
  // again: one thread may play thousands of nodes that are all asked the same.
  bool read(const QueryMessage& query);

  const std::vector<std::uint32_t>& products() const { return products_; }
  const std::optional<Sha1>& sha1() const { return sha1_; }
  // It goes from node to node (GGEP SVNT.W); nothing: it floods.
  const std::optional<Walker>& walker() const { return walker_; }
  // Could a servent with this table answer it? A digest asks for its urn's term.
  bool fits(const QrpTable& table) const;
  Query query() const;  // for the catalogue

 private:
  bool asks_something() const { return sha1_.has_value() || !words_.empty(); }

  std::string text_;  // what was read last, but for its flags
  Buffer extensions_;
  std::vector<std::string> words_;
  std::vector<std::uint32_t> products_;
  std::optional<Sha1> sha1_;
  std::optional<Walker> walker_;
  bool takes_partial_ = false;  // GGEP PR
  std::uint32_t urn_product_ = 0;
};

// What the user asked for, as a query of ours says it; empty when the network cannot ask it.
struct Asking {
  std::string text;
  std::optional<Sha1> sha1;
};
Asking asking_of(const Query& query);
// `message` with header, from these parts; the digest goes as HUGE urn.
// It takes files that are still being fetched (GGEP PR).
void append_asking(Buffer& out, const Header& header, const Asking& asking, std::uint16_t flags,
                   const std::optional<Walker>& walker = {});

// Does a hit's record answer what the user asked, beyond the words that its sender looked at?
bool is_wanted(const Query& query, const HitRecord& record);

}  // namespace p2p::gnutella
