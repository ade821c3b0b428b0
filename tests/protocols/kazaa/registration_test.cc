#include "protocols/kazaa/registration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SharedFile file(std::string name, std::uint32_t number) {
  SharedFile made;
  made.id = number;
  made.name = std::move(name);
  made.uuhash = test::hash_with(number);
  return made;
}

struct Registering : testing::Test, ShareSink {
  test::World world;
  Registration registration;
  std::vector<std::string> said;  // "+name", "-name"
  std::size_t pages = 0;
  bool goes_on = false;

  void share(const SharedFile& file, Cx&) override { said.push_back('+' + file.name); }
  void unshare(const UuHash&, std::string_view name, Cx&) override {
    said.push_back('-' + std::string(name));
  }
  bool page_told(Cx&) override {
    ++pages;
    return goes_on;
  }

  void start() {
    Cx cx = world.cx();
    registration.start(cx);
  }
  // The page that was asked for; nothing asked: a failure.
  PageAsked asked() {
    const auto all = world.out.take<PageAsked>();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? PageAsked{} : all.front();
  }
  void page(const PageAsked& asked, std::vector<SharedFile> files, std::uint64_t next, bool last) {
    Cx cx = world.cx();
    registration.page({asked.ticket, std::move(files), next, last}, *this, cx);
  }
  void changed(const Shared& shared) {
    Cx cx = world.cx();
    registration.changed(shared, *this, cx);
  }
};

TEST_F(Registering, PagesAreToldOneAfterTheOtherAsTheListenerReads) {
  start();
  const PageAsked first = asked();
  EXPECT_EQ(first.after, 0U);
  page(first, {file("a", 1), file("b", 2)}, 2, false);
  EXPECT_EQ(pages, 1U);
  EXPECT_THAT(world.out.take<PageAsked>(), IsEmpty()) << "it has not read it yet";
  Cx cx = world.cx();
  registration.barrier_passed(cx);
  const PageAsked second = asked();
  EXPECT_EQ(second.after, 2U);
  page(second, {file("c", 3)}, 3, true);
  EXPECT_THAT(said, ElementsAre("+a", "+b", "+c"));
  EXPECT_EQ(registration.told(), 3U);
  registration.barrier_passed(cx);
  EXPECT_THAT(world.out.take<PageAsked>(), IsEmpty());
  EXPECT_EQ(registration.deadline(), kNever);
}

TEST_F(Registering, AListenerThatSaysNothingIsToldTheNextPageInTheEnd) {
  start();
  page(asked(), {file("a", 1)}, 1, false);
  EXPECT_EQ(registration.deadline(), world.now + Registration::kBarrierTimeout);
  world.now += Registration::kBarrierTimeout;
  Cx cx = world.cx();
  registration.expire(cx);
  EXPECT_EQ(asked().after, 1U);
}

TEST_F(Registering, AListenerThatNeedsNoPauseIsAskedForTheNextAtOnce) {
  goes_on = true;
  start();
  page(asked(), {file("a", 1)}, 1, false);
  EXPECT_EQ(asked().after, 1U);
}

TEST_F(Registering, PagesOfAnEarlierRunAreNotTold) {
  start();
  const PageAsked old = asked();
  registration.stop();
  page(old, {file("a", 1)}, 1, true);
  start();
  const PageAsked fresh = asked();
  page(old, {file("a", 1)}, 1, true);
  EXPECT_THAT(said, IsEmpty());
  page(fresh, {file("b", 2)}, 2, true);
  page(fresh, {file("c", 3)}, 3, true);
  EXPECT_THAT(said, ElementsAre("+b"));
}

TEST_F(Registering, ACursorThatStandsStillIsTheEnd) {
  goes_on = true;
  start();
  page(asked(), {file("a", 1)}, 0, false);
  EXPECT_THAT(world.out.take<PageAsked>(), IsEmpty());
}

TEST_F(Registering, ChangesAreToldOnceEach) {
  start();
  page(asked(), {file("a", 1), file("b", 2)}, 2, true);
  said.clear();
  changed({1, false, {file("c", 3), file("a", 1)}, {"b", "nobody"}});
  EXPECT_THAT(said, ElementsAre("-b", "+c")) << "a was told, nobody was not";
  said.clear();
  changed({2, false, {file("a", 9)}, {}});
  EXPECT_THAT(said, ElementsAre("-a", "+a")) << "another content under its name";
}

TEST_F(Registering, AFileWithoutAHashComesWhenItHasOne) {
  start();
  SharedFile unhashed = file("a", 1);
  unhashed.uuhash.reset();
  page(asked(), {unhashed}, 1, true);
  EXPECT_THAT(said, IsEmpty());
  changed({1, false, {file("a", 1)}, {}});
  EXPECT_THAT(said, ElementsAre("+a"));
}

TEST_F(Registering, APageReadBeforeAChangeBringsNothingBack) {
  start();
  const PageAsked first = asked();
  changed({1, false, {file("new", 3)}, {"gone"}});
  page(first, {file("gone", 1), file("new", 3), file("kept", 2)}, 3, true);
  EXPECT_THAT(said, ElementsAre("+new", "+kept"));
}

TEST_F(Registering, StartingOverTakesAllBackAndTellsAnew) {
  start();
  page(asked(), {file("a", 1)}, 1, true);
  changed({1, true, {}, {}});
  EXPECT_THAT(said, ElementsAre("+a", "-a"));
  EXPECT_EQ(registration.told(), 0U);
  EXPECT_EQ(asked().after, 0U);
}

TEST_F(Registering, WithoutAListenerNothingIsToldOrKept) {
  changed({1, true, {file("a", 1)}, {}});
  changed({2, false, {file("a", 1)}, {}});
  EXPECT_THAT(said, IsEmpty());
  EXPECT_THAT(world.out.events, IsEmpty());
}

}  // namespace
}  // namespace p2p::kazaa
