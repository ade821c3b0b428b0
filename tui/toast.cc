#include "tui/toast.h"

#include <utility>

namespace p2p::tui {

namespace {

constexpr api::Millis kToast = 4000;
constexpr api::Millis kUndo = 10'000;
constexpr api::Millis kNewsGap = 1000;

}  // namespace

void Toast::show(std::string_view text, api::Millis lasts) {
  text_ = text;
  lasts_ = lasts;
  from_ = -1;
  until_seen_ = is_news_ = false;
}

void Toast::say(std::string_view text, bool until_seen) {
  show(text, kToast);
  until_seen_ = until_seen;
}

void Toast::tell(std::string_view news) {
  next_ = news;
}

void Toast::offer_undo(std::string_view text, api::Request request) {
  show(text, kUndo);
  undo_ = std::move(request);
  undo_from_ = -1;
}

std::optional<api::Request> Toast::undo() {
  if (undo_) text_.clear();
  return std::exchange(undo_, std::nullopt);
}

void Toast::learn(api::Millis now, bool motion) {
  if (undo_ && undo_from_ < 0) undo_from_ = now;
  if (undo_ && now - undo_from_ >= kUndo) undo_.reset();
  const bool soon = is_news_ && from_ >= 0 && now - from_ < kNewsGap;
  if (!next_.empty() && !soon) {
    show(std::exchange(next_, {}), kToast);
    is_news_ = true;
  }
  if (text_.empty()) return;
  if (from_ < 0) from_ = now;
  if (motion && now - from_ >= lasts_) text_.clear();
}

void Toast::key(bool motion) {
  if (!motion) text_.clear();
}

void Toast::moved() {
  if (std::exchange(until_seen_, false)) text_.clear();
}

}  // namespace p2p::tui
