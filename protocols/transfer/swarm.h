// Swarm: the plan of one download from many sources at once: who gives which bytes next, what is
// taken from the slow, and who is to blame for wrong content (third walk of architecture.md). It
// decides only: no socket, file, clock or chance of its own.
//
//   add_source (next (arrived* | ended) )* remove_source      for each source, in any order
//   after each call: deadline() tells when wake() is due, and take_cancelled() whom to stop
//
// A source is asked for one share after the other, each about as long in time, so the slow have
// small ones. When nothing is free an idle source takes the end of what the slowest one still
// owes; when that is too little to be cut in two it is asked for the same (the end game), and the
// loser is told to stop. A piece that is found wrong and had one giver is a proof against it; after
// kStrikes of these the source is dropped for good.
//
// Bounded: kMostSources, a bit for each source and piece, and a run for each share that is not
// verified. A call costs the logarithm of the pieces and a walk over the sources.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocols/base/time.h"
#include "protocols/transfer/blame.h"
#include "protocols/transfer/member.h"
#include "protocols/transfer/open_pieces.h"
#include "protocols/transfer/relief.h"

namespace p2p::transfer {

// Why a source gives nothing more of its share.
enum class Ending : std::uint8_t {
  gave,   // all that it wanted to give at once
  broke,  // the connection did, or it sent something else
  lacks,  // it does not have what it was asked for
};

struct SwarmOptions {
  bool has_tree = false;  // pieces can be checked one by one: the host says verified() or bad()
  bool in_order = false;  // the first bytes first, for a file that is played meanwhile
};

// What of a block counts. Views, valid until the next call.
struct Arrival {
  std::span<const Extent> fresh;        // to be written; the rest is here already or not wanted
  std::span<const PieceIndex> written;  // to be checked, once what is fresh is written
  bool is_enough = false;               // it owes nothing any more: ask next(), or cut the stream
};

struct Verdict {
  std::vector<Given> givers;         // of the piece that is wrong
  std::vector<SourceIndex> dropped;  // who was caught once too often
};

struct Asked {
  SourceIndex source = kNobody;
  Extent rest;  // what it still owes
};

struct SwarmProgress {
  std::uint64_t size_bytes = 0;
  std::uint64_t had_bytes = 0;
  std::uint64_t verified_bytes = 0;
  std::size_t sources = 0;  // that are here
  std::size_t asked = 0;    // of these
};

class Swarm {
 public:
  static constexpr std::size_t kMostSources = 1024;
  static constexpr std::uint32_t kStrikes = 2;  // one may be the wire's fault
  static constexpr Duration kSilent = 20s;      // silent so long: it is given up by itself
  // Bytes a second, from all: a part of what one core digests, so that there is no time to make up.
  static constexpr std::uint64_t kFast = std::uint64_t{32} << 20U;
  static constexpr Duration kLookAgain = 1s;  // an idle source may find a slow one to help

  // `map` is of a new file, or read_pieces() with what is on the disk.
  Swarm(PieceMap map, SwarmOptions options);
  // From now on pieces can be checked one by one; those of map().unchecked() are to be.
  void use_tree() { options_.has_tree = true; }
  void go_in_order(bool in_order) { options_.in_order = in_order; }

  // The host's number for it, below kMostSources and never another source's. One that comes back is
  // known again by it. False, and nothing is asked of it, when it was dropped.
  bool add_source(SourceIndex source, Manner manner = Manner::ranges);
  void remove_source(SourceIndex source, Time now);
  // What it has; all until it is told. Only whole pieces count.
  void set_available(SourceIndex source, const Extents& available);
  // It lied: what it gave and nobody can check is missing again, and it is not asked any more.
  void drop(SourceIndex source, Time now);
  // What it gave and is not verified is missing again. Others are asked for it while it is removed.
  void take_back(SourceIndex source, Time now);

  // What to ask it for. Nothing when it has no share to give now; wake() tells when to ask again.
  // Where that begins where its last share ended, a stream may just go on.
  std::optional<Extent> next(SourceIndex source, Time now, Rng& rng);
  Arrival arrived(SourceIndex source, std::uint64_t at, std::uint64_t count, Time now);
  void ended(SourceIndex source, Ending why, Time now);
  // Bytes that were not written after all, or are gone from the disk.
  void lost(const Extent& extent, Time now);

  // Of a piece that was in Arrival::written and of which nothing was lost since. False, or an empty
  // verdict, for another one.
  bool verified(PieceIndex piece);
  Verdict bad(PieceIndex piece, Time now);

  // Whose connections are to be closed, or cut where they are: they owe nothing any more. Once.
  std::vector<SourceIndex> take_cancelled();
  Time deadline() const;  // may be in the past: at once
  // Gives up who is silent. Returns the sources that had no share and may get one now.
  std::vector<SourceIndex> wake(Time now);

  bool is_complete() const;  // all is here, and verified where that can be
  SwarmProgress progress() const;
  const PieceMap& map() const { return open_.map(); }
  const Blame& blame() const { return blame_; }
  std::vector<Asked> asked() const;
  std::uint64_t rate(SourceIndex source, Time now) const;  // bytes a second; 0: not known
  bool is_fast(Time now) const;                            // all together give kFast or more
  bool is_dropped(SourceIndex source) const;

 private:
  Member* find(SourceIndex source);  // null: never added
  const Member* find(SourceIndex source) const;
  void count(const Member& member, bool joins);

  std::optional<Extent> choose(Member& member, Time now, Rng& rng);
  std::uint64_t share_of(const Member& member, Time now) const;
  void ask(Member& member, const Extent& share, Time now);

  std::optional<Extent> relieve(Member& member, Time now, Rng& rng);

  void note_written();
  void cancel_losers(const Member& winner, const Extent& extent, Time now);
  void let_go(Member& member);
  void relinquish(Member& member, Time now);
  void give_up(Member& member, Time now);
  void lose(const Extent& extent);
  void settle(const Extent& extent);

  OpenPieces open_;
  SwarmOptions options_;
  Blame blame_;
  std::vector<Member> members_;  // by SourceIndex
  std::vector<SourceIndex> cancelled_;
  std::vector<Extent> fresh_;
  std::vector<PieceIndex> written_;
  Time idle_at_{};        // when a source last got nothing
  bool stirred_ = false;  // something is free since
};

}  // namespace p2p::transfer
