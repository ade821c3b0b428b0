#include "servent/lab/corpus.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "protocols/base/keywords.h"
#include "protocols/base/rng.h"

namespace p2p::lab {

namespace {

constexpr std::string_view kConsonants = "bcdfghjklmnprstvwxyz";
constexpr std::string_view kVowels = "aeiou";
constexpr std::size_t kSyllables = kConsonants.size() * kVowels.size();
constexpr std::size_t kFewest = 3;  // syllables of a word

constexpr std::array<std::string_view, 16> kStyles{
    "ambient", "blues", "chanson", "choral", "country", "disco", "folk", "funk",
    "gospel",  "jazz",  "opera",   "organ",  "reggae",  "rock",  "soul", "swing"};
constexpr std::string_view kExtension = ".mp3";
constexpr std::uint64_t kMeanBytes = 3'900'000;
constexpr std::uint32_t kBitrateKbps = 128;
constexpr std::uint64_t kBytesASecond = kBitrateKbps * 1000 / 8;

// Salts of what is drawn for a file.
enum Salt : std::uint64_t { artist_salt = 1, style_salt, size_salt, digest_salt };

// Another word for every number.
std::string spelled(std::uint64_t number) {
  std::string word;
  for (std::size_t i = 0; i < kFewest || number > 0; ++i, number /= kSyllables) {
    word += kConsonants[number % kConsonants.size()];
    word += kVowels[number % kSyllables / kConsonants.size()];
  }
  return word;
}

std::optional<std::uint64_t> read_spelled(std::string_view word) {
  if (word.size() < 2 * kFewest || word.size() > 2 * kFewest + 2 || word.size() % 2 != 0) return {};
  std::uint64_t number = 0;
  for (std::size_t at = word.size(); at > 0; at -= 2) {
    const std::size_t consonant = kConsonants.find(word[at - 2]);
    const std::size_t vowel = kVowels.find(word[at - 1]);
    if (consonant == std::string_view::npos || vowel == std::string_view::npos) return {};
    number = number * kSyllables + vowel * kConsonants.size() + consonant;
  }
  return number;
}

std::uint32_t word_hash(std::string_view word) {  // FNV-1a
  std::uint32_t hash = 2'166'136'261U;
  for (const char letter : word)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 16'777'619U;
  return hash;
}

// A digest begins with the file's number, turned over so that it looks like one.
constexpr std::uint32_t kTurn = 0x9e3779b1U;
constexpr std::uint32_t kTurnBack = 0x0e8b2f51U;
static_assert(kTurn * kTurnBack == 1);  // modulo 2^32

template <class Digest>
Digest digest_of(FileNumber file, std::uint64_t seed) {
  Digest digest;
  Rng rng(seed);
  for (std::byte& byte : digest.bytes)
    byte = static_cast<std::byte>(rng() >> 56U);
  const std::uint32_t turned = file * kTurn;
  std::memcpy(digest.bytes.data(), &turned, sizeof(turned));
  return digest;
}

template <class Digest>
FileNumber file_of(const Digest& digest) {
  std::uint32_t turned = 0;
  std::memcpy(&turned, digest.bytes.data(), sizeof(turned));
  return turned * kTurnBack;
}

}  // namespace

Corpus::Corpus(std::size_t files, std::uint64_t seed) : files_(files), seed_(seed) {
  std::vector<std::string> words;
  for (FileNumber file = 0; file < files_; ++file) {
    words_into(name(file), kMaxQueryWords, words);
    for (const std::string& word : words)
      index_.emplace_back(word_hash(word), file);
  }
  std::ranges::sort(index_);
}

// ---- one file ---------------------------------------------------------------------------------

std::uint64_t Corpus::drawn(FileNumber file, std::uint64_t salt) const {
  return Rng(seed_ ^ (salt << 32U) ^ file)();
}

std::string Corpus::own_word(FileNumber file) const {
  return spelled(file);
}

// The letter behind the syllables keeps it from being some file's own word.
std::string Corpus::artist(FileNumber file) const {
  const std::size_t artists = std::max<std::size_t>(files_ / kFilesOfArtist, 1);
  return spelled(drawn(file, artist_salt) % artists) + 'n';
}

std::string Corpus::name(FileNumber file) const {
  std::string name(kStyles[drawn(file, style_salt) % kStyles.size()]);
  name += ' ';
  name += artist(file);
  name += ' ';
  name += own_word(file);
  return name += kExtension;
}

std::uint64_t Corpus::size_bytes(FileNumber file) const {
  return kMeanBytes / 2 + drawn(file, size_salt) % kMeanBytes;
}

SharedFile Corpus::file(FileNumber file) const {
  SharedFile shared;
  shared.id = std::uint64_t{file} + 1;
  shared.name = name(file);
  shared.size_bytes = size_bytes(file);
  shared.sha1 = digest_of<Sha1>(file, drawn(file, digest_salt));
  shared.uuhash = digest_of<UuHash>(file, drawn(file, digest_salt));
  shared.media.bitrate_kbps = kBitrateKbps;
  shared.media.sample_rate_hz = 44'100;
  shared.media.duration_s = static_cast<std::uint32_t>(shared.size_bytes / kBytesASecond);
  return shared;
}

// ---- back -------------------------------------------------------------------------------------

std::optional<FileNumber> Corpus::by_name(std::string_view name) const {
  if (!name.ends_with(kExtension)) return {};
  const std::string_view stem = name.substr(0, name.size() - kExtension.size());
  const auto number = read_spelled(stem.substr(stem.find_last_of(' ') + 1));
  if (!number || *number >= files_) return {};
  const auto file = static_cast<FileNumber>(*number);
  return this->name(file) == name ? std::optional(file) : std::nullopt;
}

std::optional<FileNumber> Corpus::by_digest(const Sha1& sha1) const {
  const FileNumber file = file_of(sha1);
  if (file >= files_ || digest_of<Sha1>(file, drawn(file, digest_salt)) != sha1) return {};
  return file;
}

std::optional<FileNumber> Corpus::by_digest(const UuHash& hash) const {
  const FileNumber file = file_of(hash);
  if (file >= files_ || digest_of<UuHash>(file, drawn(file, digest_salt)) != hash) return {};
  return file;
}

// ---- questions --------------------------------------------------------------------------------

bool Corpus::fits(const Query& query, FileNumber file) const {
  const SharedFile shared = this->file(file);
  return matches(query, shared.name, shared.size_bytes, shared.media, shared.tags) &&
         (!query.sha1 || query.sha1 == shared.sha1) &&
         (!query.uuhash || query.uuhash == shared.uuhash);
}

// Those that have all these words, and maybe a few more: two words may have one hash.
std::vector<FileNumber> Corpus::having(const std::vector<std::string>& words) const {
  std::vector<FileNumber> files;
  for (const std::string& word : words) {
    const std::uint32_t hash = word_hash(word);
    const auto from = std::ranges::lower_bound(index_, Posting{hash, 0});
    const auto to = std::ranges::upper_bound(index_, hash, {}, &Posting::first);
    std::vector<FileNumber> these;
    for (auto at = from; at != to; ++at)
      these.push_back(at->second);
    if (&word == &words.front()) {
      files = std::move(these);
      continue;
    }
    std::erase_if(files, [&](FileNumber one) { return !std::ranges::binary_search(these, one); });
  }
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::vector<FileNumber> Corpus::matching(const Query& query) const {
  std::vector<FileNumber> files;
  if (query.sha1 || query.uuhash) {
    const auto file = query.sha1 ? by_digest(*query.sha1) : by_digest(*query.uuhash);
    if (file) files.push_back(*file);
  } else if (!query.words.empty()) {
    files = having(query.words);
  } else {
    files.resize(files_);
    for (FileNumber file = 0; file < files_; ++file)
      files[file] = file;
  }
  std::erase_if(files, [&](FileNumber file) { return !fits(query, file); });
  return files;
}

}  // namespace p2p::lab
