#include "protocols/napster/client.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "protocols/base/overloaded.h"
#include "protocols/napster/entrance.h"
#include "protocols/napster/message.h"
#include "protocols/napster/nick.h"
#include "protocols/napster/obliging.h"
#include "protocols/napster/publisher.h"
#include "protocols/napster/questions.h"
#include "protocols/napster/reaches.h"
#include "protocols/napster/server_texts.h"
#include "protocols/napster/watched.h"

namespace p2p::napster {

namespace {

constexpr Duration kLoginTimeout = 20s;
constexpr Duration kServerPingGap = 1s;  // 750 answers 750: never make a ring of it

// idle: nothing to do until Join.  The rest in a circle:
//   waiting -> dialling -> login -> up -> waiting
enum class Phase : std::uint8_t { idle, waiting, dialling, login, up };
enum class Timer : std::uint8_t { redial, login, count };

class Client final : public Mode {
 public:
  explicit Client(const ModeConfig& config)
      : config_(config),
        entrance_(config.connect, config.nick),
        questions_(config.allow_public),
        reaches_(config.listen.port != 0, config.allow_public, programs_),
        obliging_(config.listen.port != 0, programs_, reaches_, publisher_) {}

  void link_up(LinkId link, const LinkInfo& info, Cx& cx) override;
  void receive(LinkId link, Bytes bytes, Cx& cx) override;
  void link_down(LinkId link, Reason why, Cx& cx) override;
  void command(const Command& command, Cx& cx) override;
  void wake(Cx& cx) override;
  Time deadline() const override;
  void describe(Report& report) const override;

 private:
  void dial(Cx& cx);
  void lost(std::string why, Cx& cx);
  void hang_up(Reason why, std::string text, Cx& cx);
  void become_up(Cx& cx);
  void leave(Cx& cx);

  void before_login(const Frame& frame, Cx& cx);
  void login_refused(const Frame& frame, Cx& cx);
  void frame(const Frame& frame, Cx& cx);
  void kicked(std::string_view why, Cx& cx);
  void ignored() { ++ignored_; }
  void learn_stats(std::string_view payload);
  void note(const TransferNote& note, ToServer& to);

  ToServer server(Cx& cx) { return ToServer(cx, link_, sent_); }
  bool is_up() const { return phase_ == Phase::up; }

  ModeConfig config_;
  Entrance entrance_;

  Phase phase_ = Phase::idle;
  bool started_ = false;
  Endpoint endpoint_;  // of the link or the dial
  LinkId link_{};      // means something from dialling to up
  FrameReader reader_;
  Timers<Timer> timers_;
  Duration waits_{};     // the wait chosen last, for describe()
  Time since_{};         // of the phase
  std::string trouble_;  // why there is no link, escaped
  Time last_server_ping_{};

  Programs programs_;
  Questions questions_;
  Reaches reaches_;
  Publisher publisher_;
  Obliging obliging_;
  ServerTexts texts_;

  std::uint64_t users_ = 0;
  std::uint64_t files_ = 0;
  std::uint64_t gigabytes_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t searches_ = 0;
  std::uint64_t downloads_asked_ = 0;
  std::uint64_t ignored_ = 0;
  std::uint64_t dials_ = 0;
};

// ---- the link -------------------------------------------------------------------------------

void Client::dial(Cx& cx) {
  timers_.clear(Timer::redial);
  trouble_.clear();
  const auto server =
      entrance_.next([&](const Endpoint& one) { return reaches_.may_connect(one); });
  if (server) {
    endpoint_ = *server;
    phase_ = Phase::dialling;
    since_ = cx.now;
    ++dials_;
    link_ = cx.out.dial(endpoint_);
    return;
  }
  phase_ = Phase::idle;
  trouble_ = entrance_.is_empty() ? "no server to connect to" : "no server with a private address";
  cx.out.report(Notice{Notice::Level::warn, "napster: " + trouble_});
}

void Client::link_up(LinkId link, const LinkInfo& info, Cx& cx) {
  const bool adopted = info.greeted && (phase_ == Phase::idle || phase_ == Phase::waiting);
  if (adopted) {
    link_ = link;
    endpoint_ = info.remote;
    timers_.clear(Timer::redial);
  } else if (phase_ != Phase::dialling || link != link_) {
    cx.out.close(link, Reason::policy);
    return;
  }
  started_ = true;
  reader_ = FrameReader();
  since_ = cx.now;
  if (info.greeted) {
    become_up(cx);
    return;
  }
  phase_ = Phase::login;
  timers_.set(Timer::login, cx.now + kLoginTimeout);
  // <nick> <pass> <port> "<agent>" <link>; a server that knows no such nick takes any password
  Line line;
  line.word(entrance_.nick()).word(is_bare_word(config_.password) ? config_.password : "-");
  line.number(config_.listen.port).quoted(config_.agent).number(config_.link_speed);
  server(cx).send(Type::login, line.text());
}

void Client::become_up(Cx& cx) {
  phase_ = Phase::up;
  since_ = cx.now;
  trouble_.clear();
  timers_.clear(Timer::login);
  cx.out.report(Linked{link_, "server"});
  ToServer to = server(cx);
  publisher_.start(to);
}

void Client::link_down(LinkId link, Reason why, Cx& cx) {
  if (link != link_ || phase_ == Phase::idle || phase_ == Phase::waiting) return;
  lost(trouble_.empty() ? std::string(to_text(why)) : trouble_, cx);
}

void Client::hang_up(Reason why, std::string text, Cx& cx) {
  cx.out.close(link_, why);
  lost(std::move(text), cx);
}

// The link is gone: end all that hung on it, and wait before the next dial.
void Client::lost(std::string why, Cx& cx) {
  const auto stay = is_up() ? std::optional(cx.now - since_) : std::nullopt;
  timers_ = {};
  phase_ = Phase::waiting;
  since_ = cx.now;
  trouble_ = std::move(why);
  texts_.tell(Notice::Level::info, "no link to " + to_text(endpoint_) + ": " + trouble_, cx);
  publisher_.stop();
  obliging_.link_lost();
  programs_.clear();
  questions_.link_lost(cx.out);
  reaches_.link_lost(cx.out);
  waits_ = entrance_.wait(stay, cx.rng);
  timers_.set(Timer::redial, cx.now + waits_);
}

void Client::leave(Cx& cx) {
  if (phase_ != Phase::idle && phase_ != Phase::waiting) {
    cx.out.close(link_, Reason::done);
    lost("left", cx);
  }
  timers_ = {};
  phase_ = Phase::idle;
  trouble_ = "left";
  entrance_.start_over();
}

void Client::wake(Cx& cx) {
  if (!std::exchange(started_, true)) dial(cx);
  if (timers_.take_due(Timer::redial, cx.now)) dial(cx);
  if (timers_.take_due(Timer::login, cx.now))
    hang_up(Reason::timeout, trouble_.empty() ? "no answer to the login" : trouble_, cx);
  if (!is_up()) return;
  ToServer to = server(cx);
  questions_.expire(to);
  reaches_.expire(to);
  publisher_.expire(to);
}

Time Client::deadline() const {
  return std::min(
      {timers_.earliest(), questions_.deadline(), reaches_.deadline(), publisher_.deadline()});
}

// ---- what the server says -------------------------------------------------------------------

void Client::receive(LinkId link, Bytes bytes, Cx& cx) {
  const auto is_open = [&] {
    return link == link_ && (phase_ == Phase::login || phase_ == Phase::up);
  };
  if (!is_open()) return;
  reader_.feed(bytes);
  while (is_open()) {
    const auto next = reader_.next();
    if (!next) {
      hang_up(Reason::protocol, next.error().detail, cx);
      return;
    }
    if (!*next) break;
    ++received_;
    if (is_up())
      frame(**next, cx);
    else
      before_login(**next, cx);
  }
  if (!is_up()) return;
  ToServer to = server(cx);
  questions_.flush(to);
}

void Client::before_login(const Frame& frame, Cx& cx) {
  switch (frame.type) {
    case Type::login_ack: become_up(cx); return;
    case Type::login_error:
    case Type::nick_registered:
    case Type::nick_invalid:
    case Type::notice: login_refused(frame, cx); return;
    case Type::disconnecting:
    case Type::ghost_login: kicked(frame.payload, cx); return;
    default: ignored();
  }
}

void Client::login_refused(const Frame& frame, Cx& cx) {
  std::string text = escaped(frame.payload, 200);
  if (text.empty() && frame.type == Type::nick_registered) text = "the nick is registered";
  if (text.empty() && frame.type == Type::nick_invalid) text = "the nick is not valid";
  trouble_ = text.empty() ? "login refused" : text;
  texts_.tell(Notice::Level::warn, "login: " + trouble_, cx);
  if (frame.payload.find("is already active") != std::string_view::npos) entrance_.nick_is_taken();
  // 404 may be a plain notice: if it was not, the server closes or the login times out.
  if (frame.type != Type::notice) hang_up(Reason::refused, trouble_, cx);
}

void Client::kicked(std::string_view why, Cx& cx) {
  entrance_.was_kicked();
  trouble_ = "thrown out by the server";
  texts_.tell(Notice::Level::warn, trouble_ + " (" + escaped(why) + ")", cx);
}

void Client::frame(const Frame& frame, Cx& cx) {
  ToServer to = server(cx);
  const std::string_view payload = frame.payload;
  switch (frame.type) {
    case Type::search_result: questions_.search_result(payload); return;
    case Type::search_end: questions_.search_end(to); return;
    case Type::browse_result: questions_.browse_result(payload); return;
    case Type::browse_end: questions_.browse_end(payload, to); return;
    case Type::user_signoff:
      programs_.forget(split_head(payload).first);
      questions_.signed_off(payload, to);
      return;

    case Type::download_ack: reaches_.acknowledged(payload, entrance_.nick(), to); return;
    case Type::download_error: reaches_.failed(payload, to); return;
    case Type::upload_refuse: reaches_.refused(payload, to); return;
    case Type::queue_limit_notice: reaches_.queued(payload, to); return;
    case Type::whois_answer: programs_.learn(payload); return;

    case Type::upload_request:
      if (!obliging_.upload_asked(payload, to)) ignored();
      return;
    case Type::push_order:
      if (!obliging_.push_ordered(payload, entrance_.nick(), to)) ignored();
      return;

    case Type::direct_browse:
      if (!obliging_.list_wanted(payload, entrance_.nick(), to)) ignored();
      return;

    case Type::stats:
      learn_stats(payload);
      publisher_.barrier_passed(to);
      return;
    case Type::ping: to.send(Type::pong, split_head(payload).first); return;
    case Type::server_ping:
      // opennap-ng answers a client's 750 with its name; only the empty one is a question.
      if (!payload.empty() || cx.now - last_server_ping_ < kServerPingGap) return;
      last_server_ping_ = cx.now;
      to.send(Type::server_ping);
      return;

    case Type::disconnecting:
    case Type::ghost_login: kicked(payload, cx); return;
    case Type::notice: questions_.refused(payload, to); break;
    case Type::motd: questions_.server_says(payload); break;
    default: break;
  }
  if (!texts_.show(frame, cx)) ignored();
}

// <users> <files> <gigabytes>
void Client::learn_stats(std::string_view payload) {
  const auto fields = split(payload);
  if (!fields || fields->size() < 3) return;
  users_ = number((*fields)[0]).value_or(0);
  files_ = number((*fields)[1]).value_or(0);
  gigabytes_ = number((*fields)[2], std::numeric_limits<std::uint32_t>::max()).value_or(0);
}

// ---- what the user and the disk say ---------------------------------------------------------

void Client::note(const TransferNote& note, ToServer& to) {
  if (note.upload)
    to.send(note.started ? Type::upload_started : Type::upload_ended);
  else
    to.send(note.started ? Type::download_started : Type::download_ended);
}

void Client::command(const Command& command, Cx& cx) {
  ToServer to = server(cx);
  const auto has_server = [&](SearchId id) {
    if (!is_up()) cx.out.report(Ended{id, Ended::Why::no_link, "not connected"});
    return is_up();
  };
  std::visit(Overloaded{
                 [&](const Search& search) {
                   ++searches_;
                   if (has_server(search.id)) questions_.search(search, to);
                 },
                 [&](const Browse& browse) {
                   if (has_server(browse.id)) questions_.browse(browse, to);
                 },
                 [&](const Cancel& cancel) { questions_.cancel(cancel.id, to); },
                 [&](const Reach& reach) {
                   ++downloads_asked_;
                   if (is_up())
                     reaches_.reach(reach, to);
                   else
                     cx.out.report(Unreached{reach.id, "not connected to a server", false});
                 },
                 [&](const Page& page) {
                   if (is_up()) publisher_.page(page, to);
                 },
                 [&](const Shared& shared) {
                   if (is_up()) publisher_.changed(shared, to);
                 },
                 [&](const UploadAnswer& answer) {
                   if (is_up()) obliging_.answer(answer, to);
                 },
                 [&](const TransferNote& began_or_ended) {
                   if (is_up()) note(began_or_ended, to);
                 },
                 [&](const Join& join) {
                   leave(cx);
                   started_ = true;
                   entrance_.only(join.endpoint);
                   dial(cx);
                 },
                 [&](const Leave&) {
                   started_ = true;
                   leave(cx);
                 },
                 [](const Heard&) {},  // a server is named by the user
                 [&](const Answer&) { cx.out.report(Refused{"answer"}); },
                 [&](const AccountAnswer&) { cx.out.report(Refused{"account answer"}); },
             },
             command);
}

// ---- what it says of itself -----------------------------------------------------------------

void Client::describe(Report& report) const {
  const std::string where = to_text(endpoint_);
  PeerRow row;
  switch (phase_) {
    case Phase::idle: report.state = trouble_.empty() ? "not started" : trouble_; break;
    case Phase::waiting:
      report.state =
          "retry after " + std::to_string((waits_.count() + 999) / 1000) + " s: " + trouble_;
      break;
    case Phase::dialling:
      report.state = "connecting to " + where;
      row.state = "connecting";
      break;
    case Phase::login:
      report.state = "logging in to " + where + " as " + entrance_.nick();
      row.state = "login";
      break;
    case Phase::up:
      report.state = "connected to " + where + " as " + entrance_.nick();
      row.state = "up";
      break;
  }
  report.why_role = "Napster nodes keep their role";
  report.no_hops = "one server answers all questions: there are none in this network";
  report.online = is_up();
  report.users = users_;
  report.files = files_;
  report.bytes = gigabytes_ << 30U;
  report.peer_count = row.state.empty() ? 0 : 1;
  if (!row.state.empty() && report.max_peers > 0) {
    row.link = link_;
    row.endpoint = endpoint_;
    row.role = "server";
    row.since = since_;
    row.received = received_;
    row.sent = sent_;
    report.peers.push_back(std::move(row));
  }
  report.counters = {{"searches", searches_},
                     {"hits", questions_.hits()},
                     {"downloads asked", downloads_asked_},
                     {"uploads asked", obliging_.uploads_asked()},
                     {"files published", publisher_.published()},
                     {"files left out", publisher_.left_out()},
                     {"messages ignored", ignored_ + texts_.dropped()},
                     {"dials", dials_}};
}

}  // namespace

std::unique_ptr<Mode> make_client(const ModeConfig& config) {
  return watched(std::make_unique<Client>(config), config);
}

}  // namespace p2p::napster
