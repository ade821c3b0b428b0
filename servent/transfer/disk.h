// Disk: the one thread of the transfer room on which files are touched. Jobs run in the order they
// came; each answers on the loop's thread. A job must hold nothing of the loop: no socket, no
// timer, no download. What it needs longer than itself it shares (PartFile).
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace p2p::transfer {

class Disk {
 public:
  // True once stop() was called: long jobs look at it and end early.
  using Stopping = std::shared_ptr<const std::atomic<bool>>;

  explicit Disk(boost::asio::io_context& io);
  ~Disk();  // stop(0)
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // `job` runs there, then `then` gets its result here; after stop() neither `then` is called nor
  // a new job taken.
  template <class Job, class Then>
  void run(Job job, Then then) {
    using Result = decltype(job());
    auto result = std::make_shared<std::optional<Result>>();
    push([result, job = std::move(job)]() mutable { result->emplace(job()); },
         [result, then = std::move(then)]() mutable { then(std::move(**result)); });
  }

  Stopping stopping() const;

  // Lets the queued jobs finish for at most `limit`, then leaves the thread to itself: a job that
  // hangs in the kernel ends alone, those behind it never begin. Loop's thread; once.
  void stop(std::chrono::milliseconds limit);

 private:
  struct State;
  void push(std::function<void()> job, std::function<void()> then);
  void answer();

  boost::asio::io_context& io_;
  std::shared_ptr<State> state_;
  // Jobs end in the order they began, so the first answer is that of the first job.
  std::deque<std::function<void()>> answers_;
  using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
  std::optional<Guard> busy_;  // while a job is under way
};

}  // namespace p2p::transfer
