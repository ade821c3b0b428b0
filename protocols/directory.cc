#include "protocols/directory.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <unordered_map>
#include <utility>

#include "protocols/base/keywords.h"
#include "protocols/directory_cursor.h"
#include "protocols/directory_owner.h"
#include "protocols/directory_rows.h"
#include "protocols/directory_sizes.h"
#include "protocols/directory_vocabulary.h"

namespace p2p {

namespace {

constexpr std::size_t kMaxName = 1024;
constexpr std::size_t kMaxTag = 64;
// Removed files stay in the postings until they are half as many as the living ones and this; then
// a sweep begins. Its work counts one for each posting looked at, 4 to 50 ns, and more for what
// waits for memory more. Each file that comes or goes pays a part: at a million files the sweep is
// over when about a sixth of them has changed.
constexpr std::uint64_t kDeadFiles = 4096;
constexpr std::size_t kSweptByChange = 512;
constexpr std::size_t kSweptByCall = 16'384;  // less than a millisecond
constexpr std::size_t kSizeWork = 32;
// What one search may cost: one for each list asked for a candidate, more for a name that is cut
// into words. Up to fifteen milliseconds; only words of a great many files come near that.
constexpr std::size_t kMaxWork = 500'000;
constexpr std::size_t kNameWork = 64;
constexpr std::size_t kMaxSameSize = 50'000;  // files that find_tag looks at, a few milliseconds
constexpr std::size_t kMaxScored = 1000;      // Order::best looks at no more matches
constexpr std::size_t kMaxPrefixWords =
    4096;  // with more words of one beginning all files are walked
// Only when the rarest word has more files than this is a prefix looked up to begin with.
constexpr std::size_t kManyFiles = 4096;

struct Owner {
  OwnerId id;
  OwnerFiles files;
};

}  // namespace

struct Directory::Impl {
  Impl(std::uint64_t salt, std::uint32_t first_id) : key{salt, ~salt}, rows(first_id) {}

  SipKey key;
  Rows rows;
  SizeChains sizes;
  std::vector<std::unique_ptr<Owner>> owners;
  std::vector<std::uint32_t> free_owners;
  std::unordered_map<std::uint32_t, std::uint32_t> slots;  // OwnerId -> place in owners
  Vocabulary vocabulary{key};
  std::vector<std::string> scratch;
  std::uint64_t live = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dead = 0;  // buried since the last sweep began
  enum class Sweep : std::uint8_t { idle, words, sizes } sweep = Sweep::idle;

  Owner* owner_of(OwnerId id) const {
    const auto found = slots.find(static_cast<std::uint32_t>(id));
    return found == slots.end() ? nullptr : owners[found->second].get();
  }

  std::uint32_t slot_for(OwnerId id) {
    const auto [at, fresh] = slots.try_emplace(static_cast<std::uint32_t>(id), 0);
    if (!fresh) return at->second;
    if (free_owners.empty()) {
      free_owners.push_back(static_cast<std::uint32_t>(owners.size()));
      owners.emplace_back();
    }
    at->second = free_owners.back();
    free_owners.pop_back();
    owners[at->second] = std::make_unique<Owner>(Owner{id, OwnerFiles(key)});
    return at->second;
  }

  Listed listed(const Row& row) const {
    const Owner& owner = *owners[row.owner];
    const OwnedFile& file = owner.files.places()[row.place];
    return {owner.id,
            owner.files.name(file),
            owner.files.tag(file),
            row.size_bytes,
            {row.bitrate_kbps, row.sample_rate_hz, row.duration_s},
            file.kind};
  }

  std::uint64_t hash_of_size(std::uint64_t size) const {
    std::array<char, 8> text{};
    for (unsigned i = 0; i < 8; ++i)
      text[i] = static_cast<char>((size >> (8 * i)) & 0xffU);
    return sip_hash(key, {text.data(), text.size()});
  }
  // As SizeChains asks for it.
  auto size_hashes() const {
    return [this](std::uint32_t id, std::uint64_t& hash) {
      const Row* row = rows.find(id);
      if (row != nullptr) hash = hash_of_size(row->size_bytes);
      return row != nullptr;
    };
  }

  void bury(std::uint32_t id) {
    bytes -= rows.find(id)->size_bytes;
    rows.remove(id);
    --live;
    ++dead;
  }

  // How many files went.
  std::size_t drop_owner(OwnerId id) {
    const auto found = slots.find(static_cast<std::uint32_t>(id));
    if (found == slots.end()) return 0;
    const OwnerFiles& files = owners[found->second]->files;
    const std::size_t count = files.size();
    for (const OwnedFile& file : files.places())
      if (file.id != kNoFile) bury(file.id);
    owners[found->second].reset();
    free_owners.push_back(found->second);
    slots.erase(found);
    return count;
  }

  // The share of the sweep that so many changes pay.
  void sweep_on(std::size_t changes) {
    if (sweep == Sweep::idle && dead > live / 2 + kDeadFiles) {
      dead = 0;
      sweep = Sweep::words;
      vocabulary.begin_sweep();
      sizes.begin_sweep();
    }
    const std::size_t budget = std::min(changes * kSweptByChange, kSweptByCall);
    for (std::size_t work = 0; sweep != Sweep::idle && work < budget;) {
      if (sweep == Sweep::words) {
        const std::size_t cost =
            vocabulary.sweep([&](std::uint32_t id) { return rows.find(id) != nullptr; });
        if (cost == 0) sweep = Sweep::sizes;
        work += cost;
      } else {
        if (sizes.sweep(size_hashes())) sweep = Sweep::idle;
        work += kSizeWork;
      }
    }
  }

  // Ids have come to their end: all files get new ones, in their order. Once in four thousand
  // million shares, and then in one go.
  void number_anew() {
    Directory fresh(key[0]);
    rows.each([&](const Row& row) { fresh.add(listed(row)); });
    *this = std::move(*fresh.impl_);
  }

  bool fits(const Query& query, const Row& row) const {
    return query.size_bytes.holds(row.size_bytes) && query.bitrate_kbps.holds(row.bitrate_kbps) &&
           query.sample_rate_hz.holds(row.sample_rate_hz) &&
           query.duration_s.holds(row.duration_s) &&
           (query.kind == FileKind::any ||
            query.kind == owners[row.owner]->files.places()[row.place].kind);
  }

  template <class Take>
  void walk(const Query& query, const Take& take) const;
};

namespace {

bool begins_a_word(const std::vector<std::string>& words, const std::string& prefix) {
  return std::ranges::any_of(words, [&](const std::string& w) { return w.starts_with(prefix); });
}

// Better: more of the wish in the file's own name than in its folder's, and less else beside it.
double score_of(const Query& query, std::string_view name) {
  const std::vector<std::string> words = words_of(base_name(name));
  const auto asked = [&](const std::string& word) {
    return std::ranges::find(query.words, word) != query.words.end() ||
           std::ranges::any_of(query.prefixes, [&](const auto& p) { return word.starts_with(p); });
  };
  const auto hits = static_cast<double>(std::ranges::count_if(words, asked));
  return hits + hits / static_cast<double>(words.size() + 1);
}

}  // namespace

// Calls `take` for the rows that answer the query, newest first, until it says false.
template <class Take>
void Directory::Impl::walk(const Query& query, const Take& take) const {
  if ((query.words.empty() && query.prefixes.empty()) || query.sha1 || live == 0) return;
  std::vector<const Postings*> lists;
  for (const std::string& word : query.words) {
    lists.push_back(vocabulary.find(word));
    if (lists.back() == nullptr) return;
  }
  std::ranges::sort(lists, {}, [](const auto* list) { return list->size(); });
  std::size_t least = lists.empty() ? std::numeric_limits<std::size_t>::max() : lists[0]->size();
  UnionCursor leader = UnionCursor::everything();
  bool word_leads = !lists.empty();
  for (std::size_t i = 0; i < query.prefixes.size() && least > kManyFiles; ++i) {
    std::vector<const Postings*> found;
    if (!vocabulary.find_prefix(query.prefixes[i], kMaxPrefixWords, found)) continue;
    if (found.empty()) return;
    std::size_t sum = 0;
    for (const auto* list : found)
      sum += list->size();
    if (sum >= least) continue;
    least = sum;
    leader = UnionCursor(found);
    word_leads = false;
  }
  std::vector<PostingCursor> all;
  all.reserve(lists.size());
  for (const auto* list : lists)
    all.emplace_back(*list);
  std::vector<PostingCursor> none;
  for (const std::string& word : query.excluded)
    if (const auto* list = vocabulary.find(word)) none.emplace_back(*list);

  const std::size_t step_work = all.size() + (word_leads ? 0 : 1);
  std::vector<std::string> words;
  std::uint32_t bound = rows.next_id() - 1;
  for (std::size_t work = 0; work < kMaxWork;) {
    // Each list in turn pulls the candidate down to a file of its own, until all name the same.
    std::uint32_t id = bound;
    for (std::uint32_t before = kNoFile; id != before && work < kMaxWork; work += step_work) {
      before = id;
      if (!word_leads) id = leader.at_most(id);
      for (std::size_t i = 0; i < all.size() && id != kNoFile; ++i)
        id = all[i].at_most(id);
      if (id == kNoFile) return;
    }
    if (work >= kMaxWork) return;
    const Row* row = rows.find(id);
    work += none.size();
    const bool left_out = row == nullptr || std::ranges::any_of(none, [&](PostingCursor& cursor) {
                            return cursor.at_most(id) == id;
                          });
    if (!left_out && fits(query, *row)) {
      bool good = true;
      if (!query.prefixes.empty()) {
        work += kNameWork;
        words_into(searched_part(listed(*row).name), kMaxQueryWords, words);
        good = std::ranges::all_of(query.prefixes,
                                   [&](const auto& p) { return begins_a_word(words, p); });
      }
      if (good && !take(id, *row)) return;
    }
    if (id == 0) return;
    bound = id - 1;
  }
}

Directory::Directory(std::uint64_t salt, std::uint32_t first_id)
    : impl_(std::make_unique<Impl>(salt, first_id)) {}
Directory::~Directory() = default;
Directory::Directory(Directory&&) noexcept = default;
Directory& Directory::operator=(Directory&&) noexcept = default;

Directory::Added Directory::add(const Listed& file) {
  Impl& in = *impl_;
  if (file.name.size() > kMaxName || file.tag.size() > kMaxTag) return Added::too_long;
  const Owner* known = in.owner_of(file.owner);
  if (known != nullptr && known->files.find(file.name)) return Added::duplicate;
  if (in.rows.is_full()) in.number_anew();

  const std::uint32_t slot = in.slot_for(file.owner);
  OwnerFiles& files = in.owners[slot]->files;
  const std::uint32_t id = in.rows.next_id();
  if (!files.add(file.name, file.tag, file.kind, id)) return Added::too_long;
  const auto place = static_cast<std::uint32_t>(files.places().size() - 1);
  in.rows.add({file.size_bytes, slot, place, file.media.bitrate_kbps, file.media.sample_rate_hz,
               file.media.duration_s});
  in.sizes.add(id, in.hash_of_size(file.size_bytes), in.size_hashes());
  ++in.live;
  in.bytes += file.size_bytes;
  words_into(searched_part(file.name), kMaxQueryWords, in.scratch);
  for (const std::string& word : in.scratch)
    in.vocabulary.post(word, id);
  in.sweep_on(1);
  return Added::yes;
}

bool Directory::remove(OwnerId owner, std::string_view name) {
  Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return false;
  const auto place = of->files.find(name);
  if (!place) return false;
  impl_->bury(of->files.places()[*place].id);
  of->files.remove(*place);
  if (of->files.size() == 0) {
    impl_->drop_owner(owner);
  } else if (of->files.wasteful()) {
    of->files.tidy();
    for (std::uint32_t i = 0; i < of->files.places().size(); ++i)
      impl_->rows.find(of->files.places()[i].id)->place = i;
  }
  impl_->sweep_on(1);
  return true;
}

void Directory::remove_owner(OwnerId owner) {
  impl_->sweep_on(impl_->drop_owner(owner));
}

void Directory::search(const Query& query, const Accept& accept, const Visit& visit) const {
  const Impl& in = *impl_;
  if (query.limit == 0) return;
  const bool best = query.order == Order::best;
  std::vector<std::pair<double, std::uint32_t>> scored;
  std::uint32_t taken = 0;
  in.walk(query, [&](std::uint32_t id, const Row& row) {
    const Listed file = in.listed(row);
    if (accept && !accept(file)) return true;
    if (best) {
      scored.emplace_back(score_of(query, file.name), id);
      return scored.size() < kMaxScored;
    }
    visit(file);
    return ++taken < query.limit;
  });
  std::ranges::sort(scored, std::greater<>());  // equal ones: the newer first
  if (scored.size() > query.limit) scored.resize(query.limit);
  for (const auto& [score, id] : scored)
    visit(in.listed(*in.rows.find(id)));
}

void Directory::browse(OwnerId owner, const std::function<bool(const Listed&)>& visit) const {
  const Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return;
  for (const OwnedFile& file : of->files.places())
    if (file.id != kNoFile && !visit(impl_->listed(*impl_->rows.find(file.id)))) return;
}

bool Directory::find(OwnerId owner, std::string_view name, const Visit& visit) const {
  const Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return false;
  const auto place = of->files.find(name);
  if (place && visit) visit(impl_->listed(*impl_->rows.find(of->files.places()[*place].id)));
  return place.has_value();
}

void Directory::find_tag(std::string_view tag, std::uint64_t size_bytes, std::uint32_t limit,
                         const Visit& visit) const {
  const Impl& in = *impl_;
  if (limit == 0) return;
  std::uint32_t taken = 0;
  std::size_t looked_at = 0;
  in.sizes.walk(in.hash_of_size(size_bytes), [&](std::uint32_t id) {
    const Row* row = in.rows.find(id);
    if (row != nullptr && row->size_bytes == size_bytes) {
      const Listed file = in.listed(*row);
      if (file.tag.starts_with(tag)) {
        visit(file);
        ++taken;
      }
    }
    return taken < limit && ++looked_at < kMaxSameSize;
  });
}

std::uint64_t Directory::files() const {
  return impl_->live;
}

std::uint64_t Directory::files_of(OwnerId owner) const {
  const Owner* of = impl_->owner_of(owner);
  return of == nullptr ? 0 : of->files.size();
}

std::uint64_t Directory::bytes() const {
  return impl_->bytes;
}

std::size_t Directory::memory() const {
  const Impl& in = *impl_;
  constexpr std::size_t kMapNode = 40;  // of unordered_map, about
  std::size_t sum = sizeof(Impl) + in.rows.memory() + in.sizes.memory() +
                    in.free_owners.capacity() * sizeof(std::uint32_t) +
                    in.owners.capacity() * sizeof(in.owners[0]) + in.slots.size() * kMapNode +
                    in.vocabulary.memory();
  for (const auto& owner : in.owners)
    if (owner) sum += sizeof(OwnerId) + owner->files.memory();
  return sum;
}

}  // namespace p2p
