#include "servent/app/habit_file.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "servent/app/kept_text.h"

#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

TEST(HabitFile, IsWrittenAtTheEndIfItChanged) {
  const test::TempDir folder;
  const auto path = folder.path() / "screen";
  boost::asio::io_context io;
  const auto first = std::make_shared<HabitFile>(io, path);
  EXPECT_EQ(first->load(), "");
  first->begin("as it is");
  first->keep_soon("as it is");
  first->close();
  EXPECT_FALSE(std::filesystem::exists(path)) << "nothing has changed";
  const auto second = std::make_shared<HabitFile>(io, path);
  second->keep_soon("a");
  second->keep_soon("b");
  EXPECT_FALSE(std::filesystem::exists(path)) << "not at every key";
  second->close();
  EXPECT_EQ(HabitFile(io, path).load(), "b");
}

TEST(HabitFile, IsNoneWhereItIsTooLong) {
  const test::TempDir folder;
  boost::asio::io_context io;
  const auto path = folder.write("screen", std::string(5000, 'a'));
  EXPECT_EQ(HabitFile(io, path).load(), std::nullopt);
}

}  // namespace
}  // namespace p2p::app
