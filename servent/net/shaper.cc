#include "servent/net/shaper.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <utility>

#include "servent/net/node.h"

namespace p2p::net {

namespace {

constexpr std::size_t kSegment = 1460;  // bytes that are lost together: what Ethernet carries
constexpr double kFirstTimeout = 200;   // ms
constexpr double kLastTimeout = 60'000;
constexpr double kMostLoss = 0.9;  // beyond it nothing gets through any more
constexpr std::uint32_t kMostLatency = 60'000;

std::optional<Latency::Model> model_of(std::string_view word) {
  if (word == "constant") return Latency::Model::constant;
  if (word == "uniform_int") return Latency::Model::uniform_int;
  if (word == "lognormal") return Latency::Model::lognormal;
  return {};
}

double ms(Time time) {
  return static_cast<double>(time.time_since_epoch().count());
}

}  // namespace

Result<LinkShape> LinkShape::parse(std::string_view text) {
  LinkShape shape;
  std::istringstream in{std::string(text)};
  std::string model;
  Latency& latency = shape.latency;
  in >> model >> latency.least_ms >> latency.most_ms >> latency.median_rtt_ms >> latency.sigma >>
      shape.bandwidth >> shape.loss >> shape.seed;
  const auto known = model_of(model);
  const bool fits = in && known && latency.least_ms <= latency.most_ms &&
                    latency.most_ms <= kMostLatency && latency.median_rtt_ms >= 0 &&
                    latency.median_rtt_ms <= kMostLatency && latency.sigma >= 0 &&
                    latency.sigma <= 10 && shape.loss >= 0 && shape.loss <= kMostLoss;
  if (!fits)
    return fail(Errc::malformed,
                "a link is like \"uniform_int 10 100 140 0.824 0 0 7\": model, least, most and "
                "median round trip in ms, sigma, bytes a second, loss, seed");
  latency.model = *known;
  return shape;
}

bool Shaper::is_lost() {
  return shape_.loss > 0 && static_cast<double>(rng_() >> 11U) * 0x1p-53 < shape_.loss;
}

// How long what is lost of these bytes holds up the rest.
double Shaper::retransmissions(std::size_t bytes) {
  double waited = 0;
  if (shape_.loss <= 0) return waited;
  for (std::size_t at = 0; at < bytes; at += kSegment)
    for (double timeout = kFirstTimeout; is_lost(); timeout = std::min(2 * timeout, kLastTimeout))
      waited += timeout;
  return waited;
}

Time Shaper::arrival(Way& way, std::size_t bytes, Time now) {
  way.free = std::max(way.free, ms(now));
  if (shape_.bandwidth > 0)
    way.free += static_cast<double>(bytes) * 1000 / static_cast<double>(shape_.bandwidth);
  const double there = way.free + shape_.latency.draw(rng_) + retransmissions(bytes);
  way.arrived = std::max(way.arrived, there);
  return Time(Duration(std::llround(std::ceil(way.arrived))));
}

std::optional<Time> Shaper::arrival(Time now) {
  if (is_lost()) return {};
  return now + Duration(shape_.latency.draw(rng_));
}

void Later::at(Time when, std::function<void()> act) {
  acts_.emplace(when, std::move(act));
  arm();
}

// As with a node's alarm: it may ring too early, never too late.
void Later::arm() {
  if (acts_.empty() || acts_.begin()->first >= armed_) return;
  armed_ = acts_.begin()->first;
  timer_.expires_after(std::max(armed_ - steady_now(), Duration(0)));
  timer_.async_wait([this, alive = alive_](boost::system::error_code error) {
    if (error || !*alive) return;
    armed_ = kNever;
    run();
  });
}

void Later::run() {
  const auto alive = alive_;
  const Time now = steady_now();
  while (*alive && !acts_.empty() && acts_.begin()->first <= now) {
    const auto act = std::move(acts_.begin()->second);
    acts_.erase(acts_.begin());
    act();
  }
  if (*alive) arm();
}

}  // namespace p2p::net
