// App: rates by the time of day, and what is set while it runs.
#include <algorithm>
#include <chrono>
#include <ctime>

#include "servent/app/log.h"
#include "servent/app/node_app.h"

namespace p2p::app {

namespace {

constexpr std::chrono::seconds kLook{60};  // at least so often: clocks are set, summer begins

std::tm local_now() {
  const std::time_t now = std::time(nullptr);
  std::tm here{};
  ::localtime_r(&now, &here);
  return here;
}

transfer::WeekTime week_time(const std::tm& here) {
  return {static_cast<unsigned>(here.tm_wday + 6) % 7,
          static_cast<unsigned>(here.tm_hour * 60 + here.tm_min)};
}

transfer::WeekTime week_now() {
  return week_time(local_now());
}

}  // namespace

void App::apply_limits() {
  const std::tm here = local_now();
  const transfer::WeekTime now = week_time(here);
  const transfer::RateLimits rates = limits_.at(now);
  const std::string why = limits_.why(now);
  engine_->set_rates(rates.up, rates.down);
  if (std::exchange(limits_why_, why) != why) {
    if (!why.empty()) log_line(api::LogLevel::info, "xfer", "limits now: " + why);
    changed();
  }
  if (limits_.schedule().empty()) return;
  const std::chrono::seconds change(limits_.schedule().until_change(now) * 60 -
                                    static_cast<unsigned>(std::min(here.tm_sec, 59)));
  limits_timer_.expires_after(std::min(change, kLook));
  limits_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) apply_limits();
  });
}

api::LimitsRow App::limits_row() const {
  const transfer::UploadQueue::Limits& uploads = engine_->upload_limits();
  api::LimitsRow row;
  row.up_bps = engine_->up_limit();
  row.down_bps = engine_->down_limit();
  row.why = limits_why_;
  row.slots = static_cast<std::uint32_t>(uploads.slots);
  row.per_user = static_cast<std::uint32_t>(uploads.per_user);
  row.queue = static_cast<std::uint32_t>(uploads.places);
  return row;
}

api::Outcome App::set_limits(const api::SetLimits& wanted) {
  limits_.set(wanted.up_bps, wanted.down_bps, week_now());
  apply_limits();
  return {};
}

api::Outcome App::set_slots(const api::SetSlots& wanted) {
  transfer::UploadQueue::Limits uploads = engine_->upload_limits();
  uploads.slots = wanted.slots.value_or(static_cast<std::uint32_t>(uploads.slots));
  uploads.per_user = wanted.per_user.value_or(static_cast<std::uint32_t>(uploads.per_user));
  uploads.places = wanted.queue.value_or(static_cast<std::uint32_t>(uploads.places));
  if (uploads.slots > api::kMostSlots)
    return {"slots are at most " + std::to_string(api::kMostSlots), 0};
  if (uploads.per_user == 0 || uploads.per_user > api::kMostSlots)
    return {"uploads of one user are 1 to " + std::to_string(api::kMostSlots), 0};
  if (uploads.places > api::kMostPlaces)
    return {"places in the queue are at most " + std::to_string(api::kMostPlaces), 0};
  engine_->set_upload_limits(uploads);
  return {};
}

api::Outcome App::limit_upload(const api::LimitUpload& wanted) {
  if (engine_->limit_upload(wanted.id, wanted.bps)) return {};
  return {"no upload " + std::to_string(wanted.id) + " runs: see servent uploads", 0};
}

api::Outcome App::end_upload(const api::EndUpload& wanted) {
  if (engine_->end_upload(wanted.id)) return {};
  return {"there is no upload " + std::to_string(wanted.id) + ": see servent uploads", 0};
}

}  // namespace p2p::app
