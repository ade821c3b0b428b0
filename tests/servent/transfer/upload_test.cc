// One engine that gives, and raw clients, over loopback in one thread.
#include <fstream>
#include <future>

#include <gtest/gtest.h>

#include "tests/support/upload_client.h"

namespace p2p::transfer {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

class Giving : public test::EngineUploads {
 protected:
  Giving() {
    resize(kMuch);
    file_.name = "x/big";
    file_.sha1.reset();
    hooks_.locate = [this](const FileWanted&, const auto& then) { then(offer()); };
  }

  // Connected, and its request sent.
  Client& client(const std::string& nick) {
    Client& client = call(DialectKind::napster);
    client.say("GET" + nick + " \"x\\big\" 0");
    return client;
  }
  // What comes of the whole file: its size in digits, then its bytes.
  const std::string head_ = std::to_string(kMuch);
};

TEST_F(Giving, SeveralUsersGetTheFileAtOnce) {
  start();
  Client& ann = client("ann");
  Client& bob = client("bob");
  ASSERT_TRUE(comes([this] { return running() == 2; })) << log_;
  ann.read_on();
  bob.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended && bob.ended; }));
  for (const Client* each : {&ann, &bob}) {
    EXPECT_EQ(each->got.size(), head_.size() + kMuch);
    EXPECT_TRUE(each->got.starts_with(head_));
  }
}

TEST_F(Giving, WhatWasReadOfTheConnectionBeforeCounts) {
  start();
  Client& ann = call(DialectKind::napster, "GETann \"x\\");
  ann.say("big\" 0");
  ann.read_on();
  EXPECT_TRUE(comes([&] { return ann.got.size() == head_.size() + kMuch; })) << log_;
}

TEST_F(Giving, CallersThatAskNothingKeepNobodyOut) {
  settings_.max_inbound = 3;
  start();
  for (int i = 0; i < 10; ++i)
    call(DialectKind::napster);
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; })) << log_;
  ann.read_on();
  EXPECT_TRUE(comes([&] { return ann.got.size() == head_.size() + kMuch; }));
}

TEST_F(Giving, AReaderThatTakesTooLittleLosesItsSlot) {
  settings_.window = 30ms;
  settings_.upload_slots = 1;
  start();
  client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  ASSERT_TRUE(comes([this] { return running() == 0; })) << "the slot is never free";
  EXPECT_NE(log_.find("x/big to ann: the peer takes it too slowly"), std::string::npos) << log_;
  client("bob");
  EXPECT_TRUE(comes([this] { return running() == 1; }));
}

TEST_F(Giving, AFileThatShrinksIsNotPadded) {
  start();
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  fs::resize_file(path_, 100);
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_LT(ann.got.size(), head_.size() + kMuch);
  EXPECT_NE(log_.find("the file changed while it was given"), std::string::npos) << log_;
}

TEST_F(Giving, AFileThatIsRewrittenIsNotPassedOffAsTheOldOne) {
  start();
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  std::fstream(path_, std::ios::in | std::ios::out) << "new words, same size";
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_LT(ann.got.size(), head_.size() + kMuch);
}

TEST_F(Giving, AFileThatIsNotAsPublishedIsRefused) {
  fs::resize_file(path_, kMuch - 1);
  start();
  Client& ann = client("ann");
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_EQ(ann.got, "INVALID REQUEST");
}

TEST_F(Giving, AUserWhoVanishesFreesTheSlot) {
  settings_.upload_slots = 1;
  start();
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  ann.socket.close();
  EXPECT_TRUE(comes([this] { return running() == 0; }));
}

TEST_F(Giving, ThePlaceInTheQueueIsToldAndShown) {
  settings_.upload_slots = 1;
  std::vector<UploadAnswer> answers;
  hooks_.upload_answer = [&](const std::string&, const UploadAnswer& a) { answers.push_back(a); };
  start();
  client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  for (const char* user : {"bob", "cid"}) {
    UploadAsked asked;
    asked.user = user;
    asked.name = "x/big";
    engine_->on_upload_asked("napster", asked);
  }
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].verdict, UploadAnswer::Verdict::queued);
  EXPECT_EQ(answers[1].place, 2U);
  const auto rows = engine_->uploads();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].user, "cid");
  EXPECT_EQ(rows[2].place, 2U);
  EXPECT_EQ(rows[2].state, "queued");
}

// Were the disk waited for, this test would never end.
TEST_F(Giving, ADiskThatHangsDoesNotHoldUpTheEnd) {
  auto release = std::make_shared<std::promise<void>>();
  auto began = std::make_shared<std::promise<void>>();
  hooks_.locate = [&](const FileWanted&, const auto& then) {
    then(Offer{{}, [release, began] {
                 began->set_value();
                 release->get_future().wait();
                 return -1;
               }});
  };
  start();
  client("ann");
  auto hangs = began->get_future();
  ASSERT_TRUE(comes([&] { return hangs.wait_for(0ms) == std::future_status::ready; }));
  engine_->stop();
  engine_.reset();
  release->set_value();
}

}  // namespace
}  // namespace p2p::transfer
