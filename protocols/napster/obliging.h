// Obliging: what others want of us through the server (napster.md, sections 5 and 6): a file that
// they fetch, one that we must bring because nobody can call us, our whole list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/command.h"
#include "protocols/napster/publisher.h"
#include "protocols/napster/reaches.h"
#include "protocols/napster/to_server.h"
#include "protocols/napster/uploads.h"
#include "protocols/token_bucket.h"

namespace p2p::napster {

// Lists that we take to others at their server's word: each is a call and all our names.
inline constexpr double kListsPerSecond = 0.1;
inline constexpr double kListBurst = 5;

class Obliging {
 public:
  // All three outlive this.
  Obliging(bool listens, Programs& programs, const Reaches& reaches, const Publisher& publisher)
      : listens_(listens),
        programs_(programs),
        reaches_(reaches),
        publisher_(publisher) {}

  // Payloads as received, `nick` is ours on this link. False: it makes no sense, or was not agreed.
  bool upload_asked(std::string_view payload, ToServer& to);                           // 607
  bool push_ordered(std::string_view payload, const std::string& nick, ToServer& to);  // 501
  bool list_wanted(std::string_view payload, const std::string& nick, ToServer& to);   // 640

  void answer(const UploadAnswer& answer, ToServer& to) { uploads_.answer(answer, to); }
  void link_lost() { uploads_.clear(); }
  std::uint64_t uploads_asked() const { return uploads_asked_; }

 private:
  bool listens_;
  Programs& programs_;
  const Reaches& reaches_;
  const Publisher& publisher_;
  Uploads uploads_;
  TokenBucket lists_{kListsPerSecond, kListBurst};
  std::uint64_t uploads_asked_ = 0;
};

}  // namespace p2p::napster
