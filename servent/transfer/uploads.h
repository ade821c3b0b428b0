// Uploads: all connections on which we give, and who may have a slot now.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "servent/transfer/listing.h"
#include "servent/transfer/upload.h"
#include "servent/transfer/upload_queue.h"

namespace p2p::transfer {

class Uploads final : public UploadHost, public std::enable_shared_from_this<Uploads> {
 public:
  using HandOver =
      std::function<bool(const Call&, const std::shared_ptr<boost::asio::ip::tcp::socket>&)>;

  // Callers who want to give are shown to `hand_over`.
  Uploads(ContextPtr context, HandOver hand_over);

  void asked(const std::string& network, const UploadAsked& asked);
  void push(const std::string& network, const PushWanted& wanted);
  void tell_list(const ListWanted& wanted);
  void accept(const std::string& network, DialectKind kind, boost::asio::ip::tcp::socket socket,
              Bytes first_bytes);
  void stop();

  std::vector<api::UploadRow> rows(std::int64_t now) const;

  void set_limits(const UploadQueue::Limits& limits) { queue_.set_limits(limits); }
  const UploadQueue::Limits& limits() const { return queue_.limits(); }
  bool has_free_slot(std::int64_t now) const;  // for who asks now
  // By the id of a row. False: there is none, or, for a limit, it does not run yet.
  bool end(std::uint32_t id);
  bool limit(std::uint32_t id, std::uint64_t bytes_per_s);
  bool move(std::uint32_t id, api::Where where);  // of those that wait
  std::string giver_of(std::uint32_t id) const;   // whose row it is; empty: there is none
  // Nothing is given to who has one of these keys, from now on and until other keys are set.
  void block(std::set<std::string> givers);

  std::optional<std::string> admit(const UploadQueue::Asker& who, const std::string& name) override;
  Turn ask_turn(const Upload& asker, const SharedFile& file, bool waits) override;
  bool keeps_turn(const Upload& holder) override;
  bool others_wait() const override { return queue_.is_awaited(); }
  void gave_back(std::int64_t held_ms) override { queue_.gave_back(held_ms); }
  void keep_slot(const Upload& holder, const std::string& name) override;
  bool hand_over(const Call& call,
                 const std::shared_ptr<boost::asio::ip::tcp::socket>& socket) override;
  bool tell_list(const std::shared_ptr<boost::asio::ip::tcp::socket>& socket) override;
  void ended(const UploadPtr& upload) override;

 private:
  struct Kept {  // a slot whose user is about to call anew
    UploadQueue::Hold hold;
    std::string name;
    std::int64_t until = 0;
  };
  bool make_room();  // for one more caller
  bool is_blocked(const UploadQueue::Asker& who) const;
  std::optional<std::int64_t> take_kept(const UploadQueue::Asker& who, const std::string& name);
  void forget_kept(std::int64_t now);
  UploadQueue::Holds running(std::int64_t now) const;
  UploadPtr find(std::uint32_t id) const;  // null: none that runs
  ListingPtr make_listing(std::shared_ptr<boost::asio::ip::tcp::socket> socket);
  UploadAnswer answer(const std::string& network, const UploadAsked& asked,
                      const std::optional<Offer>& offer);

  ContextPtr context_;
  HandOver hand_over_;
  UploadQueue queue_;
  std::vector<UploadPtr> uploads_;
  std::vector<Kept> kept_;
  std::vector<ListingPtr> listings_;
  std::set<std::string> blocked_;  // givers
};

}  // namespace p2p::transfer
