#include "servent/app/accounts.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <span>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#include "protocols/base/bytes.h"
#include "protocols/base/keywords.h"

namespace p2p::app {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMaxKept = 10'000;  // later keys are not kept
constexpr std::uint8_t kAdmin = 3;

struct Account {
  std::string nick;  // as registered
  std::string email;
  std::string salt;  // hex
  std::string hash;  // hex
  std::uint8_t level = 1;
  std::int64_t last_seen_unix = 0;
};

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string slow_hash(const std::string& password, Bytes salt) {
  std::vector<unsigned char> out(kHashBytes);
  const std::vector<unsigned char> bytes([&] {
    std::vector<unsigned char> copy;
    for (const std::byte b : salt)
      copy.push_back(std::to_integer<unsigned char>(b));
    return copy;
  }());
  constexpr std::uint64_t kMaxMemory = std::uint64_t{64} << 20U;
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes.data(), bytes.size(), 1U << 14U, 8, 1,
                     kMaxMemory, out.data(), out.size()) != 1)
    return {};
  return to_hex(std::as_bytes(std::span(out)));
}

void set_password(Account& account, const std::string& password) {
  std::vector<unsigned char> salt(kSaltBytes);
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) return;
  account.salt = to_hex(std::as_bytes(std::span(salt)));
  account.hash = slow_hash(password, std::as_bytes(std::span(salt)));
}

bool fits(const Account& account, const std::string& password) {
  const std::string hash = slow_hash(password, from_hex(account.salt));
  return !hash.empty() && hash.size() == account.hash.size() &&
         CRYPTO_memcmp(hash.data(), account.hash.data(), hash.size()) == 0;
}

}  // namespace

struct Accounts::Impl {
  Impl(boost::asio::io_context& loop, fs::path at, const std::vector<std::string>& admin_nicks)
      : io(loop),
        file(std::move(at)) {
    for (const std::string& nick : admin_nicks)
      admins.push_back(fold(nick));
  }

  // --- on the worker ---

  AccountAnswer answer(const AccountAsked& question) {
    AccountAnswer reply;
    reply.ticket = question.ticket;
    const std::string key = fold(question.nick);
    if (question.kind == AccountAsked::Kind::create && !accounts.contains(key)) {
      Account made;
      made.nick = question.nick;
      made.email = question.email;
      made.level = is_admin(key) ? kAdmin : question.level;
      made.last_seen_unix = unix_now();
      set_password(made, question.password);
      accounts.emplace(key, std::move(made));
      reply.verified = save();
    }
    const auto found = accounts.find(key);
    if (found == accounts.end()) return reply;
    Account& account = found->second;
    reply.known = true;
    switch (question.kind) {
      case AccountAsked::Kind::find:
      case AccountAsked::Kind::create: break;
      case AccountAsked::Kind::verify:
        reply.verified = fits(account, question.password);
        if (reply.verified) {
          account.last_seen_unix = unix_now();
          if (is_admin(key)) account.level = kAdmin;
          unsaved = true;  // only the time of a visit: written with the next change or at the end
        }
        break;
      case AccountAsked::Kind::set_password:
        set_password(account, question.password);
        reply.verified = save();
        break;
      case AccountAsked::Kind::set_email:
        account.email = question.email;
        reply.verified = save();
        break;
      case AccountAsked::Kind::set_level:
        account.level = question.level;
        reply.verified = save();
        break;
      case AccountAsked::Kind::remove:
        accounts.erase(found);
        reply.verified = save();
        return reply;
    }
    reply.level = account.level;
    reply.nick = account.nick;
    reply.email = account.email;
    reply.last_seen_unix = account.last_seen_unix;
    return reply;
  }

  bool is_admin(const std::string& key) const {
    return std::ranges::find(admins, key) != admins.end();
  }

  // Written beside, synced, then renamed over: a kill at any point leaves the old or the new file.
  bool save() const {
    json all{{"version", 1}, {"accounts", json::array()}, {"kept", json::object()}};
    for (const auto& [key, account] : accounts)
      all["accounts"].push_back({{"nick", account.nick},
                                 {"email", account.email},
                                 {"salt", account.salt},
                                 {"hash", account.hash},
                                 {"level", account.level},
                                 {"last_seen", account.last_seen_unix}});
    for (const auto& [key, value] : kept)
      all["kept"][key] = value;
    const std::string text = all.dump(1, ' ', true, json::error_handler_t::replace);
    const fs::path fresh = file.string() + ".new";
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) return false;
    const bool written =
        ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(out) == 0;
    ::close(out);
    std::error_code error;
    if (written) fs::rename(fresh, file, error);
    return written && !error;
  }

  boost::asio::io_context& io;
  fs::path file;
  std::vector<std::string> admins;
  std::map<std::string, Account> accounts;  // by folded nick; the worker's after load()
  std::map<std::string, std::string> kept;  // the worker's after load()
  std::vector<std::pair<std::string, std::string>> kept_at_start;
  bool unsaved = false;  // the worker's
  std::atomic<std::size_t> waiting{0};
  boost::asio::thread_pool worker{1};
};

Accounts::Accounts(boost::asio::io_context& io, fs::path file,
                   const std::vector<std::string>& admins)
    : impl_(std::make_unique<Impl>(io, std::move(file), admins)) {}

Accounts::~Accounts() {
  try {
    impl_->worker.join();
    if (impl_->unsaved) impl_->save();
  } catch (const std::exception&) {  // out of memory at the very end: what was saved stays
  }
}

std::string Accounts::load() {
  std::ifstream in(impl_->file);
  if (!in) return {};
  try {
    const json all = json::parse(in);
    for (const json& one : all.at("accounts")) {
      Account account{one.at("nick"), one.at("email"), one.at("salt"),
                      one.at("hash"), one.at("level"), one.at("last_seen")};
      impl_->accounts.emplace(fold(account.nick), account);
    }
    for (const auto& [key, value] : all.at("kept").items())
      impl_->kept[key] = value;
  } catch (const json::exception&) {
    impl_->accounts.clear();
    impl_->kept.clear();
    std::error_code error;
    fs::rename(impl_->file, impl_->file.string() + ".bad", error);
    return impl_->file.string() + " cannot be read: set aside as .bad, accounts start empty";
  }
  impl_->kept_at_start.assign(impl_->kept.begin(), impl_->kept.end());
  return {};
}

void Accounts::ask(AccountAsked question, Reply reply) {
  if (impl_->waiting >= kWaiting) {
    AccountAnswer busy;
    busy.ticket = question.ticket;
    busy.known = true;  // refused: "unknown" would let anybody in under a registered nick
    boost::asio::post(impl_->io, [reply = std::move(reply), busy] { reply(busy); });
    return;
  }
  ++impl_->waiting;
  boost::asio::post(impl_->worker, [impl = impl_.get(), question = std::move(question),
                                    reply = std::move(reply)]() mutable {
    AccountAnswer answer = impl->answer(question);
    --impl->waiting;
    boost::asio::post(impl->io, [reply = std::move(reply), answer = std::move(answer)]() mutable {
      reply(std::move(answer));
    });
  });
}

void Accounts::keep(Keep what) {
  boost::asio::post(impl_->worker, [impl = impl_.get(), what = std::move(what)] {
    if (what.value.empty())
      impl->kept.erase(what.key);
    else if (impl->kept.size() < kMaxKept || impl->kept.contains(what.key))
      impl->kept[what.key] = what.value;
    impl->save();
  });
}

std::vector<std::pair<std::string, std::string>> Accounts::kept() const {
  return impl_->kept_at_start;
}

}  // namespace p2p::app
