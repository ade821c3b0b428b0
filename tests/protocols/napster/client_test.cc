#include "protocols/napster/client.h"

#include <set>

#include <gtest/gtest.h>

#include "protocols/napster/message.h"
#include "protocols/napster/questions.h"

#include "tests/support/recorder.h"
#include "tests/support/vectors.h"

namespace p2p::napster {
namespace {

constexpr char kLantern[] = "C:\\Music\\Zed Quartet\\Harbor\\01 - Zed Quartet - Silver Lantern.mp3";
constexpr char kMoon[] = "C:\\Music\\Zed Quartet\\Harbor\\02 - Zed Quartet - Paper Moon.mp3";
constexpr Endpoint kServer{0x7f000001, 8888};

ModeConfig bob() {
  ModeConfig config;
  config.nick = "bob";
  config.password = "secret";
  config.agent = "servent 0.1.0";
  config.connect = {kServer};
  config.listen = {0x7f000001, 6702};
  config.link_speed = 3;
  return config;
}

struct Said {
  std::uint16_t type;
  std::string payload;
  friend bool operator==(const Said&, const Said&) = default;
};

class NapsterClient : public testing::Test {
 protected:
  void start(const ModeConfig& config = bob()) {
    client_ = make_client(config);
    wake();
  }
  void connect() {
    link_ = LinkId{world_.out.next_link - 1};
    auto cx = world_.cx();
    client_->link_up(link_, LinkInfo{kServer, false, false}, cx);
  }
  void login(const ModeConfig& config = bob()) {
    start(config);
    connect();
    say(Type::login_ack, "anon@server");
    said();
    world_.out.events.clear();
  }
  void wake() {
    auto cx = world_.cx();
    client_->wake(cx);
  }
  void pass(Duration time) {
    world_.now += time;
    wake();
  }
  void feed(Bytes bytes) {
    auto cx = world_.cx();
    client_->receive(link_, bytes, cx);
  }
  void say(std::uint16_t type, std::string_view payload = {}) {
    Buffer frame;
    append_frame(frame, type, payload);
    feed(frame);
  }
  void drop(Reason why = Reason::closed) {
    auto cx = world_.cx();
    client_->link_down(LinkId{world_.out.next_link - 1}, why, cx);
  }
  void command(const Command& what) {
    auto cx = world_.cx();
    client_->command(what, cx);
  }
  std::vector<Said> said() {
    FrameReader reader;
    reader.feed(world_.out.bytes_to(link_));
    std::vector<Said> all;
    for (auto next = reader.next(); next && *next; next = reader.next())
      all.push_back({(*next)->type, std::string((*next)->payload)});
    return all;
  }
  template <class T>
  std::vector<T> take() {
    return world_.out.take<T>();
  }
  void search(std::uint32_t id, std::vector<std::string> words) {
    Query query;
    query.words = std::move(words);
    query.limit = 10;
    command(Search{SearchId{id}, query});
  }
  static Reach reach(std::uint32_t id, const std::string& user, const std::string& name) {
    return Reach{ReachId{id}, Source{"napster", user, name, {}, 0}};
  }
  std::string state() const {
    Report report;
    client_->describe(report);
    return report.state;
  }

  test::World world_;
  std::unique_ptr<Mode> client_;
  LinkId link_{};
};

// ---- the link

TEST_F(NapsterClient, DialsAtTheFirstWakeAndLogsIn) {
  start();
  ASSERT_EQ(world_.out.dialled, std::vector{kServer});
  connect();
  EXPECT_EQ(said(), (std::vector<Said>{{2, "bob secret 6702 \"servent 0.1.0\" 3"}}));
  say(Type::login_ack, "anon@server");
  EXPECT_EQ(take<Linked>().size(), 1U);
  EXPECT_EQ(take<PageAsked>().at(0).after, 0U);
  EXPECT_EQ(state(), "connected to 127.0.0.1:8888 as bob");
}

TEST_F(NapsterClient, BacksOffTwiceAsLongUpToFiveMinutesWithJitter) {
  start();
  Duration nominal = 1s;
  for (int attempt = 1; attempt < 14; ++attempt) {
    drop(Reason::refused);
    const Duration wait = client_->deadline() - world_.now;
    EXPECT_GE(wait, nominal * 3 / 4);
    EXPECT_LE(wait, nominal * 5 / 4);
    pass(wait - 1ms);
    EXPECT_EQ(world_.out.dialled.size(), static_cast<std::size_t>(attempt));
    pass(1ms);
    EXPECT_EQ(world_.out.dialled.size(), static_cast<std::size_t>(attempt) + 1);
    nominal = std::min<Duration>(nominal * 2, 5min);
  }
  connect();
  say(Type::login_ack, "x");
  pass(1min);
  drop();
  EXPECT_LE(client_->deadline() - world_.now, Duration(1250ms));
}

TEST_F(NapsterClient, GoesRoundItsServersAndKeepsToPrivateOnes) {
  ModeConfig config = bob();
  config.connect = {kServer, Endpoint{0x08080808, 8888}, Endpoint{0x0a000001, 7777}};
  start(config);
  for (int i = 0; i < 2; ++i) {
    drop(Reason::refused);
    pass(1h);
  }
  EXPECT_EQ(world_.out.dialled, (std::vector{kServer, config.connect[2], kServer}));
}

TEST_F(NapsterClient, GivesUpALoginWithoutAnswerAfterTwentySeconds) {
  start();
  connect();
  pass(19'999ms);
  EXPECT_TRUE(world_.out.closed.empty());
  pass(1ms);
  EXPECT_EQ(world_.out.closed.at(0).why, Reason::timeout);
}

TEST_F(NapsterClient, ShowsWhyALoginWasRefused) {
  start();
  connect();
  feed(test::joined(test::captured("napster/02-login-refused.hex"), 'A', false));
  say(Type::login_error, "Invalid Password");
  EXPECT_FALSE(take<Notice>().empty());
  EXPECT_NE(state().find("retry after"), std::string::npos);
  EXPECT_EQ(world_.out.closed.at(0).why, Reason::refused);
}

TEST_F(NapsterClient, TakesAnotherNickWhenItsOwnIsActive) {
  start();
  connect();
  said();
  say(Type::login_error, "bob is already active");
  pass(2s);
  connect();
  const std::string payload = said().at(0).payload;
  EXPECT_TRUE(payload.starts_with("bob") && payload[3] != ' ') << payload;
  say(Type::login_ack, "x");
  drop();
  pass(10s);
  connect();
  EXPECT_TRUE(said().at(0).payload.starts_with("bob "));
}

TEST_F(NapsterClient, StaysAwayForAMinuteWhenThrownOut) {
  login();
  say(Type::disconnecting, "0");
  drop();
  EXPECT_GE(client_->deadline() - world_.now, Duration(1min));
}

TEST_F(NapsterClient, ClosesALinkThatBreaksTheProtocolAndEndsWhatHungOnIt) {
  login();
  search(1, {"zed"});
  command(reach(1, "alice", kLantern));
  feed(bytes_of("HTTP/1.0 400 Bad"));
  EXPECT_EQ(world_.out.closed.at(0).why, Reason::protocol);
  EXPECT_EQ(take<Ended>().at(0).why, Ended::Why::no_link);
  EXPECT_EQ(take<Unreached>().size(), 1U);
}

TEST_F(NapsterClient, LeavesForGoodUntilJoin) {
  login();
  command(Leave{});
  EXPECT_EQ(world_.out.closed.at(0).why, Reason::done);
  EXPECT_EQ(client_->deadline(), kNever);
  command(Join{Endpoint{0x7f000001, 7777}});
  EXPECT_EQ(world_.out.dialled.back().port, 7777);
}

// ---- publishing

SharedFile file(std::uint64_t id, std::string name) {
  SharedFile made;
  made.id = id;
  made.name = std::move(name);
  made.size_bytes = 5;
  return made;
}

TEST_F(NapsterClient, PublishesPageAfterPageBehindABarrier) {
  start();
  connect();
  say(Type::login_ack, "x");
  said();
  Page page{take<PageAsked>().at(0).ticket, {file(1, "Music/x.mp3")}, 1, false};
  page.files[0].sha1 = Sha1{};
  command(page);
  EXPECT_EQ(said(), (std::vector<Said>{{100, "\"Music\\x.mp3\" " + std::string(32, '0') +
                                                 " 5 0 0 0 urn:sha1:" + std::string(32, 'A')},
                                       {214, ""}}));
  EXPECT_TRUE(take<PageAsked>().empty());
  say(Type::stats, "1 1 0");
  const auto asked = take<PageAsked>();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].after, 1U);
  command(Page{asked[0].ticket, {file(2, "y")}, 2, true});
  EXPECT_EQ(said().size(), 1U);
}

TEST_F(NapsterClient, MergesChangesIntoAPublishingThatRuns) {
  start();
  connect();
  say(Type::login_ack, "x");
  said();
  const Ticket ticket = take<PageAsked>().at(0).ticket;
  command(Shared{2, false, {file(9, "new")}, {"M/old"}});
  EXPECT_EQ(said().at(0), (Said{102, "M\\old"}));
  command(Page{ticket, {file(1, "M/old"), file(2, "kept"), file(9, "new")}, 9, true});
  const auto all = said();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].payload.starts_with("\"kept\""));
  command(Shared{3, true, {}, {}});
  EXPECT_EQ(said().at(0).type, 110);
  EXPECT_EQ(take<PageAsked>().at(0).after, 0U);
  command(Page{ticket, {file(1, "late")}, 9, true});
  EXPECT_TRUE(said().empty());
}

// ---- searching and browsing

TEST_F(NapsterClient, SearchesAsCapturedWholeAndByteByByte) {
  const Buffer answers = test::joined(test::captured("napster/05-search.hex"), 'B', false);
  for (const bool slowly : {false, true}) {
    login();
    search(1, {"zed", "lantern"});
    search(2, {"zed", "quartet"});
    EXPECT_EQ(said(),
              (std::vector<Said>{{200, "FILENAME CONTAINS \"zed lantern\" MAX_RESULTS 10"}}));
    if (slowly)
      for (const std::byte& one : answers)
        feed(Bytes(&one, 1));
    else
      feed(answers);
    const auto found = take<Found>();
    ASSERT_EQ(found.size(), 2U);
    const Hit& hit = found[0].hits.at(0);
    EXPECT_EQ(hit.source, (Source{"napster", "alice", kLantern, {0x7f000001, 0}, 7}));
    EXPECT_EQ(hit.size_bytes, 4433320U);
    EXPECT_EQ(hit.claimed_bps, 32'000U) << "a cable modem, it says";
    EXPECT_EQ(hit.media, (MediaFields{128, 44100, 277}));
    EXPECT_EQ(hit.start_md5, md5_from_hex("b92870e0d41bc8e698cf2f0a1ddfeac7"));
    EXPECT_EQ(found[1].id, SearchId{2});
    const auto ended = take<Ended>();
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[1].why, Ended::Why::complete);
  }
}

TEST_F(NapsterClient, WritesLimitsAsRealClientsDo) {
  login();
  Query query;
  query.words = {"zed", "quartet"};
  query.limit = 10;
  query.link_speed.least = 5;
  query.bitrate_kbps.least = 160;
  query.sample_rate_hz = {44100, 44100};
  command(Search{SearchId{1}, query});
  Buffer sent;
  append_frame(sent, 200, said().at(0).payload);
  EXPECT_EQ(sent, test::captured("napster/05-search.hex").at(3).bytes);
}

TEST_F(NapsterClient, AsksOnceMoreWithStandardClausesAndFiltersItself) {
  login();
  Query query;
  query.words = {"zed"};
  query.size_bytes.least = 5'000'000;
  command(Search{SearchId{1}, query});
  EXPECT_NE(said().at(0).payload.find("SIZE \"AT LEAST\" \"5000000\""), std::string::npos);
  say(Type::notice, "invalid search request");
  say(Type::search_end);
  EXPECT_EQ(said().at(0).payload, "FILENAME CONTAINS \"zed\" MAX_RESULTS 100");
  say(Type::search_result, "\"zed a.mp3\" 0 4000000 0 0 0 alice 16777343 7");
  say(Type::search_result, "\"zed b.mp3\" 0 6000000 0 0 0 alice 16777343 7");
  say(Type::search_end);
  EXPECT_EQ(take<Found>().at(0).hits.size(), 1U);
  EXPECT_EQ(take<Ended>().at(0).why, Ended::Why::complete);
}

TEST_F(NapsterClient, AsksAServerOfOursOnlyOnce) {
  login();
  say(Type::motd, "VERSION servent 0.1.0");
  Query query;
  query.words = {"zed"};
  query.size_bytes.least = 5'000'000;
  command(Search{SearchId{1}, query});
  EXPECT_EQ(said().size(), 1U);
  say(Type::search_end);
  EXPECT_EQ(said().size(), 0U);
  EXPECT_EQ(take<Ended>().at(0).why, Ended::Why::complete);
  drop();
  pass(2min);
  connect();
  say(Type::login_ack, "anon@other");  // another server may know less
  say(Type::motd, "VERSION opennap-ng 0.50-beta2");
  said();
  command(Search{SearchId{2}, query});
  say(Type::search_end);
  EXPECT_EQ(said().size(), 2U);
}

TEST_F(NapsterClient, LetsHimCallWhoWantsItsList) {  // vectors/napster/13
  login();
  say(Type::direct_browse, "alice");
  EXPECT_EQ(said(), (std::vector<Said>{{Type::direct_browse_accept, "alice"}}));
  EXPECT_TRUE(take<ListWanted>().empty());
}

TEST_F(NapsterClient, CallsWhoWantsItsListWhenNobodyCanCallIt) {
  ModeConfig config = bob();
  config.listen.port = 0;
  login(config);
  say(Type::direct_browse, "alice 16777343 6700");
  EXPECT_EQ(said(), (std::vector<Said>{{Type::direct_browse_accept, "alice"}}));
  const auto wanted = take<ListWanted>();
  ASSERT_EQ(wanted.size(), 1U);
  EXPECT_EQ(wanted[0].endpoint, (Endpoint{0x7f000001, 6700}));
  EXPECT_EQ(wanted[0].user, "alice");
  EXPECT_EQ(wanted[0].dialect.nick, "bob");
  say(Type::direct_browse, "alice");                 // without a place to call
  say(Type::direct_browse, "alice 134744072 6700");  // 8.8.8.8
  EXPECT_TRUE(said().empty());
  for (int i = 0; i < 20; ++i)
    say(Type::direct_browse, "alice 16777343 6700");
  EXPECT_EQ(take<ListWanted>().size(), 4U);  // five at once
}

TEST_F(NapsterClient, RefusesToSearchByATag) {
  login();
  std::uint32_t id = 0;
  for (const auto& [text, why] :
       {std::pair{"zed artist:coltrane", "Napster cannot search by artist"},
        std::pair{"zed year:1957", "Napster cannot search by year"},
        std::pair{"=WlpaWlpaWlpaWlpaWlpaWlpaWlo=", "Napster cannot search by a UuHash"}}) {
    auto cx = world_.cx();
    client_->command(Search{SearchId{++id}, parse_query(text)}, cx);
    const auto ended = take<Ended>();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].why, Ended::Why::refused);
    EXPECT_EQ(ended[0].text, why);
  }
}

TEST_F(NapsterClient, EndsARefusedSearchOnceWithAndWithoutItsEnd) {
  login();
  search(1, {"zed"});
  say(Type::notice, "search failed");
  say(Type::search_end);
  auto ended = take<Ended>();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].why, Ended::Why::refused);
  EXPECT_EQ(ended[0].text, "search failed");
  search(2, {"zed"});
  say(Type::notice, "too many pending searches");
  pass(kRefusalWait);
  EXPECT_EQ(take<Ended>().at(0).why, Ended::Why::refused);
  search(3, {"zed"});
  pass(kQuestionTimeout);
  EXPECT_EQ(take<Ended>().at(0).why, Ended::Why::timeout);
  EXPECT_EQ(client_->deadline(), kNever);
}

TEST_F(NapsterClient, QueuesSearchesAndCancelsThem) {
  login();
  for (std::uint32_t id = 0; id <= kMaxWaiting; ++id)
    search(id, {"zed"});
  EXPECT_EQ(take<Ended>().at(0).id, SearchId{kMaxWaiting});
  command(Cancel{SearchId{0}});
  command(Cancel{SearchId{0}});
  command(Cancel{SearchId{1}});
  EXPECT_EQ(take<Ended>().size(), 2U);
  said();
  say(Type::search_result, "\"zed a.mp3\" 0 4 0 0 0 alice 16777343 7");
  say(Type::search_end);
  EXPECT_TRUE(take<Found>().empty());
  EXPECT_TRUE(take<Ended>().empty());
  EXPECT_EQ(said().size(), 1U);
}

TEST_F(NapsterClient, BrowsesAsCaptured) {
  login();
  command(Browse{SearchId{1}, "alice"});
  command(Browse{SearchId{2}, "nobody"});
  feed(test::joined(test::captured("napster/07-browse.hex"), 'B', false));
  EXPECT_EQ(said(), (std::vector<Said>{{211, "alice"}, {211, "nobody"}}));
  EXPECT_EQ(take<Found>().at(0).hits.size(), 3U);
  const auto ended = take<Ended>();
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended[0].why, Ended::Why::complete);
  EXPECT_EQ(ended[1].why, Ended::Why::refused);
}

// ---- downloads

TEST_F(NapsterClient, ReachesASharerAsCaptured) {
  login();
  const auto capture = test::captured("napster/08-download.hex");
  command(reach(1, "alice", kLantern));
  command(reach(2, "nobody", "x.mp3"));
  const auto asked = said();
  ASSERT_EQ(asked.size(), 4U);
  EXPECT_EQ(asked[0], (Said{603, "alice"}));
  Buffer request;
  append_frame(request, asked[1].type, asked[1].payload);
  EXPECT_EQ(request, capture.at(0).bytes);
  say(Type::whois_answer, "alice \"User\" 5 \" \" \"Active\" 1 0 0 7 \"servent 0.1.0\"");
  feed(test::joined(capture, 'B', false));
  const auto reached = take<Reached>();
  ASSERT_EQ(reached.size(), 1U);
  EXPECT_EQ(reached[0].endpoint, (Endpoint{0x7f000001, 16821}));
  EXPECT_EQ(reached[0].dialect.nick, "bob");
  EXPECT_TRUE(reached[0].dialect.ours);
  EXPECT_EQ(take<Unreached>().at(0).id, ReachId{2});
}

TEST_F(NapsterClient, AsksAFirewalledSharerToCallAsCaptured) {
  login();
  command(reach(1, "walled", kMoon));
  said();
  const auto capture = test::captured("napster/09-push.hex");
  feed(capture.at(4).bytes);
  Buffer push;
  append_frame(push, 500, said().at(0).payload);
  EXPECT_EQ(push, capture.at(5).bytes);
  EXPECT_EQ(take<Awaited>().at(0).id, ReachId{1});
}

TEST_F(NapsterClient, CannotReachWhenBothAreFirewalled) {
  ModeConfig config = bob();
  config.listen.port = 0;
  login(config);
  command(reach(1, "walled", "x"));
  say(Type::download_ack, "walled 16777343 0 \"x\" 0 4");
  command(reach(2, "walled", "x"));
  say(Type::download_ack, "walled 16777343 0 \"x\" firewallerror 4");
  const auto unreached = take<Unreached>();
  ASSERT_EQ(unreached.size(), 2U);
  EXPECT_TRUE(unreached[0].permanent && unreached[1].permanent);
}

TEST_F(NapsterClient, TellsQueuesRefusalsSilenceAndStrangeAddressesApart) {
  login();
  for (std::uint32_t id = 1; id <= 4; ++id)
    command(reach(id, "al", "f" + std::to_string(id)));
  say(Type::queue_limit_notice, "al \"f1\" 5 2 7");
  say(Type::upload_refuse, "AL \"f2\"");
  say(Type::download_ack, "al 134744072 80 \"f3\" 0 4");  // 8.8.8.8
  EXPECT_EQ(take<Queued>().at(0).place, 7U);
  EXPECT_EQ(take<Unreached>().size(), 2U);
  EXPECT_TRUE(take<Reached>().empty());
  pass(30s);
  EXPECT_EQ(take<Unreached>().at(0).id, ReachId{4});
}

// ---- uploads

TEST_F(NapsterClient, AnswersUploadRequests) {
  login();
  for (const auto verdict : {UploadAnswer::Verdict::accept, UploadAnswer::Verdict::queued,
                             UploadAnswer::Verdict::refused}) {
    say(Type::upload_request, "carol \"Music\\x.mp3\"");
    const auto asked = take<UploadAsked>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].name, "Music/x.mp3");
    command(UploadAnswer{asked[0].ticket, verdict, 4, 2});
  }
  EXPECT_EQ(said(), (std::vector<Said>{{608, "carol \"Music\\x.mp3\""},
                                       {619, "carol \"Music\\x.mp3\" 2 4"},
                                       {609, "carol \"Music\\x.mp3\""}}));
}

TEST_F(NapsterClient, PushesOnlyWhatItHasAcceptedAndOnce) {
  login();
  constexpr char kOrder[] = "carol 16777343 6702 \"M\\x.mp3\" 0 3";
  say(Type::push_order, kOrder);
  EXPECT_TRUE(take<PushWanted>().empty());
  say(Type::upload_request, "carol \"M\\x.mp3\"");
  command(UploadAnswer{take<UploadAsked>().at(0).ticket, UploadAnswer::Verdict::accept, 0, 0});
  say(Type::push_order, kOrder);
  say(Type::push_order, kOrder);
  const auto wanted = take<PushWanted>();
  ASSERT_EQ(wanted.size(), 1U);
  EXPECT_EQ(wanted[0].endpoint, (Endpoint{0x7f000001, 6702}));
  EXPECT_EQ(wanted[0].name, "M/x.mp3");
}

TEST_F(NapsterClient, AnswersPingsAndCountsTransfers) {
  login();
  say(Type::ping, "carol ");
  say(Type::server_ping);
  say(Type::server_ping, "server ");
  command(TransferNote{true, true});
  command(TransferNote{false, false});
  EXPECT_EQ(said(), (std::vector<Said>{{752, "carol"}, {750, ""}, {220, ""}, {219, ""}}));
}

TEST_F(NapsterClient, ShowsTextsEscapedAndNotWithoutEnd) {
  login();
  say(Type::private_message, "carol hi\x1b[2J");
  EXPECT_EQ(take<Notice>().at(0).text.find('\x1b'), std::string::npos);
  for (int i = 0; i < 1000; ++i)
    say(Type::motd, "spam");
  EXPECT_LE(take<Notice>().size(), 60U);
}

}  // namespace
}  // namespace p2p::napster
