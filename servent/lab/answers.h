// What the answers to all questions of a run come to, as numbers of its outcome: of simulated nodes
// and of real ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "servent/lab/crowd.h"
#include "servent/lab/outcome.h"
#include "servent/lab/setup.h"

namespace p2p::lab {

void add_number(Outcome& to, std::string name, double value);

// success, recall, first_hit_ms, first_hit_hops; answers_top1 by the hits that each node gave, of
// `users` nodes. `changes`: nodes come and go, and stale is of interest.
void add_answers(Outcome& to, std::span<const AskedQuery> asked,
                 const std::vector<std::uint64_t>& by_node, std::size_t users, bool changes);
// got, tries, bad: of the files whose copies are polluted.
void add_fetched(Outcome& to, std::span<const AskedQuery> asked);
// Outcome::course, of questions the first of which was asked at `start`.
void add_course(Outcome& to, std::span<const AskedQuery> asked, const Setup& setup,
                World::Ms start);
// success_before, _during and _after, dent_s, where the setup kills nodes: at `blow`, and back as
// it says.
void add_dent(Outcome& to, std::span<const AskedQuery> asked, const Setup& setup, World::Ms blow);

}  // namespace p2p::lab
