#include "servent/app/accounts.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

using Kind = AccountAsked::Kind;

class AccountsTest : public testing::Test {
 protected:
  void open(std::vector<std::string> admins = {}) {
    accounts_.reset();
    accounts_ = std::make_unique<Accounts>(io_, file_, std::move(admins));
    said_ = accounts_->load();
  }
  AccountAnswer ask(Kind kind, const std::string& nick, const std::string& password = {}) {
    AccountAsked question;
    question.kind = kind;
    question.nick = nick;
    question.password = password;
    std::optional<AccountAnswer> answer;
    accounts_->ask(question, [&](AccountAnswer given) { answer = std::move(given); });
    for (int i = 0; i < 100 && !answer; ++i)
      io_.run_one_for(std::chrono::milliseconds(100));
    return answer.value();
  }
  std::string text() const {
    std::ostringstream all;
    all << std::ifstream(file_).rdbuf();
    return all.str();
  }

  test::TempDir dir_;
  std::filesystem::path file_ = dir_.path() / "accounts.json";
  boost::asio::io_context io_;
  // Answers come from another thread: the loop must wait for them.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::string said_;
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(AccountsTest, KnowsWhoRegisteredAndTheirPasswordOverARestart) {
  open();
  EXPECT_FALSE(ask(Kind::find, "alice").known);
  EXPECT_TRUE(ask(Kind::create, "Alice", "wonder").verified);
  open();
  EXPECT_EQ(said_, "");
  const AccountAnswer right = ask(Kind::verify, "alice", "wonder");
  EXPECT_TRUE(right.known && right.verified);
  EXPECT_EQ(right.nick, "Alice");
  const AccountAnswer wrong = ask(Kind::verify, "alice", "wander");
  EXPECT_TRUE(wrong.known);
  EXPECT_FALSE(wrong.verified);
}

TEST_F(AccountsTest, DoesNotMakeANickTwice) {
  open();
  EXPECT_TRUE(ask(Kind::create, "alice", "first").verified);
  EXPECT_FALSE(ask(Kind::create, "ALICE", "second").verified);
  EXPECT_TRUE(ask(Kind::verify, "alice", "first").verified);
}

TEST_F(AccountsTest, WritesNoPasswordAndNoEqualHashes) {
  open();
  ask(Kind::create, "alice", "samesecret");
  const std::string one = text();
  ask(Kind::create, "bob", "samesecret");
  const std::string both = text();
  EXPECT_EQ(both.find("samesecret"), std::string::npos);
  const auto hash = one.find("\"hash\": \"");
  ASSERT_NE(hash, std::string::npos);
  const std::string alices = one.substr(hash, 9 + 64);
  EXPECT_EQ(both.find(alices), both.rfind(alices));
}

TEST_F(AccountsTest, RefusesWhenTooManyAskAsBusyAndNotAsWrong) {
  open();
  ask(Kind::create, "alice", "x");
  std::size_t refused = 0;
  std::size_t asked = 0;
  const auto verify = [&](std::uint32_t from) {
    AccountAsked question;
    question.kind = Kind::verify;
    question.nick = "alice";
    question.password = "x";
    question.from = from;
    ++asked;
    accounts_->ask(question, [&](const AccountAnswer& answer) {
      if (answer.busy) ++refused;
    });
  };
  for (std::size_t i = 0; i < Accounts::kWaitingOfOne + 50; ++i)
    verify(1);
  io_.poll();
  EXPECT_GE(refused, 40U);  // a few hashes may have ended meanwhile
  EXPECT_LE(refused, 50U);
  accounts_.reset();
}

// Slow work of one address must not hold up the others, nor those who need none.
TEST_F(AccountsTest, AStrangerNeverWaitsAndEachAddressHasItsTurn) {
  open();
  ask(Kind::create, "alice", "x");
  ask(Kind::create, "bob", "x");
  std::vector<std::string> order;
  const auto login = [&](const std::string& nick, std::uint32_t from) {
    AccountAsked question;
    question.kind = Kind::verify;
    question.nick = nick;
    question.password = "x";
    question.from = from;
    accounts_->ask(question, [&order, nick](const AccountAnswer&) { order.push_back(nick); });
  };
  for (int i = 0; i < 8; ++i)
    login("alice", 1);
  login("bob", 2);
  login("stranger", 1);
  while (order.size() < 10)
    io_.run_one();
  EXPECT_EQ(order.front(), "stranger");
  EXPECT_LE(std::ranges::find(order, "bob") - order.begin(), 3);
}

// Who guesses at a nick from one address does not lock its owner out at another.
TEST_F(AccountsTest, GuessesAtANickDoNotKeepItsOwnerOut) {
  open();
  ask(Kind::create, "alice", "x");
  std::optional<AccountAnswer> hers;
  for (std::size_t i = 0; i <= Accounts::kWaitingOfOne + 100; ++i) {
    AccountAsked question;
    question.kind = i % 2 == 0 ? Kind::verify : Kind::create;
    question.nick = "alice";
    question.password = "guess";
    question.from = 1;
    accounts_->ask(question, [](const AccountAnswer&) {});
  }
  AccountAsked question;
  question.kind = Kind::verify;
  question.nick = "alice";
  question.password = "x";
  question.from = 2;
  accounts_->ask(question, [&](const AccountAnswer& answer) { hers = answer; });
  while (!hers)
    io_.run_one();
  EXPECT_TRUE(hers->verified);
  EXPECT_FALSE(hers->busy);
  accounts_.reset();
  io_.poll();  // answers under way need no store
}

TEST_F(AccountsTest, ANickInTheMakingIsNotFree) {
  open();
  std::vector<AccountAnswer> answers;
  for (const Kind kind : {Kind::create, Kind::verify}) {
    AccountAsked question;
    question.kind = kind;
    question.nick = "alice";
    question.password = kind == Kind::create ? "hers" : "mine";
    question.from = kind == Kind::create ? 5 : 4;
    accounts_->ask(question, [&](const AccountAnswer& answer) { answers.push_back(answer); });
  }
  while (answers.size() < 2)
    io_.run_one();
  EXPECT_TRUE(answers[0].verified || answers[1].verified);
  EXPECT_TRUE(answers[0].known && answers[1].known);
}

TEST_F(AccountsTest, AChangeThatCannotBeWrittenIsUndoneAndRefused) {
  open();
  ASSERT_TRUE(ask(Kind::create, "alice", "x").verified);
  std::filesystem::create_directories(file_.string() + ".new");  // where it writes first
  const AccountAnswer bob = ask(Kind::create, "bob", "y");
  EXPECT_TRUE(bob.busy);
  EXPECT_FALSE(bob.verified);
  EXPECT_FALSE(ask(Kind::find, "bob").known);
  EXPECT_TRUE(ask(Kind::set_password, "alice", "z").busy);
  EXPECT_TRUE(ask(Kind::verify, "alice", "x").verified);
  EXPECT_TRUE(ask(Kind::remove, "alice").busy);
  EXPECT_TRUE(ask(Kind::find, "alice").known);
  std::filesystem::remove(file_.string() + ".new");
  EXPECT_TRUE(ask(Kind::create, "bob", "y").verified);
}

TEST_F(AccountsTest, NamedAdminsAreAdmins) {
  open({"Root"});
  EXPECT_EQ(ask(Kind::create, "root", "x").level, 3);
  EXPECT_EQ(ask(Kind::create, "alice", "x").level, 1);
}

TEST_F(AccountsTest, KeepsBansAndSetsABrokenFileAside) {
  open();
  accounts_->keep({"ban/eve", "reason"});
  open();
  ASSERT_EQ(accounts_->kept().size(), 1U);
  EXPECT_EQ(accounts_->kept()[0].second, "reason");
  accounts_.reset();
  dir_.write("accounts.json", "{ not json");
  open();
  EXPECT_NE(said_.find("set aside"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(file_.string() + ".bad"));
}

TEST_F(AccountsTest, AFileThatCannotBeReadIsNotWrittenOver) {
  for (int i = 0; i < 2; ++i) {
    std::filesystem::create_directories(file_);  // exists, and reading it fails, for root too
    open();
    EXPECT_NE(said_.find("set aside"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::exists(file_.string() + ".bad"));
  EXPECT_TRUE(std::filesystem::exists(file_.string() + ".bad-2"));
}

}  // namespace
}  // namespace p2p::app
