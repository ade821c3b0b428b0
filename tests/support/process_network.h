// A network of one mode made of real processes on loopback, each with a home and a share of its
// own. The beacon is off: tests that run side by side would find each other by it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/noise.h"
#include "tests/support/process.h"

namespace p2p::test {

class ProcessNetwork : public ::testing::Test {
 protected:
  explicit ProcessNetwork(std::string mode) : mode_(std::move(mode)) {}

  std::filesystem::path share(const std::string& name) const {
    return folder_.path() / (name + "-files");
  }

  // A node that is up; linked to `entrance` when there is one. `settings` are lines of its file.
  std::unique_ptr<Servent> node(const std::string& name, const std::string& role,
                                const Servent* entrance = nullptr,
                                const std::string& settings = {}) {
    std::filesystem::create_directories(share(name));
    Arguments words{"--no-beacon", "--share", share(name).string()};
    if (entrance != nullptr) words.insert(words.end(), {"--connect", entrance->listen()});
    if (!settings.empty()) {
      const std::filesystem::path config = folder_.path() / (name + ".toml");
      write_file(config, settings);
      words.insert(words.end(), {"--config", config.string()});
    }
    auto made = std::make_unique<Servent>(role, folder_.path() / name, words, mode_);
    EXPECT_TRUE(made->start()) << read_file(made->errors());
    const auto is_linked = [&] { return entrance == nullptr || links_up(*made) > 0; };
    EXPECT_TRUE(wait_until(is_linked, 10s)) << read_file(made->errors());
    return made;
  }

  static std::size_t links_up(const Servent& of) {
    std::size_t up = 0;
    for (const Json& row : of.run("peers").rows())
      up += row.value("state", "") == "up" ? 1U : 0U;
    return up;
  }

  // The row of this file; asks again until it is there.
  static std::optional<Json> find(const Servent& asker, const std::string& words,
                                  const std::string& name, Millis limit = 30s) {
    std::optional<Json> found;
    wait_until(
        [&] {
          for (const Json& row : asker.run("search", {words, "--wait", "2s"}, 5s).rows())
            if (row.value("name", "") == name) found = row;
          return found.has_value();
        },
        limit);
    return found;
  }

  static void expect_fetched(const Servent& asker, const Json& row, const std::string& content) {
    const Ran got = asker.run("get", {row.at("link").get<std::string>(), "--wait", "20s"}, 25s);
    EXPECT_EQ(got.status, 0) << got.output << read_file(asker.errors());
    const std::vector<Json> rows = got.rows();
    ASSERT_FALSE(rows.empty());
    EXPECT_TRUE(rows.back().value("verified", false)) << rows.back();
    const Json path = rows.back().value("path", Json());
    ASSERT_TRUE(path.is_string());
    EXPECT_TRUE(read_file(path.get<std::string>()) == content) << "differs";
  }

  TempDir folder_;

 private:
  std::string mode_;
};

}  // namespace p2p::test
