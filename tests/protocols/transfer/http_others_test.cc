#include "protocols/transfer/http_others.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/captured_files.h"
#include "tests/support/gnutella_vector.h"
#include "tests/support/http_head.h"

namespace p2p::transfer {
namespace {

using test::kRiverDigest;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Endpoint kFirst{0x01020304, 6400};
constexpr Endpoint kSecond{0x05060708, 6346};

HeaderBlock head(std::vector<std::pair<std::string, std::string>> fields) {
  return {"HTTP/1.1 200 OK", std::move(fields)};
}
std::vector<Endpoint> alive(const std::string& list, const std::string& name = "X-Alt") {
  return read_others(head({{name, list}}), kRiverDigest).alive;
}
HeaderBlock captured_head(const std::string& name) {
  return test::block_of(test::gnutella_vector(name));
}

TEST(HttpOthers, AreReadAsCaptured) {
  EXPECT_THAT(read_others(captured_head("http_x_alt_request"), kRiverDigest).alive,
              ElementsAre(Endpoint{0x7f090909, 6400}, Endpoint{0x7f090908, 6401}));
  EXPECT_THAT(read_others(captured_head("http_x_alt_response"), kRiverDigest).alive,
              ElementsAre(Endpoint{0x7f000002, 26347}, Endpoint{0x7f090908, 6401},
                          Endpoint{0x7f090909, 6400}));
  EXPECT_TRUE(read_others(captured_head("http_get_n2r_request"), kRiverDigest).empty());
}

TEST(HttpOthers, HaveThePortOfTheNetworkWhereNoneIsTold) {
  EXPECT_THAT(alive("1.2.3.4:6400,5.6.7.8"), ElementsAre(kFirst, kSecond));
}

TEST(HttpOthers, TheDeadAreTold) {
  const Others others = read_others(head({{"x-nalt", "1.2.3.4:6400"}, {"X-ALT", "5.6.7.8"}}), {});
  EXPECT_THAT(others.alive, ElementsAre(kSecond));
  EXPECT_THAT(others.dead, ElementsAre(kFirst));
}

TEST(HttpOthers, TheFormOf2002NamesTheContent) {
  const std::string path = "/uri-res/N2R?" + to_urn(kRiverDigest);
  for (const char* name : {"Alt-Location", "X-Gnutella-Alternate-Location", "X-Alt"}) {
    EXPECT_THAT(
        alive("http://1.2.3.4:6400" + path + " 2003-04-30T08:30Z, http://5.6.7.8" + path, name),
        ElementsAre(kFirst, kSecond));
    EXPECT_THAT(alive("http://1.2.3.4:6400/get/1/a.ogg 2003-04-30T08:30Z", name), IsEmpty());
    EXPECT_THAT(
        alive("http://1.2.3.4:1/uri-res/N2R?urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR", name),
        IsEmpty());
  }
  const auto of_unknown = head({{"X-Alt", "http://1.2.3.4:6400" + path}});
  EXPECT_TRUE(read_others(of_unknown, {}).empty());
}

TEST(HttpOthers, WhatMakesNoSenseIsPassedOver) {
  EXPECT_THAT(alive("garbage, , ;;, 0.0.0.0:6346, 1.2.3.4:0, 1.2.3.4:65536, 1.2.3.4:-1, 1.2.3:80, "
                    "224.0.0.1:80, 255.255.255.255:80, 300.1.1.1:80, localhost:80, [::1]:6346, "
                    "tls=F0, fde83102ec32a833c055ffeeb0a197f7;1.2.3.4:6346, http://, http://x/, "
                    "1.2.3.4:6400 , 1.2.3.4:6400, 5.6.7.8:6346;6346"),
              ElementsAre(kFirst));
  EXPECT_THAT(alive(std::string("\xff\x1b[2J\x7f,1.2.3.4:6400")), ElementsAre(kFirst));
}

TEST(HttpOthers, AreNoMoreThanAFewOfThousands) {
  std::string list;
  for (int i = 0; i < 10'000; ++i)
    list += "10.1." + std::to_string(i / 250) + '.' + std::to_string(i % 250 + 1) + ":6346,";
  EXPECT_THAT(alive(list), SizeIs(kMaxOthers));
  std::string garbage;
  for (std::size_t i = 0; i < kMaxLooked; ++i)
    garbage += "x,";
  EXPECT_THAT(alive(garbage + "1.2.3.4:6400"), IsEmpty());
}

TEST(HttpOthers, AreWrittenAsTheyAreRead) {
  const std::vector<Endpoint> both{kFirst, kSecond};
  EXPECT_EQ(to_list(both), "1.2.3.4:6400, 5.6.7.8:6346");
  EXPECT_EQ(alive(to_list(both)), both);
  EXPECT_EQ(to_list({}), "");
}

TEST(ToldOnce, TellsNobodyTheSameTwiceAndEndsSomewhere) {
  ToldOnce told;
  const std::vector<Endpoint> both{kFirst, kSecond};
  told.add(std::vector{kFirst});
  EXPECT_THAT(told.fresh(both, 5), ElementsAre(kSecond));
  EXPECT_THAT(told.fresh(both, 5), IsEmpty());
  std::size_t in_all = 0;
  for (std::uint32_t i = 0; i < 1000; ++i)
    in_all += told.fresh(std::vector{Endpoint{0x0a000000 + i, 1}, kFirst}, 1).size();
  EXPECT_EQ(in_all, ToldOnce::kMost - 2);
}

}  // namespace
}  // namespace p2p::transfer
