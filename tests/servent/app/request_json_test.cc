#include "servent/app/request_json.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

std::vector<api::Request> all_requests() {
  return {api::StartSearch{"s\xFFn \"dogs\""},
          api::StartBrowse{"ann"},
          api::CloseSearch{1},
          api::RepeatSearch{2},
          api::GetResult{3, 4},
          api::GetLink{"magnet:?x"},
          api::PauseDownload{5, false},
          api::CancelDownload{6},
          api::RetryDownload{7},
          api::ChangeDownload{8, 9, api::Priority::high, true},
          api::ChangeDownload{8, {}, {}, {}},
          api::MoveDownload{10, api::Where::bottom},
          api::ClearFinished{},
          api::SetLimits{11, {}},
          api::SetSlots{12, 13, 14},
          api::LimitUpload{15, 16},
          api::EndUpload{17},
          api::Rescan{},
          api::ConnectTo{"h:1", "kazaa"},
          api::DropPeer{"127.0.0.1:1"},
          api::BanHost{"127.0.0.1"},
          api::UnbanHost{"127.0.0.1"},
          api::IgnoreUser{"kazaa", "\xFF"},
          api::ForgetIgnored{},
          api::DropUnwanted{23},
          api::SwitchMode{{"gnutella", "kazaa"}, {"leaf", ""}},
          api::AddWish{"sun", true, "src>2", "user"},
          api::DropWish{18},
          api::SeeWish{19},
          api::FindSources{20},
          api::RestoreCleared{},
          api::BlockUser{21},
          api::MoveUpload{22, api::Where::up},
          api::ShareFolder{"/srv/m\xFFsic", false},
          api::Detach{},
          api::Quit{}};
}

TEST(RequestJson, EveryRequestComesBack) {
  std::vector<bool> met(std::variant_size_v<api::Request>);
  for (const api::Request& request : all_requests()) {
    const Json object = Json::parse(request_json(request).dump());
    const auto back = request_in(object);
    ASSERT_TRUE(back) << object;
    EXPECT_EQ(back->index(), request.index());
    EXPECT_EQ(request_json(*back), request_json(request));
    met[request.index()] = true;
  }
  EXPECT_EQ(std::count(met.begin(), met.end(), false), 0) << "one is not tried";
  EXPECT_EQ(std::get<api::StartSearch>(*request_in(request_json(all_requests()[0]))).text,
            "s\xFFn \"dogs\"");
}

TEST(RequestJson, AFieldOfAnotherKindMakesItNoRequest) {
  const std::vector<Json> wrong{-1, 1.5, Json::array(), Json::object(), Json::array({1})};
  for (const api::Request& request : all_requests()) {
    const Json whole = request_json(request);
    for (const auto& [name, value] : whole.items())
      for (const Json& other : wrong) {
        if (value.is_array() && other == Json::array()) continue;
        Json object = whole;
        object[name] = other;
        EXPECT_FALSE(request_in(object)) << object;
      }
  }
  EXPECT_FALSE(request_in(Json{{"what", "nonsense"}}));
  EXPECT_FALSE(request_in(Json::object()));
  EXPECT_FALSE(request_in(Json()));
}

TEST(RequestJson, WhatIsNotNamedKeepsItsValue) {
  const auto pause = request_in(Json{{"what", "pause_download"}, {"id", 4U}});
  ASSERT_TRUE(pause);
  EXPECT_TRUE(std::get<api::PauseDownload>(*pause).pause);
  const auto change = request_in(Json{{"what", "change_download"}, {"id", 4U}, {"limit", nullptr}});
  ASSERT_TRUE(change);
  EXPECT_EQ(std::get<api::ChangeDownload>(*change).limit_bps, std::nullopt);
}

}  // namespace
}  // namespace p2p::app
