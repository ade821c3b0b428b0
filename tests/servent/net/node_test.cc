// Node over real loopback sockets: the contract of mode.h as a host must keep it.
#include "servent/net/node.h"

#include <string>
#include <thread>
#include <vector>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/support/patience.h"

namespace p2p::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kPiece = std::size_t{32} * 1024;
constexpr std::size_t kManyPieces = 40;  // 1.25 MiB

TrailStep step_at(Duration at) {
  TrailStep step;
  step.at = Time(at);
  return step;
}

// Sends back what it gets; "many" is answered with kManyPieces more, "bye" closes the link after
// the answer, "flood" sends 24 megabytes. Everything that happens to it is told as a Notice.
class Echo final : public Mode {
 public:
  void link_up(LinkId, const LinkInfo& info, Cx& cx) override {
    say(cx, info.inbound ? "up in" : "up out");
    if (info.inbound) say(cx, "reached at " + to_text(info.local));
  }
  void receive(LinkId link, Bytes bytes, Cx& cx) override {
    const std::string_view text = text_of(bytes);
    cx.out.send(link, bytes);
    if (text.starts_with("flood"))
      for (int i = 0; i < 24; ++i)  // more than the system takes
        cx.out.send(link, Buffer(std::size_t{1} << 20U));
    if (text.starts_with("many")) {
      for (std::size_t i = 0; i < kManyPieces; ++i)
        cx.out.send(link, Buffer(kPiece));
      say(cx, "sent many");
    }
    if (text.starts_with("how much")) say(cx, "queued " + std::to_string(cx.out.queued(link)));
    if (text.starts_with("bye")) cx.out.close(link, Reason::done);
  }
  void link_down(LinkId, Reason why, Cx& cx) override {
    say(cx, "down: " + std::string(to_text(why)));
  }
  void datagram(const Endpoint& from, Bytes bytes, Cx& cx) override {
    say(cx, "datagram of " + std::to_string(bytes.size()));
    if (!bytes.empty()) cx.out.send_to(from, bytes.first(bytes.size() - 1));
  }
  void command(const Command& command, Cx& cx) override {
    if (const auto* join = std::get_if<Join>(&command)) {
      cx.out.dial(join->endpoint);
      say(cx, "dialled");
    }
    if (std::holds_alternative<Leave>(command)) deadline_ = cx.now + 20ms;
  }
  void wake(Cx& cx) override {
    say(cx, "wake");
    deadline_ = kNever;
  }
  Time deadline() const override { return deadline_; }
  void describe(Report& report) const override { report.state = "echo"; }
  std::vector<TrailStep> trail() const override { return {step_at(1ms), step_at(2ms)}; }

 private:
  static void say(Cx& cx, std::string text) {
    cx.out.report(Notice{Notice::Level::info, std::move(text)});
  }
  Time deadline_ = kNever;
};

std::unique_ptr<Mode> make_echo(const ModeConfig&) {
  return std::make_unique<Echo>();
}
constexpr ModeRow kEchoLinks{.mode = "echo",
                             .role = "links",
                             .summary = "",
                             .arrival = [](Bytes) { return Arrival::link; },
                             .make = make_echo};
constexpr ModeRow kEchoTransfers{.mode = "echo",
                                 .role = "transfers",
                                 .summary = "",
                                 .arrival = [](Bytes) { return Arrival::transfer; },
                                 .greeting = "1",
                                 .make = make_echo};
constexpr ModeRow kEchoDatagrams{.mode = "echo",
                                 .role = "datagrams",
                                 .summary = "",
                                 .arrival = [](Bytes) { return Arrival::link; },
                                 .datagrams = true,
                                 .make = make_echo};
// "L..." is a link, "GET..." a transfer.
constexpr ModeRow kEchoBoth{
    .mode = "echo",
    .role = "both",
    .summary = "",
    .arrival =
        [](Bytes first) {
          const std::string_view text = text_of(first);
          if (text.starts_with("L")) return Arrival::link;
          if (text.starts_with("GET")) return Arrival::transfer;
          return std::string_view("GET").starts_with(text) ? Arrival::more : Arrival::stranger;
        },
    .make = make_echo};

class NodeTest : public testing::Test {
 protected:
  void start(const ModeRow& row) {
    node_ = std::make_unique<Node>(
        io_, row,
        NodeHooks{[this](Event event) { heard_.push_back(std::get<Notice>(event).text); },
                  [this](tcp::socket socket, Endpoint, Buffer first) {
                    given_.push_back(std::move(socket));
                    first_ = std::string(text_of(first));
                  },
                  [this] { ++settled_; },
                  [this](const Endpoint&, Reason why) { closed_.push_back(why); }});
    const auto at = node_->listen({0x7f000001, 0});
    ASSERT_TRUE(at) << at.error().detail;
    at_ = *at;
    node_->start({});
  }
  tcp::socket connect() {
    tcp::socket socket(io_);
    socket.connect({asio::ip::address_v4(at_.address), at_.port});
    return socket;
  }
  // Runs the loop until `done` or the time has gone.
  template <class Done>
  bool run_until(Done done, std::chrono::milliseconds limit = 2s) {
    const auto end = std::chrono::steady_clock::now() + test::kPatience * limit;
    while (!done() && std::chrono::steady_clock::now() < end)
      io_.run_one_for(50ms);
    return done();
  }
  bool heard(const std::string& text) {
    return run_until([&] { return std::ranges::find(heard_, text) != heard_.end(); });
  }
  std::string read(tcp::socket& socket, std::size_t count) {
    std::string text(count, '\0');
    bool done = false;
    asio::async_read(socket, asio::buffer(text), [&](ErrorCode, std::size_t got) {
      text.resize(got);
      done = true;
    });
    run_until([&] { return done; });
    return text;
  }

  asio::io_context io_;
  std::unique_ptr<Node> node_;
  Endpoint at_;
  std::vector<std::string> heard_;
  int settled_ = 0;
  std::vector<Reason> closed_;
  std::vector<tcp::socket> given_;
  std::string first_;
};

TEST_F(NodeTest, WakesTheModeOnceAtTheStart) {
  start(kEchoLinks);
  EXPECT_EQ(heard_, std::vector<std::string>{"wake"});
}

TEST_F(NodeTest, TellsAfterAVerbWithoutAnEventToo) {
  start(kEchoLinks);
  tcp::socket socket = connect();
  ASSERT_TRUE(heard("up in"));
  const int before = settled_;
  asio::write(socket, asio::buffer(std::string("quiet")));
  EXPECT_TRUE(run_until([&] { return settled_ > before; }));
}

TEST_F(NodeTest, DeliversWhatIsSentBeforeAClose) {
  start(kEchoLinks);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("bye now")));
  EXPECT_EQ(read(socket, 100), "bye now");  // and then the end of the stream
  EXPECT_EQ(closed_, std::vector<Reason>{Reason::done});
}

TEST_F(NodeTest, TellsWhenAPeerLeaves) {
  start(kEchoLinks);
  { const tcp::socket socket = connect(); }
  EXPECT_TRUE(heard("up in"));
  EXPECT_TRUE(heard("down: closed by the peer"));
}

TEST_F(NodeTest, ClosesALinkThatDoesNotRead) {
  start(kEchoLinks);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("flood")));
  EXPECT_TRUE(heard("down: peer does not read"));
}

// More than may wait for a peer is no reason to end the link of one who takes it.
TEST_F(NodeTest, KeepsALinkThatReadsHoweverMuchIsSentAtOnce) {
  start(kEchoLinks);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("many")));
  std::thread reader([&] {  // has its own kernel buffer filled while the mode still sends
    std::vector<char> block(std::size_t{1} << 20U);
    ErrorCode error;
    for (std::size_t got = 0; !error && got < 4 + kManyPieces * kPiece;)
      got += socket.read_some(asio::buffer(block), error);
  });
  EXPECT_TRUE(heard("sent many"));
  reader.join();
  EXPECT_EQ(std::ranges::count(heard_, "down: peer does not read"), 0);
}

TEST_F(NodeTest, EndsADialThatFailsInALaterCall) {
  start(kEchoLinks);
  node_->command(Join{{0x7f000001, 1}});
  EXPECT_EQ(heard_.back(), "dialled");
  EXPECT_TRUE(heard("down: could not connect"));
}

TEST_F(NodeTest, DoesNotDialPublicAddressesUnlessAllowed) {
  start(kEchoLinks);
  node_->command(Join{{0x08080808, 80}});
  EXPECT_TRUE(heard("down: could not connect"));
}

TEST_F(NodeTest, DialsAndTalks) {
  start(kEchoLinks);
  node_->command(Join{at_});  // itself
  EXPECT_TRUE(heard("up out"));
  EXPECT_TRUE(heard("up in"));
}

TEST_F(NodeTest, WakesAtTheDeadline) {
  start(kEchoLinks);
  heard_.clear();
  node_->command(Leave{});
  EXPECT_TRUE(heard("wake"));
}

TEST_F(NodeTest, GreetsAndHandsOverTransferConnections) {
  start(kEchoTransfers);
  tcp::socket socket = connect();
  EXPECT_EQ(read(socket, 1), "1");
  EXPECT_EQ(given_.size(), 1U);
}

TEST_F(NodeTest, HandsTheFirstBytesOfALinkToTheMode) {
  start(kEchoBoth);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("L and twenty bytes more")));
  EXPECT_EQ(read(socket, 23), "L and twenty bytes more");
  EXPECT_EQ(std::ranges::count(heard_, "up in"), 1);
  EXPECT_TRUE(given_.empty());
}

TEST_F(NodeTest, HandsTheFirstBytesOfATransferOn) {
  start(kEchoBoth);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("GET /")));
  ASSERT_TRUE(run_until([&] { return given_.size() == 1; }));
  EXPECT_EQ(first_, "GET /");
  EXPECT_EQ(heard_, std::vector<std::string>{"wake"});
}

TEST_F(NodeTest, ClosesStrangers) {
  start(kEchoBoth);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("POST /")));
  EXPECT_EQ(read(socket, 1), "");
  EXPECT_EQ(heard_, std::vector<std::string>{"wake"});
  EXPECT_TRUE(given_.empty());
}

TEST_F(NodeTest, TellsALinkWhereItWasReached) {
  start(kEchoLinks);
  const tcp::socket socket = connect();
  EXPECT_TRUE(heard("reached at " + to_text(at_)));
}

TEST_F(NodeTest, KnowsWhatALinkHasNotTakenYet) {
  start(kEchoLinks);
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(std::string("how much")));
  EXPECT_TRUE(heard("queued 8"));
  EXPECT_EQ(read(socket, 8), "how much");
  asio::write(socket, asio::buffer(std::string("how much more")));
  EXPECT_TRUE(heard("queued 13"));
}

TEST_F(NodeTest, ExchangesDatagramsOnThePortOfItsListener) {
  start(kEchoDatagrams);
  asio::ip::udp::socket peer(io_, {asio::ip::address_v4::loopback(), 0});
  const asio::ip::udp::endpoint to(asio::ip::address_v4(at_.address), at_.port);
  peer.send_to(asio::buffer(std::string(1500, 'x')), to);
  EXPECT_TRUE(heard("datagram of 1500"));
  std::array<char, 2000> answer{};
  asio::ip::udp::endpoint from;
  EXPECT_EQ(peer.receive_from(asio::buffer(answer), from), 1499U);
  EXPECT_EQ(from, to);
}

TEST_F(NodeTest, CountsDatagramsThatItDrops) {
  start(kEchoDatagrams);
  EXPECT_TRUE(node_->report(0).counters.empty());
  asio::ip::udp::socket peer(io_, {asio::ip::address_v4::loopback(), 0});
  const asio::ip::udp::endpoint to(asio::ip::address_v4(at_.address), at_.port);
  peer.send_to(asio::buffer(std::string(1501, 'x')), to);
  peer.send_to(asio::buffer(std::string("small")), to);
  ASSERT_TRUE(heard("datagram of 5"));
  EXPECT_EQ(std::ranges::count(heard_, "datagram of 1501"), 0);
  const auto counters = node_->report(0).counters;
  ASSERT_EQ(counters.size(), 1U);
  EXPECT_EQ(counters[0], (std::pair<std::string, std::uint64_t>("datagrams dropped", 1)));
}

// Greets with its name.
class Other final : public Mode {
 public:
  void link_up(LinkId link, const LinkInfo&, Cx& cx) override {
    cx.out.send(link, bytes_of("other"));
  }
  void receive(LinkId, Bytes, Cx&) override {}
  void link_down(LinkId, Reason, Cx& cx) override {
    cx.out.report(Notice{Notice::Level::info, "other: down"});
  }
  void command(const Command&, Cx&) override {}
  void wake(Cx& cx) override { cx.out.report(Notice{Notice::Level::info, "other: wake"}); }
  Time deadline() const override { return kNever; }
  void describe(Report& report) const override { report.state = "other"; }
  std::vector<TrailStep> trail() const override { return {step_at(3ms)}; }
};
constexpr ModeRow kOther{
    .mode = "echo",
    .role = "other",
    .summary = "",
    .arrival = [](Bytes) { return Arrival::link; },
    .make = [](const ModeConfig&) -> std::unique_ptr<Mode> { return std::make_unique<Other>(); }};

TEST_F(NodeTest, BecomesAnotherModeAtTheSameListener) {
  start(kEchoLinks);
  tcp::socket before = connect();
  ASSERT_TRUE(heard("up in"));
  EXPECT_EQ(node_->life(), 1U);
  node_->become(kOther, {});
  EXPECT_TRUE(heard("other: wake"));
  EXPECT_EQ(read(before, 1), "") << "the old links are closed";
  tcp::socket after = connect();
  EXPECT_EQ(read(after, 5), "other");
  EXPECT_EQ(node_->row().role, "other");
  EXPECT_EQ(node_->report(0).state, "other");
  EXPECT_EQ(node_->listening(), at_);
  EXPECT_EQ(node_->life(), 2U);
  EXPECT_EQ(std::ranges::count(heard_, "down: closed by the peer"), 0);
  EXPECT_EQ(std::ranges::count(heard_, "other: down"), 0);
}

TEST_F(NodeTest, RemembersTheTrailOfItsFormerRoles) {
  start(kEchoLinks);
  EXPECT_EQ(node_->trail(), (std::vector{step_at(1ms), step_at(2ms)}));
  node_->become(kOther, {});
  EXPECT_EQ(node_->trail(), (std::vector{step_at(1ms), step_at(2ms), step_at(3ms)}));
  node_->become(kEchoLinks, {});
  EXPECT_EQ(node_->trail().size(), 5U);
}

TEST_F(NodeTest, DeliversWhatTheOldModeSaid) {
  start(kEchoLinks);
  tcp::socket socket = connect();
  ASSERT_TRUE(heard("up in"));
  asio::write(socket, asio::buffer(std::string("how much")));
  ASSERT_TRUE(heard("queued 8"));  // said, and not sent before the end of the turn
  node_->become(kOther, {});
  EXPECT_EQ(read(socket, 100), "how much");
}

// As the program does: in the hook, while the old mode's verb is worked off.
TEST_F(NodeTest, BecomesAnotherFromWithinAnEvent) {
  std::vector<std::string> heard;
  Node node(io_, kEchoLinks, {});
  NodeHooks hooks;
  hooks.on_event = [&](Event event) {
    heard.push_back(std::get<Notice>(event).text);
    if (heard.back() == "dialled") node.become(kOther, {});
  };
  node.set_hooks(std::move(hooks));
  node.start({});
  node.command(Join{{0x7f000001, 1}});
  EXPECT_EQ(heard, (std::vector<std::string>{"wake", "dialled", "other: wake"}));
  run_until([] { return false; }, 50ms);
  EXPECT_EQ(heard.size(), 3U) << "the failed dial was the old mode's";
}

TEST_F(NodeTest, SaysWhyItCannotListen) {
  start(kEchoLinks);
  Node second(io_, kEchoLinks, {});
  const auto at = second.listen(at_);
  ASSERT_FALSE(at);
  EXPECT_NE(at.error().detail.find("cannot listen on 127.0.0.1:"), std::string::npos);
}

TEST_F(NodeTest, KnowsThatSomebodyCalledAndWhatFor) {
  start(kEchoBoth);
  tcp::socket silent = connect();
  EXPECT_EQ(node_->calls().last, Time{});
  EXPECT_NE(node_->calls().since, Time{});

  tcp::socket peer = connect();
  asio::write(peer, asio::buffer(std::string("Link")));
  ASSERT_TRUE(heard("up in"));
  EXPECT_GE(node_->calls().last, node_->calls().since);
  EXPECT_FALSE(node_->calls().for_a_file);

  tcp::socket fetcher = connect();
  asio::write(fetcher, asio::buffer(std::string("GET")));
  ASSERT_TRUE(run_until([&] { return !given_.empty(); }));
  EXPECT_TRUE(node_->calls().for_a_file);
}

}  // namespace
}  // namespace p2p::net
