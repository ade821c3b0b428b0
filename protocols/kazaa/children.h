// Children: who hangs on a supernode, what they share, and how their files are told to others
// (fasttrack.md, sections 4 and 10). Our own user is among them, as owner 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocols/kazaa/child_index.h"
#include "protocols/kazaa/message.h"
#include "protocols/kazaa/reply.h"
#include "protocols/kazaa/statistics.h"
#include "protocols/token_bucket.h"

namespace p2p::kazaa {

inline constexpr OwnerId kOurselves{0};
inline constexpr double kQueriesPerSecond = 5;  // of a child: one person
inline constexpr double kQueryBurst = 50;
inline constexpr double kPushesPerSecond = 5;
inline constexpr double kPushBurst = 50;
// mldonkey misreads larger sizes (section 3.2).
inline constexpr std::uint64_t kMostForStrangers = 0x7fffffff;

struct Child {
  OwnerId owner{};
  LinkId link{};
  Endpoint endpoint;  // its link's address; port 0: it cannot be called
  std::uint8_t bandwidth = 0;
  std::string user;
  bool is_called_back = false;  // to show it that it can be reached; once
  TokenBucket queries{kQueriesPerSecond, kQueryBurst};
  TokenBucket pushes{kPushesPerSecond, kPushBurst};
};

class Children {
 public:
  explicit Children(std::uint64_t max_files) : max_files_(max_files) {}

  void salt(std::uint64_t salt) { index_ = ChildIndex(salt); }  // before the first share

  // Who we are ourselves; the address is said anew with each reply.
  void set_ourselves(std::string_view user, std::uint8_t bandwidth);

  Child& add(LinkId link, const Endpoint& remote);
  // Its word on itself. An address that is not its link's is not believed: then it cannot be
  // called, or it names somebody else.
  void introduce(Child& child, const NodeInfo& info, const Endpoint& remote);
  void remove(LinkId link);
  Child* find(LinkId link);
  // Who shares under this name at this address; null: nobody.
  const Child* find(std::string_view user, std::uint32_t address) const;
  std::size_t size() const { return by_link_.size(); }

  // False: it has too many, or it is no file that can be told.
  bool share(OwnerId owner, const Share& share);
  bool unshare(OwnerId owner, const File& file) { return index_.remove(owner, file); }

  struct Wish {
    std::uint32_t limit = 0;
    const Child* asker = nullptr;  // its own files are not told to it; null: somebody far away
    bool is_ours = false;          // our own user asks
    Endpoint here;                 // our address as who asks sees it
    bool with_large = true;        // files above kMostForStrangers
    Told* told = nullptr;          // what is found is noted there
  };
  // Writes what answers into `to`; how many files that were.
  std::size_t search(const Question& question, const Wish& wish, ReplyWriter& to) const;
  // Users, files and volumes; looks at each file.
  Statistics statistics() const;

  const ChildIndex& index() const { return index_; }

 private:
  const Child* owner(OwnerId owner) const;

  ChildIndex index_{0};
  std::uint64_t max_files_;
  Child ourselves_;
  std::uint32_t last_owner_ = 0;
  std::unordered_map<LinkId, Child> by_link_;
  std::unordered_map<OwnerId, const Child*> by_owner_;
};

}  // namespace p2p::kazaa
