#include "protocols/transfer/http_date.h"

#include <random>

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

constexpr std::int64_t kTime = 1795333218;
constexpr std::string_view kText = "Sun, 22 Nov 2026 07:40:18 GMT";  // http_get_n2r_response

TEST(HttpDate, WritesAndReadsWhatHttpSays) {
  EXPECT_EQ(http_date(kTime), kText);
  EXPECT_EQ(read_http_date(kText), kTime);
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(read_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);  // RFC 9110
  EXPECT_EQ(read_http_date("Thu, 29 Feb 2024 23:59:59 GMT"), 1709251199);
  EXPECT_EQ(read_http_date("Fri, 31 Dec 9999 23:59:59 GMT"), 253402300799);
}

TEST(HttpDate, ReadsNoTimeThatThereIsNot) {
  for (const char* text : {"", "Wed, 31 Dec 1969 23:59:59 GMT", "Mon, 22 Nov 2026 07:40:18 GMT",
                           "Wed, 29 Feb 2023 00:00:00 GMT", "Sun, 31 Nov 2026 07:40:18 GMT",
                           "Sun, 22 Nov 2026 24:40:18 GMT", "Sun, 22 Nov 2026 07:60:18 GMT",
                           "Sun, 22 Nov 2026 07:40:60 GMT", "Sun, 00 Nov 2026 07:40:18 GMT",
                           "Sun, 22 nov 2026 07:40:18 GMT", "Sun, 22 Nov 2026 07:40:18 CET",
                           "Sun, 22 Nov 2026 07:40:18  GMT", "Sun, 22 Nov -026 07:40:18 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    EXPECT_FALSE(read_http_date(text)) << text;
  for (std::size_t cut = 0; cut < kText.size(); ++cut)
    EXPECT_FALSE(read_http_date(kText.substr(0, cut))) << cut;
  EXPECT_FALSE(read_http_date(std::string(kText) + ' '));
}

TEST(HttpDate, WhatItReadsItWritesAgainWhateverBytesCome) {
  std::mt19937_64 chance(7);
  std::size_t read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = http_date(static_cast<std::int64_t>(chance() % 253402300800));
    for (auto changes = chance() % 3; changes > 0; --changes)
      text[chance() % text.size()] = static_cast<char>(chance() % 256);
    if (chance() % 10 == 0) text.resize(chance() % 40, static_cast<char>(chance() % 256));
    const auto time = read_http_date(text);
    if (!time) continue;
    ++read;
    EXPECT_EQ(http_date(*time), text);
  }
  EXPECT_GT(read, 5'000U);
}

TEST(HttpDate, EachTimeComesBackAsItWas) {
  std::mt19937_64 chance(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto time = static_cast<std::int64_t>(chance() % 253402300800);
    EXPECT_EQ(read_http_date(http_date(time)), time);
  }
}

}  // namespace
}  // namespace p2p::transfer
