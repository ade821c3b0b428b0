#include "tui/source_name.h"

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

std::string name(const std::string& user, const std::string& at = "") {
  api::SourceRow row;
  row.user = user;
  row.at = at;
  return source_name(row);
}

TEST(SourceName, IsTheUsersWhereThereIsOne) {
  EXPECT_EQ(name("marge"), "marge");
  EXPECT_EQ(name("marge", "192.168.1.5:6699"), "marge");
  EXPECT_EQ(name(std::string(32, 'x')), std::string(32, 'x'));
}

TEST(SourceName, OfAGuidIsTheAddressOrItsFirstDigits) {
  const std::string guid = "f77bea8ae6421ccdfff33d137d7c1300";
  EXPECT_EQ(name(guid, "192.168.1.5:6346"), "192.168.1.5:6346");
  EXPECT_EQ(name(guid), "f77bea8a…");
}

}  // namespace
}  // namespace p2p::tui
