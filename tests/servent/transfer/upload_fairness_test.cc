// Who is served while others take all they can, and how fast: one set of uploads and raw clients
// from several loopback addresses, in one thread.
#include <list>

#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "protocols/transfer/http_request.h"

#include "tests/support/patience.h"
#include "tests/support/units.h"
#include "tests/support/upload_client.h"

namespace p2p::transfer {
namespace {
using test::kMiB;

using namespace std::chrono_literals;

class Fairness : public test::BareUploads {
 protected:
  Fairness() {
    resize(kMuch);
    hooks_.locate = [this](const FileWanted&, const auto& then) { then(offer()); };
  }
  // A caller from 127.0.0.`host`.
  Client& client(unsigned host, DialectKind kind = DialectKind::http) {
    return call(kind, "", host);
  }
  static std::string request(const std::string& agent, const std::string& range) {
    return "GET " + path_of(test::kBigDigest) + " HTTP/1.1\r\nHost: x\r\nUser-Agent: " + agent +
           "\r\nX-Queue: 1.0\r\nRange: bytes=" + range + "\r\n\r\n";
  }
  Answer ask(Client& client, const std::string& agent, const std::string& range) {
    return UploadClients::ask(client, request(agent, range));
  }

  // By a call of its own: who is to come back is told to close.
  Answer come_back(unsigned host, const std::string& agent, const std::string& range) {
    Client& anew = client(host);
    anew.read_on();
    return ask(anew, agent, range);
  }

  std::list<std::string> said_;  // while it is written
};

TEST_F(Fairness, FiveHundredConnectionsOfOneKeepNobodyOut) {
  start();
  for (int i = 0; i < 500; ++i)
    client(66).say(request("name" + std::to_string(i), "0-9"));
  ASSERT_TRUE(comes([this] { return running() == 4; }));
  EXPECT_LE(rows().size(), 4U + 25U) << "half of the queue";
  const Answer busy = come_back(2, "bob", "0-9");
  ASSERT_EQ(busy.status, "503");
  EXPECT_NE(busy.head.value("X-Queued").find("position=2;"), std::string_view::npos)
      << busy.head.value("X-Queued");
  context_->gifts.gave("127.0.0.2", kMiB, now_time());
  const Answer sooner = come_back(2, "bob", "0-9");
  EXPECT_NE(sooner.head.value("X-Queued").find("position=1;"), std::string_view::npos);
}

TEST_F(Fairness, WhoAsksTheSameRangeAThousandTimesHasHisTurnAndNoMore) {
  settings_.upload_slots = 2;
  start();
  Client& one = client(66);
  Client& two = client(67);
  for (Client* each : {&one, &two}) {
    each->read_on();
    std::string all;
    for (int i = 0; i < 1000; ++i)
      all += request("again", "0-9");
    boost::asio::async_write(each->socket, boost::asio::buffer(said_.emplace_back(std::move(all))),
                             [](auto, std::size_t) {});
    EXPECT_EQ(next(*each).status, "206");
  }
  context_->gifts.gave("127.0.0.2", kMiB, now_time());
  EXPECT_EQ(come_back(2, "bob", "0-9").status, "503") << "nobody is cut off";
  const auto is_over = [](Client& client) {
    while (const auto answer = client.answer(false))
      if (answer->status == "503") return true;
    return false;
  };
  EXPECT_TRUE(comes([&] { return is_over(one) || is_over(two); })) << "between two parts";
  EXPECT_EQ(come_back(2, "bob", "0-9").status, "206");
}

TEST_F(Fairness, WhoNeverReadsLosesHisSlotToTheOthers) {
  settings_.upload_slots = 1;
  settings_.window = 50ms;
  start();
  client(66).say(request("sink", "0-"));
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  EXPECT_EQ(come_back(2, "bob", "0-9").status, "503");
  ASSERT_TRUE(comes([this] { return running() == 0; }));
  EXPECT_NE(log_.find("the peer takes it too slowly"), std::string::npos) << log_;
  EXPECT_EQ(come_back(2, "bob", "0-9").status, "206");
}

TEST_F(Fairness, WhileOthersWaitAPartIsNoLongerThanATurn) {
  settings_.upload_slots = 1;
  start();
  Client& ann = client(1);
  ann.read_on();
  EXPECT_EQ(ask(ann, "ann", "0-9").head.value("Content-Range"), "bytes 0-9/67108864");
  EXPECT_EQ(come_back(2, "bob", "0-9").status, "503");
  EXPECT_EQ(ask(ann, "ann", "0-").head.value("Content-Range"), "bytes 0-524287/67108864");
}

TEST_F(Fairness, WhoCallsAnewForEachPortionGoesOnWithHisTurn) {
  settings_.upload_slots = 1;
  start();
  const auto portion = [this](unsigned host, const std::string& range) {
    Client& caller = client(host, DialectKind::kazaa);
    caller.read_on();
    caller.say("GET /.hash=" + std::string(40, 'a') +
               " HTTP/1.0\r\nX-Kazaa-Network: KaZaA\r\nRange: bytes=" + range + "\r\n\r\n");
    const Answer answer = next(caller);
    EXPECT_TRUE(comes([&] { return caller.ended; }));
    return answer.status;
  };
  EXPECT_EQ(portion(66, "0-16383"), "206");
  EXPECT_EQ(portion(2, "0-16383"), "503") << "the slot is kept";
  EXPECT_EQ(portion(66, "16384-32767"), "206");
  EXPECT_EQ(portion(66, "67100000-"), "206") << "and the last one";
  EXPECT_EQ(portion(66, "0-9"), "503") << "after that he has none";
  EXPECT_EQ(portion(2, "0-16383"), "206");
}

TEST_F(Fairness, AllTogetherAreNoFasterThanTheLimitAndShareIt) {
  settings_.upload_slots = 20;
  start();
  context_->rates.up.set_rate(4 * kMiB, now_time());
  for (unsigned i = 0; i < 20; ++i) {
    client(i + 1).say(request("a", "0-"));
    clients_.back()->read_on();
  }
  ASSERT_TRUE(comes([this] { return running() == 20; }));
  const auto got = [this] {
    std::size_t sum = 0;
    for (const auto& each : clients_)
      sum += each->got.size();
    return sum;
  };
  const std::int64_t begun = now_ms();
  ASSERT_TRUE(comes([&] { return got() >= 8 * kMiB; }));
  const double seconds = static_cast<double>(now_ms() - begun) / 1000;
  EXPECT_GE(seconds, 1.0) << "two seconds, but each begins with a piece";
  // How exactly it is shared is tested by the tests of Flow.
  for (const auto& each : clients_)
    EXPECT_GT(each->got.size(), 8 * kMiB / 20 / 3);
}

TEST_F(Fairness, WhomWeHoldBackIsNotSlow) {
  settings_.window = test::kPatience * 1s;  // shorter than a slow program needs, we drop her
  settings_.least_bytes = 128U << 10U;
  start();
  context_->rates.up.set_rate((64 << 10) / test::kPatience, now_time());
  Client& ann = client(1);
  ann.say(request("ann", "0-"));
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.got.size() > 140 << 10; })) << "for two windows" << log_;
  EXPECT_EQ(running(), 1U) << log_;
  context_->rates.up.set_rate(0, now_time());
  EXPECT_TRUE(comes([&] { return ann.got.size() >= kMuch; })) << "the limit is gone";
}

TEST_F(Fairness, OneUploadIsLimitedOrEndedByItsId) {
  start();
  Client& ann = client(1);
  ann.say(request("ann", "0-"));
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  const std::uint32_t id = rows()[0].id;
  EXPECT_TRUE(uploads_->limit(id, 32 << 10));
  EXPECT_FALSE(uploads_->limit(id + 1, 1));
  EXPECT_EQ(rows()[0].limit_bps, 32U << 10U);
  EXPECT_EQ(rows()[0].network, "gnutella");
  EXPECT_TRUE(uploads_->end(id));
  EXPECT_FALSE(uploads_->end(id));
  ann.read_on();
  EXPECT_TRUE(comes([&] { return ann.ended; }));
}

TEST_F(Fairness, WhoWaitsIsShownWithHisPlaceAndCanBeSentAway) {
  settings_.upload_slots = 0;
  start();
  EXPECT_EQ(come_back(2, "bob", "0-9").status, "503");
  const auto shown = rows();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].place, 1U);
  EXPECT_EQ(shown[0].wait_s, 86'400U) << "nobody is served";
  EXPECT_EQ(shown[0].reason, "the slots are taken");
  EXPECT_FALSE(uploads_->limit(shown[0].id, 1));
  EXPECT_TRUE(uploads_->end(shown[0].id));
  EXPECT_TRUE(rows().empty());
}

}  // namespace
}  // namespace p2p::transfer
