// The Log screen: newest first, from a level on; the whole text of the selected line below.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

class LogView final : public View {
 public:
  LogView(const KeyWords& keys, std::int32_t seconds_east_of_utc)
      : View(keys),
        seconds_east_(seconds_east_of_utc) {}

  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  int details_height(int height) const override;
  std::string look() override;
  // The number of the first error older than `number` in the list drawn last; the newest one when
  // there is none older; 0 without any.
  std::uint64_t error_below(std::uint64_t number) const;

 protected:
  ListView list(const api::Snapshot& snapshot, int width) override;
  void draw_details(Surface& out, const Rect& box, bool boxes,
                    const api::Snapshot& snapshot) override;

 private:
  std::int32_t seconds_east_;
  api::LogLevel level_ = api::LogLevel::info;
  std::vector<std::size_t> shown_;
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint64_t> errors_;  // those of the keys that are errors
};

}  // namespace p2p::tui
