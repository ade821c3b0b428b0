#include "servent/transfer/upload_stats.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace p2p::transfer {

namespace {

std::string of_user(const std::string& user, const std::string& name) {
  return user + '\0' + name;
}

api::GivenSpan told(std::uint64_t bytes, std::size_t users, std::size_t files) {
  return {bytes, users, files};
}

}  // namespace

bool UploadStats::note(Names& names, const std::string& name) {
  return names.size() < kMost && names.insert(name).second;
}

UploadStats::Span& UploadStats::today(const Moment& now) {
  if (day_ != now.day) {
    today_ = {};
    day_ = now.day;
  }
  return today_;
}

void UploadStats::asked(const std::string& user, const std::string& name) {
  if (!note(asked_, of_user(user, name))) return;
  if (times_.size() >= kMost && !times_.contains(name)) {
    const auto least =
        std::ranges::min_element(times_, {}, [](const auto& item) { return item.second; });
    times_.erase(least);
  }
  ++times_[name];
}

void UploadStats::refused(const std::string& user, const std::string& why) {
  if (note(refused_, user)) ++refusals_;
  refused_why_ = why;
}

void UploadStats::began(const std::string& user, const std::string& name, const Moment& now) {
  for (Span* span : {&session_, &today(now)}) {
    note(span->users, user);
    note(span->files, of_user(user, name));
  }
}

void UploadStats::sent(std::uint64_t bytes, const Moment& now) {
  session_.bytes += bytes;
  today(now).bytes += bytes;
  hour_.add(bytes, now.ms);
}

api::GivenRow UploadStats::row(const Moment& now) const {
  api::GivenRow row;
  row.session = told(session_.bytes, session_.users.size(), session_.files.size());
  if (day_ == now.day) row.today = told(today_.bytes, today_.users.size(), today_.files.size());
  row.refused = refusals_;
  row.refused_why = refused_why_;

  std::vector<std::uint64_t> hour = hour_.minutes(now.ms);
  if (std::ranges::any_of(hour, [](std::uint64_t bytes) { return bytes > 0; }))
    row.last_hour = std::move(hour);

  for (const auto& item : times_) {
    const api::AskedRow one{item.first, item.second};
    const auto behind = std::ranges::find_if(
        row.most_asked, [&](const api::AskedRow& other) { return other.times < one.times; });
    if (behind == row.most_asked.end() && row.most_asked.size() >= kShown) continue;
    row.most_asked.insert(behind, one);
    if (row.most_asked.size() > kShown) row.most_asked.pop_back();
  }
  return row;
}

}  // namespace p2p::transfer
