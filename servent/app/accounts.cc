#include "servent/app/accounts.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
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

// In no unnamed namespace: Accounts::Impl, which is everybody's, holds them.
struct Account {
  std::string nick;  // as registered
  std::string email;
  std::string salt;  // hex
  std::string hash;  // hex
  std::uint8_t level = 1;
  std::int64_t last_seen_unix = 0;
};

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMaxKept = 10'000;  // later keys are not kept
constexpr std::uint8_t kAdmin = 3;

constexpr std::size_t kMaxAccounts = 100'000;  // 25 MB of file; one more is refused as busy
constexpr std::size_t kSavedTogether = 32;     // changes: a second of hashing

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
  struct Job {  // without a nick: something to keep, which nobody waits for
    AccountAsked question;
    std::string key;
    Reply reply;
    Keep kept;
    bool is_change() const { return reply && question.kind != AccountAsked::Kind::verify; }
  };
  struct WaitingNick {  // something that changes it
    std::uint32_t from = 0;
    std::uint32_t count = 0;
  };
  struct Change {  // made in memory, not yet on the disk
    Job job;
    std::optional<Account> before;
    AccountAnswer answer;
  };

  Impl(boost::asio::io_context& loop, fs::path at, const std::vector<std::string>& admin_nicks)
      : io(loop),
        file(std::move(at)) {
    for (const std::string& nick : admin_nicks)
      admins.push_back(fold(nick));
  }

  // --- on the loop ---

  // What needs no hash is answered from memory: a stranger's login must not wait behind those who
  // hash. Not while something of the same nick waits, or a nick in the making would be free.
  std::optional<AccountAnswer> answer_at_once(const AccountAsked& question,
                                              const std::string& key) const {
    using Kind = AccountAsked::Kind;
    const Kind kind = question.kind;
    if (kind != Kind::find && waiting_nicks->contains(key)) return {};
    const std::lock_guard lock(accounts_mutex);
    const auto found = accounts.find(key);
    const bool is_known = found != accounts.end();
    const bool is_answered = kind == Kind::find || kind == (is_known ? Kind::create : Kind::verify);
    if (!is_answered) return {};
    return answer_for(question, is_known ? &found->second : nullptr);
  }

  // False when too many wait, of all or of this address.
  bool enqueue(Job job) {
    const std::lock_guard lock(jobs_mutex);
    // Behind a change of the same nick that waits, whoever asked for that.
    if (const auto same = waiting_nicks->find(job.key); same != waiting_nicks->end())
      job.question.from = same->second.from;
    std::deque<Job>& queue = jobs[job.question.from];
    const bool is_bounded = static_cast<bool>(job.reply);
    if (is_bounded && (waiting >= kWaiting || queue.size() >= kWaitingOfOne)) {
      if (queue.empty()) jobs.erase(job.question.from);
      return false;
    }
    ++waiting;
    if (job.is_change()) {
      WaitingNick& nick = (*waiting_nicks)[job.key];
      nick.from = job.question.from;
      ++nick.count;
    }
    queue.push_back(std::move(job));
    boost::asio::post(worker, [this] { work(); });
    return true;
  }

  void reply(const Job& job, AccountAnswer answer) {
    if (!job.reply) return;
    boost::asio::post(io, [nicks = waiting_nicks, key = job.is_change() ? job.key : std::string(),
                           reply = job.reply, answer = std::move(answer)] {
      if (const auto nick = nicks->find(key); nick != nicks->end() && --nick->second.count == 0)
        nicks->erase(nick);
      reply(answer);
    });
  }

  // --- on the worker ---

  static AccountAnswer answer_for(const AccountAsked& question, const Account* account) {
    AccountAnswer answer;
    answer.ticket = question.ticket;
    if (account == nullptr) return answer;
    answer.known = true;
    answer.level = account->level;
    answer.nick = account->nick;
    answer.email = account->email;
    answer.last_seen_unix = account->last_seen_unix;
    return answer;
  }

  // One job, of the address whose turn it is. What changed is saved when nothing more waits or
  // much is changed: a file of a hundred thousand accounts is not written for each.
  void work() {
    Job job = take();
    if (!job.reply)
      keep(job.kept);
    else if (!stopping)
      run(std::move(job));
    bool is_last = false;
    {
      const std::lock_guard lock(jobs_mutex);
      --waiting;
      is_last = waiting == 0;
    }
    if (is_last || changes.size() >= kSavedTogether) save_changes();
  }

  Job take() {
    const std::lock_guard lock(jobs_mutex);
    auto turn = jobs.upper_bound(last_from);
    if (turn == jobs.end()) turn = jobs.begin();
    last_from = turn->first;
    Job job = std::move(turn->second.front());
    turn->second.pop_front();
    if (turn->second.empty()) jobs.erase(turn);
    return job;
  }

  void keep(const Keep& what) {
    if (what.value.empty())
      kept.erase(what.key);
    else if (kept.size() < kMaxKept || kept.contains(what.key))
      kept[what.key] = what.value;
    kept_changed = true;
  }

  void run(Job job) {
    const AccountAsked& question = job.question;
    const auto found = accounts.find(job.key);
    const bool is_known = found != accounts.end();
    std::optional<Account> next;
    if (is_known) next = found->second;
    bool is_changed = is_known;
    switch (question.kind) {
      case AccountAsked::Kind::find: is_changed = false; break;
      case AccountAsked::Kind::create:
        is_changed = !is_known && accounts.size() < kMaxAccounts;
        if (is_changed) next = made(question, job.key);
        if (!is_known && !is_changed) return refuse(job);
        break;
      case AccountAsked::Kind::verify: return verify(job, is_known ? &found->second : nullptr);
      case AccountAsked::Kind::set_password:
        if (is_known) set_password(*next, question.password);
        break;
      case AccountAsked::Kind::set_email:
        if (is_known) next->email = question.email;
        break;
      case AccountAsked::Kind::set_level:
        if (is_known) next->level = question.level;
        break;
      case AccountAsked::Kind::remove: next.reset(); break;
    }
    if (!is_changed) return reply(job, answer_for(question, is_known ? &found->second : nullptr));
    Change change{std::move(job), {}, answer_for(question, next ? &*next : nullptr)};
    if (is_known) change.before = found->second;
    change.answer.known = change.answer.verified = true;
    put(change.job.key, std::move(next));
    changes.push_back(std::move(change));
  }

  Account made(const AccountAsked& question, const std::string& key) const {
    Account account;
    account.nick = question.nick;
    account.email = question.email;
    account.level = is_admin(key) ? kAdmin : question.level;
    account.last_seen_unix = unix_now();
    set_password(account, question.password);
    return account;
  }

  void verify(const Job& job, const Account* account) {
    AccountAnswer answer = answer_for(job.question, account);
    answer.verified = account != nullptr && fits(*account, job.question.password);
    if (answer.verified) {
      Account seen = *account;
      seen.last_seen_unix = unix_now();
      if (is_admin(job.key)) seen.level = kAdmin;
      answer.level = seen.level;
      answer.last_seen_unix = seen.last_seen_unix;
      put(job.key, std::move(seen));
      unsaved = true;  // only the time of a visit: written with the next change or at the end
    }
    reply(job, std::move(answer));
  }

  void refuse(const Job& job) {
    AccountAnswer answer;
    answer.ticket = job.question.ticket;
    answer.known = answer.busy = true;
    reply(job, std::move(answer));
  }

  void put(const std::string& key, std::optional<Account> account) {
    const std::lock_guard lock(accounts_mutex);
    if (account)
      accounts[key] = std::move(*account);
    else
      accounts.erase(key);
  }

  // Nobody is told of a change that is not on the disk; what cannot be written is undone.
  void save_changes() {
    if (changes.empty() && !kept_changed) return;
    kept_changed = false;
    const bool is_saved = save();
    std::vector<Change> done = std::exchange(changes, {});
    if (!is_saved) {
      std::ranges::reverse(done);  // the last change first
      for (Change& change : done)
        put(change.job.key, std::move(change.before));
    }
    for (Change& change : done) {
      if (is_saved)
        reply(change.job, std::move(change.answer));
      else
        refuse(change.job);
    }
  }

  bool is_admin(const std::string& key) const {
    return std::ranges::find(admins, key) != admins.end();
  }

  // Written beside, synced, then renamed over: a kill at any point leaves the old or the new file.
  bool save() const {
    nlohmann::json all{
        {"version", 1}, {"accounts", nlohmann::json::array()}, {"kept", nlohmann::json::object()}};
    for (const auto& [key, account] : accounts)
      all["accounts"].push_back({{"nick", account.nick},
                                 {"email", account.email},
                                 {"salt", account.salt},
                                 {"hash", account.hash},
                                 {"level", account.level},
                                 {"last_seen", account.last_seen_unix}});
    for (const auto& [key, value] : kept)
      all["kept"][key] = value;
    const std::string text = all.dump(1, ' ', true, nlohmann::json::error_handler_t::replace);
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
  mutable std::mutex accounts_mutex;  // the worker changes them under it, the loop reads under it
  std::map<std::string, Account> accounts;  // by folded nick
  std::map<std::string, std::string> kept;  // the worker's after load()
  std::vector<std::pair<std::string, std::string>> kept_at_start;
  std::atomic<bool> stopping = false;  // nobody waits for the answers any more
  bool unsaved = false;                // the worker's
  bool kept_changed = false;           // the worker's
  std::vector<Change> changes;         // the worker's
  // The loop's; answers under way share it.
  std::shared_ptr<std::map<std::string, WaitingNick>> waiting_nicks =
      std::make_shared<std::map<std::string, WaitingNick>>();
  std::mutex jobs_mutex;                          // guards the three below
  std::map<std::uint32_t, std::deque<Job>> jobs;  // by address: each has its turn
  std::uint32_t last_from = 0;
  std::size_t waiting = 0;
  boost::asio::thread_pool worker{1};
};

Accounts::Accounts(boost::asio::io_context& io, fs::path file,
                   const std::vector<std::string>& admins)
    : impl_(std::make_unique<Impl>(io, std::move(file), admins)) {}

Accounts::~Accounts() {
  impl_->stopping = true;
  try {
    impl_->worker.join();
    if (impl_->unsaved) impl_->save();
  } catch (const std::exception&) {  // out of memory at the very end: what was saved stays
  }
}

std::string Accounts::load() {
  std::error_code error;
  if (!fs::exists(impl_->file, error)) return {};
  std::ifstream in(impl_->file);
  try {
    const nlohmann::json all = nlohmann::json::parse(in);
    for (const nlohmann::json& one : all.at("accounts")) {
      Account account{one.at("nick"), one.at("email"), one.at("salt"),
                      one.at("hash"), one.at("level"), one.at("last_seen")};
      impl_->accounts.emplace(fold(account.nick), account);
    }
    for (const auto& [key, value] : all.at("kept").items())
      impl_->kept[key] = value;
  } catch (const std::exception&) {  // of the parser or, for a file that cannot be read, the stream
    impl_->accounts.clear();
    impl_->kept.clear();
    fs::path aside = impl_->file.string() + ".bad";
    for (int n = 2; n < 1000 && fs::exists(aside, error); ++n)
      aside = impl_->file.string() + ".bad-" + std::to_string(n);
    fs::rename(impl_->file, aside, error);
    return impl_->file.string() + " cannot be read: set aside as " + aside.filename().string() +
           ", accounts start empty";
  }
  impl_->kept_at_start.assign(impl_->kept.begin(), impl_->kept.end());
  return {};
}

void Accounts::ask(AccountAsked question, Reply reply) {
  const std::string key = fold(question.nick);
  AccountAnswer answer;
  answer.ticket = question.ticket;
  // Refused: "unknown" would let anybody in under a registered nick.
  answer.known = answer.busy = true;
  if (auto known = impl_->answer_at_once(question, key))
    answer = std::move(*known);
  else if (impl_->enqueue({std::move(question), key, reply, {}}))
    return;
  boost::asio::post(impl_->io,
                    [reply = std::move(reply), answer = std::move(answer)] { reply(answer); });
}

void Accounts::keep(Keep what) {
  impl_->enqueue({{}, {}, {}, std::move(what)});
}

std::vector<std::pair<std::string, std::string>> Accounts::kept() const {
  return impl_->kept_at_start;
}

}  // namespace p2p::app
