// Alternates: who else has a file, as peers say and as we saw ourselves: the room from which X-Alt
// is answered (gnutella.md, section 9). Pure: time is handed in, in milliseconds.
//
// A stranger's word is cheap. Who names many fills but a part of a file's room; what proved itself
// to us goes last; a source leaves when several addresses call it dead, or when we found so.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/ids.h"
#include "protocols/transfer/http_others.h"

namespace p2p::transfer {

class Alternates {
 public:
  // A thousand files of twenty are about a megabyte. Beyond, the file goes that was longest not
  // spoken of, one of hearsay only before one of which something proved itself.
  static constexpr std::size_t kFiles = 1000;
  // The unproven goes first, then the one longest not heard of.
  static constexpr std::size_t kPerFile = 20;
  // Named by one address, of a file; its oldest goes for its next one.
  static constexpr std::size_t kPerTeller = 10;
  static constexpr std::size_t kReports = 3;                 // of other addresses: it is dead
  static constexpr std::int64_t kLifeMs = 12 * 3'600'000LL;  // half a day, as gtk-gnutella
  static constexpr std::int64_t kDeadMs = 3'600'000;         // until hearsay brings one back
  static constexpr std::size_t kOurs = 16;                   // addresses of ours; the oldest goes

  explicit Alternates(bool allow_public) : allow_public_(allow_public) {}

  // We are called there; port 0 says nothing.
  void ours(const Endpoint& here);
  // Is it one that we may call and that is not us? Who is on another machine (`from`, its address)
  // cannot name a loopback address: that would be ours.
  bool may_know(const Endpoint& one, std::uint32_t from) const;

  // Somebody at the address `from` says so.
  void told(const Sha1& content, const Others& others, std::uint32_t from, std::int64_t now);
  // It gave us bytes of the file.
  void proved(const Sha1& content, const Endpoint& one, std::int64_t now);
  // It could not be had there.
  void failed(const Sha1& content, const Endpoint& one, std::int64_t now);

  // The proven first, of both the latest heard of first.
  std::vector<Endpoint> of(const Sha1& content, std::int64_t now) const;
  std::size_t files() const { return files_.size(); }

 private:
  struct Entry {
    Endpoint at;
    std::uint32_t told_by = 0;  // who said so first
    std::int64_t heard = 0;
    bool proven = false;
    std::vector<std::uint32_t> reports{};  // who calls it dead; fewer than kReports
  };
  struct Dead {
    Endpoint at;
    std::int64_t since = 0;
  };
  struct File {
    std::vector<Entry> known;
    std::vector<Dead> dead;  // at most kPerFile; the oldest goes
    std::int64_t touched = 0;
  };

  File& file(const Sha1& content, std::int64_t now);
  static void hear(File& file, const Endpoint& one, std::uint32_t from, std::int64_t now);
  static void report(File& file, const Endpoint& one, std::uint32_t from, std::int64_t now);
  static void bury(File& file, const Endpoint& one, std::int64_t now);
  static void make_room(File& file);

  bool allow_public_;
  std::vector<Endpoint> ours_;
  std::map<Sha1, File> files_;
};

}  // namespace p2p::transfer
