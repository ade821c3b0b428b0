#include "protocols/gnutella/sharing.h"

#include <gtest/gtest.h>

#include "tests/support/captured_files.h"
#include "tests/support/recorder.h"

namespace p2p::gnutella {
namespace {

using test::kRiverDigest;

SharedFile file(const std::string& name, bool is_partial) {
  SharedFile one;
  one.name = name;
  one.size_bytes = 100;
  if (!is_partial) return one;
  one.sha1 = kRiverDigest;
  one.partial = Partial{10, 0};
  return one;
}

class SharingOf : public testing::Test {
 protected:
  PageAsked asked() {
    const auto all = world_.out.take<PageAsked>();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? PageAsked{} : all.front();
  }
  void start(std::vector<SharedFile> files) {
    Cx cx = world_.cx();
    sharing_.start(cx);
    const PageAsked page = asked();
    EXPECT_TRUE(page.partial);
    sharing_.page(Page{page.ticket, std::move(files), 0, true}, cx);
  }
  void change(const Shared& shared) {
    Cx cx = world_.cx();
    sharing_.changed(shared, cx);
  }

  test::World world_;
  Sharing sharing_;
};

TEST_F(SharingOf, FilesThatAreStillFetchedAreFoundAndNotCounted) {
  start({file("river.ogg", false), file("Moon dogs.ogg", true)});
  EXPECT_TRUE(sharing_.table().has("moon"));
  EXPECT_TRUE(sharing_.may_have(kRiverDigest));
  EXPECT_EQ(sharing_.files(), 1U);
  EXPECT_EQ(sharing_.bytes(), 100U);
}

TEST_F(SharingOf, OneThatComesIsFoundAtOnceAndOneThatGoesALittleLater) {
  start({file("river.ogg", false)});
  EXPECT_FALSE(sharing_.may_have(kRiverDigest));
  const std::uint64_t before = sharing_.revision();
  Shared came;
  came.partial = true;
  came.added = {file("Moon dogs.ogg", true)};
  change(came);
  EXPECT_TRUE(sharing_.may_have(kRiverDigest));
  EXPECT_GT(sharing_.revision(), before);
  EXPECT_EQ(sharing_.files(), 1U);

  Shared went;
  went.partial = true;
  went.removed = {"Moon dogs.ogg"};
  change(went);
  EXPECT_EQ(sharing_.files(), 1U);
  EXPECT_EQ(sharing_.deadline(), world_.now + kRebuildAfter);
  world_.now += kRebuildAfter;
  Cx cx = world_.cx();
  sharing_.expire(cx);
  sharing_.page(Page{asked().ticket, {file("river.ogg", false)}, 0, true}, cx);
  EXPECT_FALSE(sharing_.may_have(kRiverDigest));
  EXPECT_TRUE(sharing_.table().has("river"));
}

TEST_F(SharingOf, OneThatComesWhilePagesAreReadDoesNotBeginThemAnew) {
  Cx cx = world_.cx();
  sharing_.start(cx);
  const PageAsked page = asked();
  Shared came;
  came.partial = true;
  came.added = {file("Moon dogs.ogg", true)};
  change(came);
  EXPECT_TRUE(world_.out.take<PageAsked>().empty());
  EXPECT_TRUE(sharing_.table().has("moon")) << "at once";
  sharing_.page(Page{page.ticket, {file("Moon dogs.ogg", true)}, 0, true}, cx);
  EXPECT_TRUE(sharing_.table().has("moon"));
}

}  // namespace
}  // namespace p2p::gnutella
