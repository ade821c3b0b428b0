#include "protocols/kazaa/child_index.h"

#include <string>

#include "protocols/kazaa/translate.h"

namespace p2p::kazaa {

namespace {

// All tags but the name, which the directory keeps itself.
Buffer kept_tags(const Tags& tags) {
  constexpr std::size_t kHeader = 7;  // number and length, at most
  TagBuilder builder;
  tags.for_each([&](const TagValue& tag) {
    const std::size_t size = builder.tags().encoded().size() + kHeader + tag.value.size();
    if (tag.tag != Tag::name && size <= kMaxKeptTags) builder.bytes(tag.tag, tag.value);
  });
  Buffer kept;
  append_tags(kept, builder.tags());
  return kept;
}

// What is searched beside the name: all texts, and the digest.
std::string searched_texts(const Tags& tags) {
  std::string text;
  tags.for_each([&](const TagValue& tag) {
    if (tag.tag != Tag::name && is_text(tag.tag)) text.append(text_of(tag.value)) += ' ';
  });
  if (const auto sha1 = tags.sha1()) text += index_word(*sha1);
  return text;
}

FileKind kind_of_share(const Share& share) {
  const FileKind kind = kind_of(share.media);
  return kind != FileKind::any ? kind : file_kind(share.file.tags.text(Tag::name));
}

// The tags of a file in the directory; none when they cannot be read, which we wrote ourselves.
Tags tags_of(const Listed& listed) {
  Reader reader(bytes_of(listed.tag));
  return Tags::read(reader).value_or(Tags());
}

// The file as its owner told it; a view of `tags`.
File file_of(const Listed& listed, TagBuilder& tags) {
  tags.clear();
  tags.text(Tag::name, listed.name).all(tags_of(listed));
  File file;
  file.hash = listed.key.value_or(UuHash{});
  file.file_id = file_id_of(file.hash);
  file.size_bytes = listed.size_bytes;
  file.tags = tags.tags();
  return file;
}

}  // namespace

Directory::Added ChildIndex::add(OwnerId owner, const Share& share) {
  const std::string_view name = share.file.tags.text(Tag::name);
  if (name.empty()) return Directory::Added::too_long;
  const Buffer tags = kept_tags(share.file.tags);
  const std::string words = searched_texts(share.file.tags);
  Listed listed;
  listed.owner = owner;
  listed.name = name;
  listed.tag = text_of(tags);
  listed.words = words;
  listed.key = share.file.hash;
  listed.size_bytes = share.file.size_bytes;
  listed.media = media_fields(share.file.tags);
  listed.kind = kind_of_share(share);
  return files_.add(listed);
}

bool ChildIndex::remove(OwnerId owner, const File& file) {
  return files_.remove(owner, file.hash, file.tags.text(Tag::name));
}

void ChildIndex::search(const Question& question, std::uint32_t limit, const Accept& accept,
                        const Visit& visit) const {
  TagBuilder tags;
  const auto tell = [&](const Listed& listed) { visit(listed.owner, file_of(listed, tags)); };
  if (question.hash()) {  // nothing else of the question is looked at by find_key()
    const auto fits = [&](const Listed& listed) {
      return accept(listed.owner) && question.fits(file_of(listed, tags));
    };
    files_.find_key(*question.hash(), fits, limit, tell);
    return;
  }
  const auto fits = [&](const Listed& listed) {
    return accept(listed.owner) &&
           (!question.has_fields() || question.fits_fields(tags_of(listed)));
  };
  Query query = question.lookup();
  query.limit = limit;
  files_.search(query, fits, tell);
}

void ChildIndex::sum_up(OwnerId owner, Sums& sums) const {
  files_.browse(owner, [&](const Listed& listed) {
    Sum& sum = sums.at(static_cast<std::size_t>(media_of(listed.kind)));
    ++sum.files;
    sum.bytes += listed.size_bytes;
    return true;
  });
}

}  // namespace p2p::kazaa
