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
#include "protocols/directory_vocabulary.h"

namespace p2p {

namespace {

constexpr std::size_t kMaxName = 1024;
constexpr std::size_t kMaxTag = 64;
constexpr std::uint32_t kNobody = 0xffffffff;  // of owner slots: the file is removed
// Removed files stay in the postings until they are half as many as the living ones and this.
constexpr std::size_t kDeadFiles = 4096;
// What one search may cost: one for each candidate, more for one whose name is cut into words.
// Some ten milliseconds; only words of a great many files that seldom meet come near it.
constexpr std::uint32_t kMaxWork = 1'000'000;
constexpr std::uint32_t kNameWork = 64;
constexpr std::size_t kMaxScored = 1000;  // Order::best looks at no more matches
constexpr std::size_t kMaxPrefixWords =
    4096;  // with more words of one beginning all files are walked
// Only when the rarest word has more files than this is a prefix looked up to begin with.
constexpr std::size_t kManyFiles = 4096;

struct Row {
  std::uint64_t size_bytes;
  std::uint32_t owner;  // slot, or kNobody
  std::uint32_t place;  // in the owner's files
  std::uint32_t bitrate_kbps;
  std::uint32_t sample_rate_hz;
  std::uint32_t duration_s;
  std::uint32_t same_size;  // an older file in the same bucket of sizes, or kNoFile
};

struct Owner {
  OwnerId id;
  OwnerFiles files;
};

}  // namespace

// A file's id is its row. Ids rise; removed rows are squeezed out together (compact), which also
// keeps ids far from their end.
struct Directory::Impl {
  explicit Impl(std::uint64_t salt) : key{salt, ~salt} {}

  SipKey key;
  std::vector<Row> rows;
  std::vector<std::uint32_t> sizes;  // the newest file of each bucket of sizes
  std::vector<std::unique_ptr<Owner>> owners;
  std::vector<std::uint32_t> free_owners;
  std::unordered_map<std::uint32_t, std::uint32_t> slots;  // OwnerId -> place in owners
  Vocabulary vocabulary{key};
  std::vector<std::string> scratch;
  std::uint64_t live = 0;
  std::uint64_t bytes = 0;

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

  Listed listed(std::uint32_t id) const {
    const Row& row = rows[id];
    const Owner& owner = *owners[row.owner];
    const OwnedFile& file = owner.files.places()[row.place];
    return {owner.id,
            owner.files.name(file),
            owner.files.tag(file),
            row.size_bytes,
            {row.bitrate_kbps, row.sample_rate_hz, row.duration_s},
            file.kind};
  }

  std::uint32_t& bucket(std::uint64_t size) { return sizes[bucket_of(size)]; }
  std::size_t bucket_of(std::uint64_t size) const {
    std::array<char, 8> text{};
    for (unsigned i = 0; i < 8; ++i)
      text[i] = static_cast<char>((size >> (8 * i)) & 0xffU);
    return sip_hash(key, {text.data(), text.size()}) & (sizes.size() - 1);
  }

  // Builds the buckets of sizes anew for as many files as there are.
  void chain_sizes() {
    std::size_t buckets = 64;
    while (buckets < rows.size())
      buckets *= 2;
    sizes = std::vector<std::uint32_t>(buckets, kNoFile);
    for (std::uint32_t id = 0; id < rows.size(); ++id)
      chain(id);
  }
  void chain(std::uint32_t id) {
    rows[id].same_size = std::exchange(bucket(rows[id].size_bytes), id);
  }

  void bury(std::uint32_t id) {
    rows[id].owner = kNobody;
    bytes -= rows[id].size_bytes;
    --live;
  }

  void drop_owner(OwnerId id) {
    const auto found = slots.find(static_cast<std::uint32_t>(id));
    if (found == slots.end()) return;
    for (const OwnedFile& file : owners[found->second]->files.places())
      if (file.id != kNoFile) bury(file.id);
    owners[found->second].reset();
    free_owners.push_back(found->second);
    slots.erase(found);
  }

  void compact_if_due() {
    if (rows.size() - live > live / 2 + kDeadFiles) compact();
  }

  void compact() {
    std::vector<std::uint32_t> new_ids(rows.size(), kNoFile);
    std::vector<Row> kept;
    kept.reserve(live + live / 4);
    for (std::size_t id = 0; id < rows.size(); ++id) {
      if (rows[id].owner == kNobody) continue;
      new_ids[id] = static_cast<std::uint32_t>(kept.size());
      kept.push_back(rows[id]);
    }
    rows = std::move(kept);
    for (const auto& owner : owners)
      if (owner)
        for (OwnedFile& file : owner->files.places())
          if (file.id != kNoFile) file.id = new_ids[file.id];
    vocabulary.renumber(new_ids);
    chain_sizes();
  }

  bool fits(const Query& query, std::uint32_t id) const {
    const Row& row = rows[id];
    return row.owner != kNobody && query.size_bytes.holds(row.size_bytes) &&
           query.bitrate_kbps.holds(row.bitrate_kbps) &&
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

// Calls `take` for the ids that answer the query, newest first, until it says false.
template <class Take>
void Directory::Impl::walk(const Query& query, const Take& take) const {
  if ((query.words.empty() && query.prefixes.empty()) || query.sha1 || rows.empty()) return;
  std::vector<const Vocabulary::Postings*> lists;
  for (const std::string& word : query.words) {
    lists.push_back(vocabulary.find(word));
    if (lists.back() == nullptr) return;
  }
  std::ranges::sort(lists, {}, [](const auto* list) { return list->size(); });
  std::size_t least = lists.empty() ? std::numeric_limits<std::size_t>::max() : lists[0]->size();
  UnionCursor leader = UnionCursor::everything();
  bool word_leads = !lists.empty();
  for (std::size_t i = 0; i < query.prefixes.size() && least > kManyFiles; ++i) {
    std::vector<const Vocabulary::Postings*> found;
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

  std::vector<std::string> words;
  auto bound = static_cast<std::uint32_t>(rows.size() - 1);
  for (std::uint32_t work = 0; work < kMaxWork;) {
    // Each list in turn pulls the candidate down to a file of its own, until all name the same.
    std::uint32_t id = bound;
    for (std::uint32_t before = kNoFile; id != before && work < kMaxWork; ++work) {
      before = id;
      if (!word_leads) id = leader.at_most(id);
      for (std::size_t i = 0; i < all.size() && id != kNoFile; ++i)
        id = all[i].at_most(id);
      if (id == kNoFile) return;
    }
    if (work >= kMaxWork) return;
    const bool left_out =
        std::ranges::any_of(none, [&](PostingCursor& cursor) { return cursor.at_most(id) == id; });
    if (!left_out && fits(query, id)) {
      bool good = true;
      if (!query.prefixes.empty()) {
        work += kNameWork;
        words_into(searched_part(listed(id).name), kMaxQueryWords, words);
        good = std::ranges::all_of(query.prefixes,
                                   [&](const auto& p) { return begins_a_word(words, p); });
      }
      if (good && !take(id)) return;
    }
    if (id == 0) return;
    bound = id - 1;
  }
}

Directory::Directory(std::uint64_t salt) : impl_(std::make_unique<Impl>(salt)) {}
Directory::~Directory() = default;
Directory::Directory(Directory&&) noexcept = default;
Directory& Directory::operator=(Directory&&) noexcept = default;

Directory::Added Directory::add(const Listed& file) {
  Impl& in = *impl_;
  if (file.name.size() > kMaxName || file.tag.size() > kMaxTag) return Added::too_long;
  const Owner* known = in.owner_of(file.owner);
  if (known != nullptr && known->files.find(file.name)) return Added::duplicate;
  if (in.rows.size() >= kNoFile - 1) in.compact();
  if (in.rows.size() >= kNoFile - 1) return Added::too_long;  // four thousand million files live

  const std::uint32_t slot = in.slot_for(file.owner);
  OwnerFiles& files = in.owners[slot]->files;
  const auto id = static_cast<std::uint32_t>(in.rows.size());
  if (!files.add(file.name, file.tag, file.kind, id)) return Added::too_long;
  const auto place = static_cast<std::uint32_t>(files.places().size() - 1);
  push_tight(in.rows, Row{file.size_bytes, slot, place, file.media.bitrate_kbps,
                          file.media.sample_rate_hz, file.media.duration_s, kNoFile});
  if (in.rows.size() > in.sizes.size()) {
    in.chain_sizes();
  } else {
    in.chain(id);
  }
  ++in.live;
  in.bytes += file.size_bytes;
  words_into(searched_part(file.name), kMaxQueryWords, in.scratch);
  for (const std::string& word : in.scratch)
    in.vocabulary.post(word, id);
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
      impl_->rows[of->files.places()[i].id].place = i;
  }
  impl_->compact_if_due();
  return true;
}

void Directory::remove_owner(OwnerId owner) {
  impl_->drop_owner(owner);
  impl_->compact_if_due();
}

void Directory::search(const Query& query, const Accept& accept, const Visit& visit) const {
  const Impl& in = *impl_;
  if (query.limit == 0) return;
  const bool best = query.order == Order::best;
  std::vector<std::pair<double, std::uint32_t>> scored;
  std::uint32_t taken = 0;
  in.walk(query, [&](std::uint32_t id) {
    const Listed file = in.listed(id);
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
    visit(in.listed(id));
}

void Directory::browse(OwnerId owner, const std::function<bool(const Listed&)>& visit) const {
  const Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return;
  for (const OwnedFile& file : of->files.places())
    if (file.id != kNoFile && !visit(impl_->listed(file.id))) return;
}

bool Directory::find(OwnerId owner, std::string_view name, const Visit& visit) const {
  const Owner* of = impl_->owner_of(owner);
  if (of == nullptr) return false;
  const auto place = of->files.find(name);
  if (place && visit) visit(impl_->listed(of->files.places()[*place].id));
  return place.has_value();
}

void Directory::find_tag(std::string_view tag, std::uint64_t size_bytes, std::uint32_t limit,
                         const Visit& visit) const {
  const Impl& in = *impl_;
  if (in.sizes.empty() || limit == 0) return;
  std::uint32_t taken = 0;
  std::uint32_t id = in.sizes[in.bucket_of(size_bytes)];
  for (std::uint32_t work = 0; id != kNoFile && work < kMaxWork; ++work) {
    const Row& row = in.rows[id];
    if (row.owner != kNobody && row.size_bytes == size_bytes) {
      const Listed file = in.listed(id);
      if (file.tag.starts_with(tag)) {
        visit(file);
        if (++taken >= limit) return;
      }
    }
    id = row.same_size;
  }
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
  std::size_t sum = sizeof(Impl) + in.rows.capacity() * sizeof(Row) +
                    (in.sizes.capacity() + in.free_owners.capacity()) * sizeof(std::uint32_t) +
                    in.owners.capacity() * sizeof(in.owners[0]) + in.slots.size() * kMapNode +
                    in.vocabulary.memory();
  for (const auto& owner : in.owners)
    if (owner) sum += sizeof(OwnerId) + owner->files.memory();
  return sum;
}

}  // namespace p2p
