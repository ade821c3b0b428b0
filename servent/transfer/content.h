// Content: what of a download is here, what of it is right, and who gave what is wrong: the plan of
// its sources (Swarm), its bytes on the disk (PartJobs), and the tree and the digest that prove
// them. It knows its sources by their numbers only.
//
//   open -> opened (join next arrived* leave)* -> finished
//
// With a tree each piece is checked when it is there. When bytes come so fast (Swarm::kFast) that
// to hash them twice would slow them down, pieces wait; those that wait still when all is here are
// looked at if the whole is wrong. Without one the whole file is at the end;
// when that is wrong and several gave, half of them are accused: their bytes are fetched again from
// the others (Suspects), until one is left. When that convicts somebody and the whole is wrong
// still, several lie, and he may be innocent: he is pardoned, and from then on one source gives all
// of it (`is_careful`). A tree that fits while the whole is wrong is false, unless bytes have
// changed on the disk since they were checked: they are checked once more before.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocols/transfer/swarm.h"

#include "servent/transfer/context.h"
#include "servent/transfer/givers.h"
#include "servent/transfer/part_jobs.h"
#include "servent/transfer/tree_trust.h"

namespace p2p::transfer {

class TreeFetch;

class ContentHost {
 public:
  virtual void opened() = 0;                     // what is there is known: sources may join
  virtual void written(SourceIndex source) = 0;  // bytes of it are on the disk
  // So many of them count for it: they are right, or nobody can tell before the whole is here. A
  // byte that it sent counts once.
  virtual void gave(SourceIndex source, std::uint64_t bytes) = 0;
  virtual void differs(SourceIndex source) = 0;  // its bytes do not go with those that are there
  // It gave what is not the content: not to be asked again, unless it is pardoned.
  virtual void caught(SourceIndex source, const std::string& why) = 0;
  virtual void pardoned(SourceIndex source) = 0;
  // It may have: not to be asked for the time being.
  virtual void accused(SourceIndex source, bool is_accused) = 0;
  // The plan is made anew: nobody has joined it. `all` of the bytes are thrown away.
  virtual void restarted(bool all) = 0;
  virtual void stirred() = 0;   // deadline(), or what there is to do, has changed
  virtual void checking() = 0;  // all is here
  virtual void finished(const std::filesystem::path& path, bool verified) = 0;
  virtual void trouble(const std::string& why, int error) = 0;  // the disk's, and its errno
  virtual Resume resume() const = 0;
  virtual void say(api::LogLevel level, const std::string& text) const = 0;

 protected:
  ~ContentHost() = default;
};

class Content : public std::enable_shared_from_this<Content> {
 public:
  Content(ContextPtr context, const Wanted& wanted, ContentHost& host);
  ~Content();
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  void close();  // the host is not called any more

  const std::filesystem::path& path() const { return part_.path(); }
  bool is_open() const { return swarm_ != nullptr; }
  bool is_finishing() const { return finishing_; }
  std::uint64_t have_bytes() const { return have_bytes_; }  // on the disk
  bool is_verified() const { return wanted_.sha1 || learned_; }
  const std::optional<Sha1>& learned() const { return learned_; }
  bool is_careful() const { return careful_; }
  bool is_shared() const { return is_shared_; }  // parts of it can be had here
  // May bytes of several sources be put together? Of a mere name nobody knows what they have.
  bool may_mix() const;
  const Swarm& plan() const { return *swarm_; }
  const Givers& givers() const { return givers_; }

  void open();  // and again after trouble
  void set_in_order(bool in_order) { wanted_.in_order = in_order; }

  // The plan, while it is open.
  void join(SourceIndex source, Manner manner) { swarm_->add_source(source, manner); }
  void leave(SourceIndex source, Ending why);
  void has(SourceIndex source, const Extents& available);
  void refused(SourceIndex source);  // it lacks what it was asked for
  std::optional<Extent> next(SourceIndex source);
  // How many bytes before `begin` are here, of the kOverlap that a source may be asked to repeat.
  std::uint64_t overlap_before(std::uint64_t begin) const;
  struct Took {
    bool is_enough = false;      // it owes nothing any more
    std::optional<Extent> next;  // what it may be asked for then
  };
  // A block of a delivery (its number is never zero) that was asked for bytes from `own` on; those
  // before it, of the overlap, are compared with what is here.
  Took arrived(SourceIndex source, unsigned delivery, BlockPtr block, std::uint64_t at,
               std::uint64_t own);
  std::vector<SourceIndex> take_cancelled();
  Time deadline() const { return swarm_->deadline(); }
  std::vector<SourceIndex> wake() { return swarm_->wake(context_->now()); }

  // What a source says of the whole. False: it means another content.
  bool agrees(const Sha1& told);
  // When its file was last changed: the finished one keeps the oldest time that is told. One that
  // is still to come is passed over.
  void modified(std::int64_t unix_s);
  const std::optional<std::int64_t>& modified_unix() const { return modified_unix_; }
  void tree_at(SourceIndex source, const Endpoint& from, const TreeLink& link);

  void finish_if_complete();
  // Nobody is left but the accused, or nobody whose bytes go with those that are here.
  void start_over(bool careful);
  bool may_pardon() const { return convict_.has_value(); }  // by starting over with care
  void keep_record(bool more_comes);
  bool is_kept() const { return part_.is_kept(have_bytes_); }
  bool is_due() const { return part_.is_due(have_bytes_, now_ms()); }
  void rest() { part_.rest(); }
  void remove();

 private:
  struct Tellers {  // where a tree was said to be, and not asked for yet
    SourceIndex source;
    Endpoint from;
    TreeLink link;
  };

  PartJobs::Then still(void (Content::*then)(const Stored&));
  void read_on(const Stored& stored);
  void make_plan(const PieceMap& map);
  void written(const Stored& stored, SourceIndex source, const std::vector<Extent>& fresh,
               unsigned losses);
  void count(SourceIndex source, const std::vector<Extent>& fresh);
  void count_right(const Extent& extent);
  void judge(const std::vector<Checked>& checked, unsigned losses);
  void right(PieceIndex piece);
  void wrong(PieceIndex piece);
  void changed(PieceIndex piece);
  void check(std::vector<PieceIndex> pieces);
  void check_some();
  bool is_all_here() const;
  void start_differs();
  void checked(const Stored& stored);
  void whole_is_wrong();
  void accuse();
  void clear_accused();
  void convict(SourceIndex source, const std::string& why);
  void look_for_tree();
  void got_tree(const Tellers& teller, Result<HashTree> tree);
  bool check_all();
  void tree_is_false(const std::string& why);
  void lost();
  void share();
  void stop_sharing();
  void disk_trouble(const std::string& why, int error);

  ContextPtr context_;
  Wanted wanted_;
  ContentHost& host_;
  bool closed_ = false;
  PartJobs part_;
  std::unique_ptr<Swarm> swarm_;
  Givers givers_;  // since the start of the program, or since all was thrown away
  std::uint64_t have_bytes_ = 0;
  std::optional<Sha1> learned_;        // of a source, where none was promised; it tells it again
  unsigned generation_ = 0;            // of the plan: an answer for an older one is too late
  unsigned losses_ = 0;                // of bytes: what was said of a piece before is too old
  Extents counted_;                    // for who gave them, before there was a tree
  std::size_t checking_ = 0;           // pieces under way
  std::vector<PieceIndex> unchecked_;  // they wait until the disk has time
  bool finishing_ = false;
  bool careful_ = false;
  std::optional<Suspects> suspects_;
  std::vector<SourceIndex> accused_;
  std::optional<SourceIndex> convict_;  // of them
  TreeTrust trust_;
  std::shared_ptr<const HashTree> tree_;
  bool checked_all_ = false;           // by the tree, because the whole was wrong
  std::vector<SourceIndex> convicts_;  // of the tree
  bool is_shared_ = false;
  std::optional<std::int64_t> modified_unix_;
  std::vector<Tellers> tellers_;
  std::map<SourceIndex, unsigned> trees_asked_;  // how often each was asked for one
  std::shared_ptr<TreeFetch> tree_fetch_;
};

}  // namespace p2p::transfer
