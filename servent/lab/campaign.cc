#include "servent/lab/campaign.h"

#include <algorithm>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "servent/lab/exhibits.h"
#include "servent/lab/progress.h"
#include "servent/lab/schedule.h"

namespace p2p::lab {

namespace {

std::uint64_t peak_bytes() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
}

class Campaigner {
 public:
  Campaigner(const Results& results, const Campaign& campaign, std::atomic<bool>& stop)
      : scenario_(results.scenario),
        campaign_(campaign),
        stop_(stop),
        points_(points_of(scenario_)),
        schedule_(scenario_),
        before_(results.effort),
        effort_(results.effort) {
    for (const Outcome& outcome : results.outcomes)
      schedule_.add(outcome);
    done_before_ = schedule_.done();
  }

  // Of `results` it was made of.
  Result<void> go(Results& results) {
    std::vector<std::thread> others;
    for (std::size_t job = 1; job < std::min(campaign_.jobs, schedule_.runs()); ++job)
      others.emplace_back([this] { work(); });
    work();
    for (std::thread& other : others)
      other.join();
    progress_.end();
    if (fault_) return tl::unexpected(*fault_);
    results.outcomes = schedule_.outcomes();
    results.is_partial = !schedule_.is_complete();
    results.effort = effort_so_far();
    return {};
  }

 private:
  // A run that has not ended; its pulse is as it was last told.
  using Place = std::list<Pulse>::iterator;

  void work() {
    while (const auto run = begin()) {
      const Place place = enter(*run);
      auto outcome = tried(*run, place);
      const std::scoped_lock lock(mutex_);
      if (outcome)
        take(std::move(*outcome), *run, *place);
      else if (outcome.error().code != Errc::stopped)
        end(outcome.error());
      running_.erase(place);
    }
  }

  std::optional<Schedule::Run> begin() {
    const std::scoped_lock lock(mutex_);
    return stop_ ? std::nullopt : schedule_.next();
  }

  Place enter(const Schedule::Run& run) {
    const std::scoped_lock lock(mutex_);
    const std::string label = label_of(scenario_, points_[run.point]);
    what_ = label + (label.empty() ? "seed " : ", seed ") + std::to_string(run.seed);
    return running_.insert(running_.end(), Pulse{});
  }

  // An exception would end the program if it left a thread.
  Result<Outcome> tried(const Schedule::Run& run, Place place) {
    const Told told = [&](const Pulse& pulse) {
      const std::scoped_lock lock(mutex_);
      *place = pulse;
      if (progress_.is_due()) progress_.show(advance());
    };
    try {
      return campaign_.run_one(points_[run.point].setup, run.seed, told);
    } catch (const std::exception& error) {
      return fail(Errc::io, error.what());
    }
  }

  void take(Outcome outcome, const Schedule::Run& run, const Pulse& last) {
    outcome.point = run.point;
    effort_.nodes = std::max(effort_.nodes, last.nodes);
    effort_.events += last.events;
    effort_.messages += last.messages;
    if (campaign_.keep)
      if (const auto kept = campaign_.keep(outcome, effort_so_far()); !kept)
        return end(kept.error());
    schedule_.add(std::move(outcome));
  }

  void end(const Error& error) {
    if (!fault_) fault_ = error;
    stop_ = true;
  }

  Effort effort_so_far() const {
    Effort effort = effort_;
    effort.wall_s = before_.wall_s + progress_.elapsed();
    effort.peak_bytes = std::max(before_.peak_bytes, peak_bytes());
    return effort;
  }

  Advance advance() const {
    return {schedule_.runs(),
            schedule_.done(),
            done_before_,
            progress_.elapsed(),
            effort_.events - before_.events,
            effort_.messages - before_.messages,
            {running_.begin(), running_.end()},
            what_};
  }

  const Scenario& scenario_;
  const Campaign& campaign_;
  std::atomic<bool>& stop_;
  const std::vector<Point> points_;

  std::mutex mutex_;  // of all below
  Schedule schedule_;
  std::size_t done_before_ = 0;
  const Effort before_;
  Effort effort_;
  Progress progress_;
  std::list<Pulse> running_;
  std::string what_;
  std::optional<Error> fault_;
};

}  // namespace

Result<void> run_campaign(Results& results, const Campaign& campaign, std::atomic<bool>& stop) {
  return Campaigner(results, campaign, stop).go(results);
}

}  // namespace p2p::lab
