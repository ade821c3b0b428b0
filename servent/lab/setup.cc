#include "servent/lab/setup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"

namespace p2p::lab {

namespace {

constexpr std::size_t kLongestText = 4096;    // of a field: a path
constexpr std::size_t kMostComplete = 5'000;  // nodes that all know each other: 12.5 million links
constexpr double kWholeBelow = 9007199254740992;  // 2^53: up to there doubles count one by one

// The member at the end of a path of members: at<&Setup::latency, &Latency::sigma>.
template <auto First, auto... Rest>
auto& at(auto& owner) {
  if constexpr (sizeof...(Rest) == 0)
    return owner.*First;
  else
    return at<Rest...>(owner.*First);
}

template <auto... Path>
Value get(const Setup& setup) {
  const auto& member = at<Path...>(setup);
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, std::string>)
    return member;
  else
    return static_cast<double>(member);
}

template <auto... Path>
void set(Setup& setup, const Value& value) {
  auto& member = at<Path...>(setup);
  using Member = std::remove_cvref_t<decltype(member)>;
  if constexpr (std::is_same_v<Member, std::string>)
    member = std::get<std::string>(value);
  else
    member = static_cast<Member>(std::get<double>(value));
}

template <auto... Path>
constexpr Field whole(std::string_view name, double least, double most, std::string_view about) {
  return {name, about, least, most, {}, false, true, &get<Path...>, &set<Path...>};
}
template <auto... Path>
constexpr Field real(std::string_view name, double least, double most, std::string_view about) {
  return {name, about, least, most, {}, false, false, &get<Path...>, &set<Path...>};
}
template <auto... Path>
constexpr Field word(std::string_view name, std::string_view words, std::string_view about) {
  return {name, about, 0, 0, words, true, false, &get<Path...>, &set<Path...>};
}

// The models by their names, in the order of the enum.
constexpr std::string_view kModels = "constant uniform_int lognormal";

std::vector<std::string_view> split(std::string_view words) {
  std::vector<std::string_view> out;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    out.push_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return out;
}

Value get_model(const Setup& setup) {
  return std::string(split(kModels)[static_cast<std::size_t>(setup.latency.model)]);
}

void set_model(Setup& setup, const Value& value) {
  const auto models = split(kModels);
  const auto place = std::ranges::find(models, std::get<std::string>(value)) - models.begin();
  setup.latency.model = static_cast<Latency::Model>(place);
}

constexpr std::string_view kMethods = "flood ring walk directed";  // as SearchMethod has them

Value get_method(const Setup& setup) {
  return std::string(to_text(setup.method));
}

void set_method(Setup& setup, const Value& value) {
  if (const auto method = search_method(std::get<std::string>(value))) setup.method = *method;
}

using S = Setup;
using L = Latency;
constexpr std::array kFields{
    word<&S::mode>("network.mode", "napster gnutella kazaa", "which network"),
    word<&S::shape>("network.shape", "flat two-tier",
                    "gnutella: all nodes alike, or super-peers and leaves as kazaa has"),
    real<&S::settle_s>("network.settle_s", 0, 1e6, "how long it lives before it is looked at"),
    whole<&S::ping_s>("network.ping_s", 0, 3'600,
                      "gnutella, flat: all ask who is there so often; 0: no"),
    word<&S::pongs>("network.pongs", "cached flooded", "flooded: pings go to all, all answer"),
    word<&S::overlay>("overlay.kind", "random power-law grid complete file",
                      "who is linked to whom; napster: all to one server"),
    whole<&S::nodes>("overlay.nodes", 1, 1'000'000, "nodes; with a file its own"),
    whole<&S::calls>("overlay.calls", 1, 1'000, "links each node makes to others"),
    word<&S::graph>("overlay.graph", "", "a file of edges, for kind = \"file\""),
    whole<&S::cluster>("overlay.cluster", 1, 100'000,
                       "two-tier: nodes a cluster, super-peer included"),
    whole<&S::parents>("overlay.parents", 1, 100, "two-tier: super-peers a leaf is linked to"),
    word<&S::repair>("overlay.repair", "none self",
                     "none: links as drawn; self: nodes look for neighbours"),
    Field{"latency.model", "how latencies are drawn", 0, 0, kModels, true, false, &get_model,
          &set_model},
    whole<&S::latency, &L::least_ms>("latency.least_ms", 0, 60'000, "the least latency, one way"),
    whole<&S::latency, &L::most_ms>("latency.most_ms", 0, 60'000, "uniform_int: the most, one way"),
    real<&S::latency, &L::median_rtt_ms>("latency.median_rtt_ms", 0, 60'000,
                                         "lognormal: median of a round trip"),
    real<&S::latency, &L::sigma>("latency.sigma", 0, 10, "lognormal: spread of its logarithm"),
    whole<&S::bandwidth>("link.bandwidth", 0, 1e12,
                         "real nodes only: bytes a second of a link; 0: all there is"),
    real<&S::loss>(
        "link.loss", 0, 0.9,
        "real nodes only: share lost; a stream waits 200 ms and more, a datagram is gone"),
    whole<&S::upkeep_s>("real.upkeep_s", 0, 3'600,
                        "real nodes: seconds in which their upkeep is counted; 0: it is not"),
    whole<&S::distinct>("files.distinct", 1, 10'000'000, "files there are"),
    real<&S::popularity>("files.popularity", 0, 10, "Zipf exponent of what is stored"),
    real<&S::copies>("files.copies", 0, 1, "of each file, a share of the nodes; 0: by popularity"),
    real<&S::mean_files>("files.mean_files", 0, 10'000, "files of a node that shares"),
    real<&S::free_riders>("files.free_riders", 0, 1, "share of the nodes that share nothing"),
    real<&S::polluted>("files.polluted", 0, 1, "of the copies of the most popular hundredth"),
    word<&S::check>("files.check", "none digest", "what is done with a file that was fetched"),
    whole<&S::count>("query.count", 0, 1'000'000, "queries a run"),
    whole<&S::ttl>("query.ttl", 1, 255, "hops a query may go"),
    whole<&S::gap_ms>("query.gap_ms", 0, 3'600'000, "between the beginnings of two queries"),
    whole<&S::wait_ms>("query.wait_ms", 0, 3'600'000, "a query is counted for so long"),
    real<&S::asked>("query.asked", 0, 10, "Zipf exponent of what is asked for"),
    Field{"query.method", "gnutella, flat: how a node asks", 0, 0, kMethods, true, false,
          &get_method, &set_method},
    whole<&S::walkers>("query.walkers", 1, 255, "walk: how many set out"),
    whole<&S::check_every>("query.check_every", 1, 16, "walk: steps between two checks"),
    whole<&S::enough>("query.enough", 0, 1'000'000, "walk, ring: hits to stop at; 0: all"),
    whole<&S::ring_wait_ms>("query.ring_wait_ms", 1, 600'000, "ring: until the next one"),
    whole<&S::radius>("query.radius", 0, 3, "gnutella, flat: hops of local indices; 0: none"),
    whole<&S::fetchers>("transfer.fetchers", 0, 100'000, "who fetch one file from each other"),
    whole<&S::sources>("transfer.sources", 1, 1'000, "who have it from the start"),
    whole<&S::size_bytes>("transfer.size_bytes", 1, 1e12, "of the file"),
    real<&S::over_s>("transfer.over_s", 0, 1e6, "the fetchers come within this time"),
    whole<&S::up_rate>("transfer.up_rate", 1, 1e12, "bytes a second that each gives"),
    whole<&S::down_rate>("transfer.down_rate", 1, 1e12, "bytes a second that each takes"),
    word<&S::parts>("transfer.parts", "shared whole", "whole: only who has all of it gives"),
    word<&S::order>("transfer.order", "rarest linear", "which piece is fetched first"),
    real<&S::give_copies>("transfer.copies", 0, 1e6,
                          "each source leaves when it gave so many; 0: never"),
    word<&S::when_done>("transfer.when_done", "stay leave",
                        "of the fetchers: they leave when they have it"),
    real<&S::session_s>("churn.session_s", 0, 1e8, "median of a session; 0: nobody leaves"),
    real<&S::session_shape>("churn.shape", 0.2, 10, "Weibull's; 1: exponential sessions"),
    real<&S::absence_s>("churn.absence_s", 0.001, 1e8, "mean time away"),
    word<&S::who>("churn.who", "all upper lower", "who comes and goes, of two tiers"),
    word<&S::trace>("churn.trace", "", "a file of moves instead: SECONDS NODE up|down"),
    word<&S::departure>("churn.departure", "closing silent",
                        "silent: links stay until the others find out"),
    word<&S::kill>("faults.kill", "none random best", "who dies; best: who has the most links"),
    real<&S::share>("faults.share", 0, 1, "of all nodes, a server too; at least one"),
    real<&S::at_s>("faults.at_s", 0, 1e6, "when, after the first query"),
    real<&S::back_s>("faults.back_s", 0, 1e6, "so much later they are back; 0: never"),
};

}  // namespace

std::string to_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const double number = std::get<double>(value);
  std::array<char, 32> out{};
  const bool is_whole = std::floor(number) == number && std::abs(number) < kWholeBelow;
  const auto end = is_whole
                       ? std::to_chars(out.begin(), out.end(), static_cast<std::int64_t>(number))
                       : std::to_chars(out.begin(), out.end(), number);
  return {out.data(), end.ptr};
}

std::span<const Field> fields() {
  return kFields;
}

const Field* find_field(std::string_view name) {
  const auto field = std::ranges::find(kFields, name, &Field::name);
  return field == kFields.end() ? nullptr : &*field;
}

std::vector<std::string_view> words_of(const Field& field) {
  return split(field.words);
}

std::string wanted(const Field& field) {
  if (!field.is_text)
    return std::string(field.is_whole ? "a whole number" : "a number")
        .append(" from ")
        .append(to_text(field.least))
        .append(" to ")
        .append(to_text(field.most));
  if (field.words.empty()) return "a text in \"quotes\"";
  std::string out = "one of";
  for (const std::string_view word : words_of(field))
    out.append(out.size() > 6 ? ", \"" : " \"").append(word).append("\"");
  return out;
}

std::string misfit(const Field& field, const Value& value) {
  std::string must = '"' + std::string(field.name) + "\" must be " + wanted(field);
  const auto* text = std::get_if<std::string>(&value);
  if ((text != nullptr) != field.is_text) return must;
  if (text == nullptr) {
    const double number = std::get<double>(value);
    const bool fits = number >= field.least && number <= field.most &&  // of NaN neither
                      (!field.is_whole || std::floor(number) == number);
    return fits ? std::string() : must + ", not " + to_text(value);
  }
  if (field.words.empty())
    return text->size() <= kLongestText ? std::string() : must + ", shorter than this one";
  const auto words = words_of(field);
  if (std::ranges::count(words, *text) > 0) return {};
  const std::string near(nearest_word(*text, words));
  return must + ", not \"" + escaped(*text) + '"' +
         (near.empty() ? "" : ": did you mean \"" + near + "\"?");
}

Conflict conflict(const Setup& setup) {
  const bool is_file = setup.overlay == "file";
  if (is_file && setup.graph.empty())
    return {{"overlay.kind"}, "kind = \"file\" needs \"overlay.graph\", the file"};
  if (!is_file && !setup.graph.empty())
    return {{"overlay.graph"}, "a graph is named, so \"overlay.kind\" must be \"file\""};
  if (setup.overlay == "complete" && setup.nodes > kMostComplete)
    return {{"overlay.nodes", "overlay.kind"},
            "at most " + std::to_string(kMostComplete) + " nodes can all be linked"};
  if (setup.latency.model == Latency::Model::uniform_int &&
      setup.latency.least_ms > setup.latency.most_ms)
    return {{"latency.least_ms", "latency.most_ms"},
            "\"latency.least_ms\" is above \"latency.most_ms\""};
  if (!setup.trace.empty() && setup.session_s > 0)
    return {{"churn.trace", "churn.session_s"}, "a trace and drawn sessions: one of them"};
  if (setup.shape == "two-tier" && !is_file &&
      setup.parents > std::max<std::size_t>(1, setup.nodes / setup.cluster))
    return {{"overlay.parents"}, "more parents than there are super-peers (nodes / cluster)"};
  return {};
}

}  // namespace p2p::lab
