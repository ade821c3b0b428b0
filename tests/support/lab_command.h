// `servent lab` in this process: what it says is caught.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "servent/lab/command.h"

namespace p2p::test {

class LabCommandTest : public testing::Test {
 protected:
  // The words behind `servent lab`; its exit status.
  int run(std::vector<std::string> words) {
    words.insert(words.begin(), {"servent", "lab"});
    std::vector<char*> argv;
    for (std::string& word : words)
      argv.push_back(word.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = lab::run_command(static_cast<int>(argv.size()), argv.data(), "servent test");
    output_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return status;
  }

  std::string output_;
  std::string errors_;
};

}  // namespace p2p::test
