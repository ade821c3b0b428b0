#include "protocols/directory.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <utility>

#include "protocols/base/bytes.h"
#include "protocols/base/keywords.h"
#include "protocols/directory_chains.h"
#include "protocols/directory_owner.h"
#include "protocols/directory_rows.h"
#include "protocols/directory_vocabulary.h"
#include "protocols/directory_walk.h"

namespace p2p {

namespace {

// Removed files stay in the postings until they are half as many as the living ones and this; then
// a sweep begins. Its work counts one for each posting looked at, 4 to 50 ns, and more for what
// waits for memory more. Each file that comes or goes pays a part: at a million files the sweep is
// over when about a sixth of them has changed.
constexpr std::uint64_t kDeadFiles = 4096;
constexpr std::size_t kSweptByChange = 512;
constexpr std::size_t kSweptByCall = 16'384;  // less than a millisecond
constexpr std::size_t kChainWork = 32;
// Files that find_tag looks at, and find_key: a few milliseconds.
constexpr std::size_t kMaxSameHash = 50'000;
constexpr std::size_t kMaxScored = 1000;  // Order::best looks at no more matches
// What `accept` costs that has to take a tag apart, in the walk's measure.
constexpr std::size_t kTagWork = 16;

static_assert(Directory::kMaxName <= OwnedFile::kMaxText);
static_assert(Directory::kMaxTag <= OwnedFile::kMaxText);
static_assert(Directory::kMaxCopies == OwnedFile::kMaxCopies);

}  // namespace

struct Directory::Impl {
  Impl(std::uint64_t salt, std::uint32_t first_id) : key{salt, ~salt}, rows(first_id) {}

  struct Owner {
    OwnerId id;
    OwnerFiles files;
  };

  SipKey key;
  Rows rows;
  Chains sizes;  // of the files without a key
  Chains keys;   // of the first copies
  std::vector<std::unique_ptr<Owner>> owners;
  std::vector<std::uint32_t> free_owners;
  std::unordered_map<std::uint32_t, std::uint32_t> slots;  // OwnerId -> place in owners
  Vocabulary vocabulary{key};
  bool beyond_names = false;  // some file came with words that are not in its name
  std::vector<std::string> scratch;
  std::vector<std::string> more_scratch;
  std::uint64_t live = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dead = 0;  // buried since the last sweep began
  enum class Sweep : std::uint8_t { idle, words, sizes, keys } sweep = Sweep::idle;

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
            file.kind,
            owner.files.key(file)};
  }

  std::uint64_t hash_of_size(std::uint64_t size) const {
    std::array<char, 8> text{};
    for (unsigned i = 0; i < 8; ++i)
      text[i] = static_cast<char>((size >> (8 * i)) & 0xffU);
    return sip_hash(key, {text.data(), text.size()});
  }
  std::uint64_t hash_of_key(const UuHash& of) const { return sip_hash(key, text_of(of.bytes)); }
  // As Chains ask for it.
  auto size_hashes() const {
    return [this](std::uint32_t id, std::uint64_t& hash) {
      const Row* row = rows.find(id);
      if (row != nullptr) hash = hash_of_size(row->size_bytes);
      return row != nullptr;
    };
  }
  auto key_hashes() const {
    return [this](std::uint32_t id, std::uint64_t& hash) {
      const Row* row = rows.find(id);
      if (row != nullptr) hash = hash_of_key(*listed(*row).key);
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

  // Takes the file out of its owner's.
  void remove(OwnerId id, std::uint32_t place) {
    OwnerFiles& files = owner_of(id)->files;
    const std::uint32_t file = files.places()[place].id;
    if (files.places()[place].copy == 1)
      keys.remove(file, hash_of_key(*files.key(files.places()[place])));
    bury(file);
    if (const auto first = files.remove(place)) {
      const OwnedFile& next = files.places()[*first];
      keys.add(next.id, hash_of_key(*files.key(next)), key_hashes());
    }
    if (files.size() == 0) {
      drop_owner(id);
    } else if (files.wasteful()) {
      files.tidy();
      for (std::uint32_t i = 0; i < files.places().size(); ++i)
        rows.find(files.places()[i].id)->place = i;
    }
    sweep_on(1);
  }

  void begin_sweep() {
    dead = 0;
    sweep = Sweep::words;
    vocabulary.begin_sweep();
    sizes.begin_sweep();
    keys.begin_sweep();
  }

  // One step of the sweep that runs. What it cost.
  std::size_t sweep_step() {
    std::size_t cost = kChainWork;
    switch (sweep) {
      case Sweep::idle: break;
      case Sweep::words:
        cost = vocabulary.sweep([&](std::uint32_t id) { return rows.find(id) != nullptr; });
        if (cost == 0) sweep = Sweep::sizes;
        break;
      case Sweep::sizes:
        if (sizes.sweep(size_hashes())) sweep = Sweep::keys;
        break;
      case Sweep::keys:
        if (keys.sweep(key_hashes())) sweep = Sweep::idle;
        break;
    }
    return cost;
  }

  // The share of the sweep that so many changes pay.
  void sweep_on(std::size_t changes) {
    if (sweep == Sweep::idle && dead > live / 2 + kDeadFiles) begin_sweep();
    const std::size_t budget = std::min(changes * kSweptByChange, kSweptByCall);
    for (std::size_t work = 0; sweep != Sweep::idle && work < budget;)
      work += sweep_step();
  }

  // Ids have come to their end: all files get new ones, in their order. Once in four thousand
  // million shares, and then in one go.
  void number_anew() {
    while (sweep != Sweep::idle)
      sweep_step();
    begin_sweep();
    while (sweep != Sweep::idle)
      sweep_step();
    Rows fresh(0);
    std::vector<std::uint32_t> old_ids;  // by the new one
    rows.each([&](const Row& row) {
      std::uint32_t& id = owners[row.owner]->files.places()[row.place].id;
      old_ids.push_back(std::exchange(id, fresh.add(row)));
    });
    rows = std::move(fresh);
    const auto new_id = [&](std::uint32_t id) {
      return static_cast<std::uint32_t>(std::ranges::lower_bound(old_ids, id) - old_ids.begin());
    };
    vocabulary.renumber(new_id);
    sizes.renumber(new_id);
    keys.renumber(new_id);
  }

  void post_words(const Listed& file, std::uint32_t id) {
    words_into(searched_part(file.name), kMaxQueryWords, scratch);
    for (const std::string& word : scratch)
      vocabulary.post(word, id);
    if (file.words.empty()) return;
    words_into(file.words.substr(0, kMaxText), kMaxTextWords, more_scratch);
    for (const std::string& word : more_scratch) {
      if (std::ranges::find(scratch, word) != scratch.end()) continue;
      vocabulary.post(word, id);
      beyond_names = true;
    }
  }

  bool fits(const Query& query, const Row& row) const {
    return query.size_bytes.holds(row.size_bytes) && query.bitrate_kbps.holds(row.bitrate_kbps) &&
           query.sample_rate_hz.holds(row.sample_rate_hz) &&
           query.duration_s.holds(row.duration_s) &&
           (query.kind == FileKind::any ||
            query.kind == owners[row.owner]->files.places()[row.place].kind);
  }
};

namespace {

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

Directory::Directory(std::uint64_t salt, std::uint32_t first_id)
    : impl_(std::make_unique<Impl>(salt, first_id)) {}
Directory::~Directory() = default;
Directory::Directory(Directory&&) noexcept = default;
Directory& Directory::operator=(Directory&&) noexcept = default;

Directory::Added Directory::add(const Listed& file) {
  Impl& in = *impl_;
  if (file.name.size() > kMaxName || file.tag.size() > kMaxTag) return Added::too_long;
  const Impl::Owner* known = in.owner_of(file.owner);
  std::uint8_t copy = file.key ? 1 : 0;
  if (known != nullptr && file.key) copy = known->files.copy_for(*file.key, file.name);
  if (file.key ? copy == 0 : known != nullptr && known->files.find(file.name))
    return Added::duplicate;
  if (in.rows.is_full()) in.number_anew();

  const std::uint32_t slot = in.slot_for(file.owner);
  OwnerFiles& files = in.owners[slot]->files;
  const std::uint32_t id = in.rows.next_id();
  if (!files.add({file.name, file.tag, file.key, copy, file.kind, id})) return Added::too_long;
  const auto place = static_cast<std::uint32_t>(files.places().size() - 1);
  in.rows.add({file.size_bytes, slot, place, file.media.bitrate_kbps, file.media.sample_rate_hz,
               file.media.duration_s});
  if (copy == 0) in.sizes.add(id, in.hash_of_size(file.size_bytes), in.size_hashes());
  if (copy == 1) in.keys.add(id, in.hash_of_key(*file.key), in.key_hashes());
  ++in.live;
  in.bytes += file.size_bytes;
  in.post_words(file, id);
  in.sweep_on(1);
  return Added::yes;
}

bool Directory::remove(OwnerId owner, std::string_view name) {
  const Impl::Owner* of = impl_->owner_of(owner);
  const auto place = of == nullptr ? std::nullopt : of->files.find(name);
  if (place) impl_->remove(owner, *place);
  return place.has_value();
}

bool Directory::remove(OwnerId owner, const UuHash& key, std::string_view name) {
  const Impl::Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return false;
  std::optional<std::uint32_t> place;
  if (!name.empty()) place = of->files.find(key, name);
  if (!place) place = of->files.find(key, 1);
  if (place) impl_->remove(owner, *place);
  return place.has_value();
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
  QueryWalk walk(in.vocabulary, in.rows, query, in.beyond_names);
  while (taken < query.limit && scored.size() < kMaxScored && walk.next()) {
    if (!in.fits(query, walk.row())) continue;
    const Listed file = in.listed(walk.row());
    if (!walk.has_prefixes(file.name)) continue;
    if (accept && file.key) walk.charge(kTagWork);
    if (accept && !accept(file)) continue;
    if (best) {
      scored.emplace_back(score_of(query, file.name), walk.id());
    } else {
      visit(file);
      ++taken;
    }
  }
  std::ranges::sort(scored, std::greater<>());  // equal ones: the newer first
  if (scored.size() > query.limit) scored.resize(query.limit);
  for (const auto& [score, id] : scored)
    visit(in.listed(*in.rows.find(id)));
}

void Directory::browse(OwnerId owner, const std::function<bool(const Listed&)>& visit) const {
  const Impl::Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return;
  for (const OwnedFile& file : of->files.places())
    if (file.id != kNoFile && !visit(impl_->listed(*impl_->rows.find(file.id)))) return;
}

bool Directory::find(OwnerId owner, std::string_view name, const Visit& visit) const {
  const Impl::Owner* of = impl_->owner_of(owner);
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
    return taken < limit && ++looked_at < kMaxSameHash;
  });
}

void Directory::find_key(const UuHash& key, const Accept& accept, std::uint32_t limit,
                         const Visit& visit) const {
  const Impl& in = *impl_;
  if (limit == 0) return;
  std::uint32_t taken = 0;
  std::size_t looked_at = 0;
  in.keys.walk(in.hash_of_key(key), [&](std::uint32_t id) {
    const Row* row = in.rows.find(id);
    if (row != nullptr) {
      const Listed file = in.listed(*row);
      if (file.key == key && (!accept || accept(file))) {
        visit(file);
        ++taken;
      }
    }
    return taken < limit && ++looked_at < kMaxSameHash;
  });
}

std::uint64_t Directory::files() const {
  return impl_->live;
}

std::uint64_t Directory::files_of(OwnerId owner) const {
  const Impl::Owner* of = impl_->owner_of(owner);
  return of == nullptr ? 0 : of->files.size();
}

std::uint64_t Directory::bytes() const {
  return impl_->bytes;
}

std::size_t Directory::memory() const {
  const Impl& in = *impl_;
  constexpr std::size_t kMapNode = 40;  // of unordered_map, about
  std::size_t sum = sizeof(Impl) + in.rows.memory() + in.sizes.memory() + in.keys.memory() +
                    in.free_owners.capacity() * sizeof(std::uint32_t) +
                    in.owners.capacity() * sizeof(in.owners[0]) + in.slots.size() * kMapNode +
                    in.vocabulary.memory();
  for (const auto& owner : in.owners)
    if (owner) sum += sizeof(OwnerId) + owner->files.memory();
  return sum;
}

}  // namespace p2p
