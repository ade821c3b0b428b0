#include "servent/transfer/disk.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <boost/asio/post.hpp>

namespace p2p::transfer {
namespace asio = boost::asio;

// What thread and loop share. It outlives the Disk while a job hangs.
struct Disk::State {
  std::mutex lock;
  std::condition_variable work;  // a job came, or there will be none any more
  std::condition_variable idle;  // the thread is about to end
  std::deque<std::function<void()>> jobs;
  std::function<void()> done;  // tells the loop; empty after stop()
  std::shared_ptr<std::atomic<bool>> stopping = std::make_shared<std::atomic<bool>>(false);
  bool ended = false;

  void loop();
};

void Disk::State::loop() {
  std::unique_lock hold(lock);
  while (true) {
    work.wait(hold, [this] { return !jobs.empty() || *stopping; });
    if (jobs.empty()) break;
    std::function<void()> job = std::move(jobs.front());
    jobs.pop_front();
    hold.unlock();
    job();
    job = nullptr;
    hold.lock();
    if (done) done();
  }
  ended = true;
  idle.notify_all();
}

Disk::Disk(asio::io_context& io) : io_(io), state_(std::make_shared<State>()) {
  // The answer is called only while this Disk lives and has not been stopped: both end with the
  // posted handler finding an empty `done`.
  state_->done = [this, &io, state = std::weak_ptr<State>(state_)] {
    asio::post(io, [this, state] {
      const auto alive = state.lock();
      if (alive && !*alive->stopping) answer();
    });
  };
  std::thread([state = state_] { state->loop(); }).detach();
}

Disk::~Disk() {
  stop(std::chrono::milliseconds(0));
}

Disk::Stopping Disk::stopping() const {
  return state_->stopping;
}

void Disk::push(std::function<void()> job, std::function<void()> then) {
  if (*state_->stopping) return;
  if (!busy_) busy_.emplace(io_.get_executor());
  answers_.push_back(std::move(then));
  {
    const std::lock_guard hold(state_->lock);
    state_->jobs.push_back(std::move(job));
  }
  state_->work.notify_one();
}

void Disk::answer() {
  const std::function<void()> then = std::move(answers_.front());
  answers_.pop_front();
  if (answers_.empty()) busy_.reset();
  then();
}

void Disk::stop(std::chrono::milliseconds limit) {
  if (state_->stopping->exchange(true)) return;
  {
    std::unique_lock hold(state_->lock);
    state_->done = nullptr;
    state_->work.notify_one();
    state_->idle.wait_for(hold, limit, [this] { return state_->ended; });
    state_->jobs.clear();
  }
  answers_.clear();
  busy_.reset();
}

}  // namespace p2p::transfer
