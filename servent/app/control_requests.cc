#include "servent/app/control_requests.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "servent/app/wire.h"

namespace p2p::app {

std::string text_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  std::string text;
  if (at != object.end()) Wire<std::string>::in(*at, text);
  return text;
}

std::optional<std::uint64_t> number_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_number_unsigned()) return {};
  return std::min<std::uint64_t>(at->get<std::uint64_t>(), 1ULL << 40U);
}

std::optional<bool> bool_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_boolean()) return {};
  return at->get<bool>();
}

Json parse_request(const std::string& line) {
  constexpr int kDeepest = 8;
  bool too_deep = false;
  Json request = Json::parse(
      line,
      [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > kDeepest;
        return !too_deep;
      },
      false);
  return too_deep ? Json(Json::value_t::discarded) : request;
}

Json end_of(const std::string& error) {
  Json end{{"end", true}, {"ok", error.empty()}};
  if (!error.empty()) end["error"] = to_wire(error);
  return end;
}

// Made here and not in the call: of an aggregate that is made inside a co_await GCC 12 destroys
// two.
api::Request question(const std::string& verb, const Json& request) {
  if (verb == "browse") return api::StartBrowse{text_in(request, "user")};
  return api::StartSearch{text_in(request, "words")};
}

std::vector<api::Request> limit_requests(const Json& request) {
  const auto small = [&](const char* key) -> std::optional<std::uint32_t> {
    constexpr std::uint64_t kMost = 0xffffffff;  // refused further on
    const auto number = number_in(request, key);
    if (!number) return {};
    return static_cast<std::uint32_t>(std::min(*number, kMost));
  };
  std::vector<api::Request> out;
  const auto up = number_in(request, "up");
  const auto down = number_in(request, "down");
  if (const auto id = small("id"))
    out.emplace_back(api::LimitUpload{*id, up.value_or(0)});
  else if (up || down)
    out.emplace_back(api::SetLimits{up, down});
  const api::SetSlots slots{small("slots"), small("per_user"), small("queue")};
  if (slots.slots || slots.per_user || slots.queue) out.emplace_back(slots);
  return out;
}

std::optional<api::Request> change_request(std::uint32_t id, const Json& request) {
  api::ChangeDownload change{id, number_in(request, "limit"), {}, bool_in(request, "in_order")};
  const std::string priority = text_in(request, "priority");
  for (const auto each : {api::Priority::low, api::Priority::normal, api::Priority::high})
    if (priority == to_text(each)) change.priority = each;
  if (!change.priority && !priority.empty()) return {};
  return change;
}

std::optional<api::Request> move_request(std::uint32_t id, const Json& request) {
  constexpr std::array<std::string_view, 4> kWords{"top", "up", "down", "bottom"};
  const auto at = std::ranges::find(kWords, text_in(request, "where"));
  if (at == kWords.end()) return {};
  return api::MoveDownload{id, static_cast<api::Where>(at - kWords.begin())};
}

}  // namespace p2p::app
