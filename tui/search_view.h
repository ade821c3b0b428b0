// The Search screen: the results of one search, one row a digest or in groups, what is below those
// that are opened, and what is known of the selected one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/result_rows.h"
#include "tui/view.h"

namespace p2p::tui {

class SearchView final : public View {
 public:
  explicit SearchView(const KeyWords& keys) : View(keys) {
    order_ = {'c', false};
  }  // ResultOrder has the letters

  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  void told(const api::Request& asked, const api::Outcome& outcome, Desk& desk) override;
  void pressed() override { seen_ms_ = now_ms_; }
  int details_height(int height) const override;
  bool moves(const api::Snapshot& snapshot) const override;
  std::string look() override;
  std::string habit() const override;  // "c+folder": with the groups
  bool take_habit(std::string_view word) override;
  Table& table() override { return places_[wanted_].table; }
  Prompt& filter() override { return places_[wanted_].filter; }
  bool filters_fields() const override { return true; }

  std::uint32_t wanted() const { return wanted_; }  // the search to be shown; 0: the newest
  void want_newest() { wanted_ = 0; }

 protected:
  std::string_view orders() const override { return "cnsrtd"; }
  ListView list(const api::Snapshot& snapshot, int width) override;
  void draw_details(Surface& out, const Rect& box, bool boxes,
                    const api::Snapshot& snapshot) override;

 private:
  static constexpr api::Millis kNews = 2000;  // how long what is new is marked

  using RowKey = ResultRows::RowKey;
  struct Place {  // where the user is in the results of one search
    Table table;
    Prompt filter;
    ResultRows::OpenedRows opened;
    std::set<RowKey> marked;  // results
  };
  // What a command wants of a row, and only the next snapshot has.
  struct Errand {
    enum class What : std::uint8_t { copy_link, ignore } what = What::copy_link;
    RowKey result = 0;
    std::optional<std::uint32_t> source{};  // of one that several have
  };

  struct Told {  // of a wish
    std::uint64_t unseen = 0;
    std::optional<api::Millis> at{};  // when; never before now, if it has no value
  };

  void wear_wish(const api::SearchRow& search, const std::vector<api::WishRow>& wishes);
  void tell_wishes(const api::Snapshot& snapshot, Desk& desk);
  api::Request keep_wish(const api::SearchRow& search, std::string_view command, Desk& desk);
  const ResultLine* selected();  // as it was drawn; null: there is none
  std::optional<api::Request> get(Desk& desk);
  std::optional<api::Request> list_command(std::string_view command, Desk& desk);
  void walk(std::string_view command);
  void mark(const ResultLine& line);
  void open(const ResultLine& line);
  void close(const ResultLine& line);
  void choose_group(Desk& desk);
  void ignore(const ResultLine& line, Desk& desk);
  void ignore_user(const std::string& network, const std::string& user, const std::string& name,
                   Desk& desk);
  std::optional<api::Request> show_ignored(Desk& desk);
  void learn_ignored(const std::vector<api::UnwantedRow>& rows);
  void run(const Errand& errand, const api::Snapshot& snapshot, Desk& desk);

  // search_list.cc
  void follow_group(const api::Snapshot& snapshot);
  std::string title(const api::Snapshot& snapshot);
  std::vector<Column> columns(int width) const;
  TableRow file_row(const ResultLine& line, std::size_t place, const api::Snapshot& snapshot,
                    bool narrow);
  TableRow head_row(const ResultLine& line, std::size_t place, bool narrow) const;
  TableRow source_row(const ResultLine& line, const api::Snapshot& snapshot, bool narrow) const;

  std::uint32_t wanted_ = 0;
  std::map<std::uint32_t, Place> places_;  // one a search; 0 before the first
  std::vector<api::SearchRow> searches_;
  Grouping grouping_ = Grouping::digest;
  std::set<std::string> ignored_;          // ResultOrder::user_key()
  std::set<std::string> asked_to_ignore_;  // of them, those that the node does not tell yet
  std::uint64_t revision_ = 0;             // of the last snapshot
  std::set<std::uint32_t> downloads_;      // that there are
  RowKey asked_for_ = 0;                   // the one file that Enter began to fetch; 0: none
  std::optional<Errand> errand_;
  std::map<std::uint32_t, Told> told_;      // what was said of each wish
  bool seen_wishes_ = false;                // of a first snapshot
  std::uint32_t wish_ = 0;                  // the first that has found something new; 0: none
  std::optional<std::uint32_t> regrouped_;  // the result that was selected when groups changed

  ResultRows rows_;
  ResultRows::How how_;  // of the rows
  std::uint32_t shown_ = 0;
  api::Millis now_ms_ = 0, seen_ms_ = 0;  // of the last snapshot; when the last key came
};

}  // namespace p2p::tui
