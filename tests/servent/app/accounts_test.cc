#include "servent/app/accounts.h"

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

TEST_F(AccountsTest, RefusesWhenTooManyAsk) {
  open();
  ask(Kind::create, "alice", "x");
  std::size_t refused = 0;
  std::size_t answered = 0;
  for (std::size_t i = 0; i <= Accounts::kWaiting; ++i) {
    AccountAsked question;
    // The first twenty take as long as a hash does; the others wait behind them.
    const bool slow = i < 20;
    question.kind = slow ? Kind::verify : Kind::find;
    question.nick = slow ? "alice" : "nobody";
    accounts_->ask(question, [&](const AccountAnswer& answer) {
      ++answered;
      if (answer.known && answer.nick.empty()) ++refused;
    });
  }
  accounts_.reset();
  io_.poll();
  EXPECT_EQ(answered, Accounts::kWaiting + 1);
  EXPECT_EQ(refused, 1U);
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

}  // namespace
}  // namespace p2p::app
