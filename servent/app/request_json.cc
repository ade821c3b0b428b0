#include "servent/app/request_json.h"

#include <utility>

#include "servent/app/control_requests.h"
#include "servent/app/wire.h"

namespace p2p::app {

template <>
struct Words<api::Where> {
  static constexpr std::array kAll{"top", "up", "down", "bottom"};
};

// Each request's name and fields.
template <>
struct Fields<api::StartSearch> {
  static constexpr const char* kWhat = "start_search";
  static constexpr std::tuple kAll{Field{"text", &api::StartSearch::text}};
};
template <>
struct Fields<api::StartBrowse> {
  static constexpr const char* kWhat = "start_browse";
  static constexpr std::tuple kAll{Field{"user", &api::StartBrowse::user}};
};
template <>
struct Fields<api::CloseSearch> {
  static constexpr const char* kWhat = "close_search";
  static constexpr std::tuple kAll{Field{"id", &api::CloseSearch::id}};
};
template <>
struct Fields<api::RepeatSearch> {
  static constexpr const char* kWhat = "repeat_search";
  static constexpr std::tuple kAll{Field{"id", &api::RepeatSearch::id}};
};
template <>
struct Fields<api::GetResult> {
  static constexpr const char* kWhat = "get_result";
  static constexpr std::tuple kAll{Field{"search", &api::GetResult::search},
                                   Field{"key", &api::GetResult::key}};
};
template <>
struct Fields<api::GetLink> {
  static constexpr const char* kWhat = "get_link";
  static constexpr std::tuple kAll{Field{"link", &api::GetLink::link}};
};
template <>
struct Fields<api::PauseDownload> {
  static constexpr const char* kWhat = "pause_download";
  static constexpr std::tuple kAll{Field{"id", &api::PauseDownload::id},
                                   Field{"pause", &api::PauseDownload::pause}};
};
template <>
struct Fields<api::CancelDownload> {
  static constexpr const char* kWhat = "cancel_download";
  static constexpr std::tuple kAll{Field{"id", &api::CancelDownload::id}};
};
template <>
struct Fields<api::RetryDownload> {
  static constexpr const char* kWhat = "retry_download";
  static constexpr std::tuple kAll{Field{"id", &api::RetryDownload::id}};
};
template <>
struct Fields<api::ChangeDownload> {
  static constexpr const char* kWhat = "change_download";
  static constexpr std::tuple kAll{Field{"id", &api::ChangeDownload::id},
                                   Field{"limit", &api::ChangeDownload::limit_bps},
                                   Field{"priority", &api::ChangeDownload::priority},
                                   Field{"in_order", &api::ChangeDownload::in_order}};
};
template <>
struct Fields<api::MoveDownload> {
  static constexpr const char* kWhat = "move_download";
  static constexpr std::tuple kAll{Field{"id", &api::MoveDownload::id},
                                   Field{"where", &api::MoveDownload::where}};
};
template <>
struct Fields<api::ClearFinished> {
  static constexpr const char* kWhat = "clear_finished";
  static constexpr std::tuple<> kAll{};
};
template <>
struct Fields<api::SetLimits> {
  static constexpr const char* kWhat = "set_limits";
  static constexpr std::tuple kAll{Field{"up", &api::SetLimits::up_bps},
                                   Field{"down", &api::SetLimits::down_bps}};
};
template <>
struct Fields<api::SetSlots> {
  static constexpr const char* kWhat = "set_slots";
  static constexpr std::tuple kAll{Field{"slots", &api::SetSlots::slots},
                                   Field{"per_user", &api::SetSlots::per_user},
                                   Field{"queue", &api::SetSlots::queue}};
};
template <>
struct Fields<api::LimitUpload> {
  static constexpr const char* kWhat = "limit_upload";
  static constexpr std::tuple kAll{Field{"id", &api::LimitUpload::id},
                                   Field{"limit", &api::LimitUpload::bps}};
};
template <>
struct Fields<api::EndUpload> {
  static constexpr const char* kWhat = "end_upload";
  static constexpr std::tuple kAll{Field{"id", &api::EndUpload::id}};
};
template <>
struct Fields<api::Rescan> {
  static constexpr const char* kWhat = "rescan";
  static constexpr std::tuple<> kAll{};
};
template <>
struct Fields<api::ConnectTo> {
  static constexpr const char* kWhat = "connect_to";
  static constexpr std::tuple kAll{Field{"endpoint", &api::ConnectTo::endpoint},
                                   Field{"network", &api::ConnectTo::network}};
};
template <>
struct Fields<api::FindSources> {
  static constexpr const char* kWhat = "find_sources";
  static constexpr std::tuple kAll{Field{"id", &api::FindSources::id}};
};
template <>
struct Fields<api::RestoreCleared> {
  static constexpr const char* kWhat = "restore_cleared";
  static constexpr std::tuple<> kAll{};
};
template <>
struct Fields<api::BlockUser> {
  static constexpr const char* kWhat = "block_user";
  static constexpr std::tuple kAll{Field{"upload", &api::BlockUser::upload}};
};
template <>
struct Fields<api::MoveUpload> {
  static constexpr const char* kWhat = "move_upload";
  static constexpr std::tuple kAll{Field{"id", &api::MoveUpload::id},
                                   Field{"where", &api::MoveUpload::where}};
};
template <>
struct Fields<api::ShareFolder> {
  static constexpr const char* kWhat = "share_folder";
  static constexpr std::tuple kAll{Field{"path", &api::ShareFolder::path},
                                   Field{"wanted", &api::ShareFolder::wanted}};
};
template <>
struct Fields<api::DropPeer> {
  static constexpr const char* kWhat = "drop_peer";
  static constexpr std::tuple kAll{Field{"endpoint", &api::DropPeer::endpoint}};
};
template <>
struct Fields<api::BanHost> {
  static constexpr const char* kWhat = "ban_host";
  static constexpr std::tuple kAll{Field{"host", &api::BanHost::host}};
};
template <>
struct Fields<api::UnbanHost> {
  static constexpr const char* kWhat = "unban_host";
  static constexpr std::tuple kAll{Field{"host", &api::UnbanHost::host}};
};
template <>
struct Fields<api::IgnoreUser> {
  static constexpr const char* kWhat = "ignore_user";
  static constexpr std::tuple kAll{Field{"network", &api::IgnoreUser::network},
                                   Field{"user", &api::IgnoreUser::user}};
};
template <>
struct Fields<api::ForgetIgnored> {
  static constexpr const char* kWhat = "forget_ignored";
  static constexpr std::tuple<> kAll{};
};
template <>
struct Fields<api::DropUnwanted> {
  static constexpr const char* kWhat = "drop_unwanted";
  static constexpr std::tuple kAll{Field{"id", &api::DropUnwanted::id}};
};
template <>
struct Fields<api::SwitchMode> {
  static constexpr const char* kWhat = "switch_mode";
  static constexpr std::tuple kAll{Field{"modes", &api::SwitchMode::modes},
                                   Field{"roles", &api::SwitchMode::roles}};
};
template <>
struct Fields<api::AddWish> {
  static constexpr const char* kWhat = "add_wish";
  static constexpr std::tuple kAll{
      Field{"text", &api::AddWish::text}, Field{"download", &api::AddWish::download},
      Field{"filter", &api::AddWish::filter}, Field{"group", &api::AddWish::group}};
};
template <>
struct Fields<api::DropWish> {
  static constexpr const char* kWhat = "drop_wish";
  static constexpr std::tuple kAll{Field{"id", &api::DropWish::id}};
};
template <>
struct Fields<api::SeeWish> {
  static constexpr const char* kWhat = "see_wish";
  static constexpr std::tuple kAll{Field{"id", &api::SeeWish::id}};
};
template <>
struct Fields<api::Detach> {
  static constexpr const char* kWhat = "detach";
  static constexpr std::tuple<> kAll{};
};
template <>
struct Fields<api::Quit> {
  static constexpr const char* kWhat = "quit";
  static constexpr std::tuple<> kAll{};
};

namespace {

// Whether it is of this name; then `found` has it, if its fields make sense.
template <class One>
bool is_one(const Json& object, const std::string& what, std::optional<api::Request>& found) {
  if (what != Fields<One>::kWhat) return false;
  One request;
  if (Wire<One>::in(object, request)) found = std::move(request);
  return true;
}

template <std::size_t... I>
std::optional<api::Request> any_of(const Json& object, const std::string& what,
                                   std::index_sequence<I...>) {
  std::optional<api::Request> found;
  (is_one<std::variant_alternative_t<I, api::Request>>(object, what, found) || ...);
  return found;
}

}  // namespace

Json request_json(const api::Request& request) {
  return std::visit(
      []<class One>(const One& one) {
        Json object{{"what", Fields<One>::kWhat}};
        object.update(Wire<One>::out(one));
        return object;
      },
      request);
}

std::optional<api::Request> request_in(const Json& object) {
  if (!object.is_object()) return {};
  return any_of(object, text_in(object, "what"),
                std::make_index_sequence<std::variant_size_v<api::Request>>());
}

}  // namespace p2p::app
