// NapsterReceiver: one Napster data connection on which a firewalled source brings us a file
// (napster.md, 7.2). Its greeting has been heard; we say where to begin and all that follows is
// data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "protocols/transfer/fetcher.h"

namespace p2p::transfer {

class NapsterReceiver final : public Fetcher {
 public:
  NapsterReceiver(std::uint64_t total, std::uint64_t offset)
      : left_(total - std::min(offset, total)),
        output_(std::to_string(offset)) {}

  Bytes feed(Bytes bytes) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    left_ -= count;
    return bytes.first(count);
  }
  std::string take_output() override { return std::exchange(output_, {}); }
  const std::optional<FetchEnd>& end() const override { return end_; }
  FetchEnd closed() const override { return {FetchEnd::Why::failed, "the source closed"}; }
  std::uint64_t missing() const override { return left_; }
  bool go_on(std::uint64_t, std::uint64_t, const Owned&) override { return false; }
  // It was told with the greeting, if at all.
  const std::optional<Sha1>& sha1() const override { return sha1_; }

 private:
  std::uint64_t left_;
  std::string output_;
  std::optional<FetchEnd> end_;
  std::optional<Sha1> sha1_;
};

}  // namespace p2p::transfer
