#include "servent/transfer/part_jobs.h"

#include <utility>

#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace fs = std::filesystem;

namespace {

// What a crash may cost at most: so much is fetched before the record claims it.
constexpr std::uint64_t kUnkeptBytes = std::uint64_t{32} * 1024 * 1024;
constexpr std::int64_t kUnkeptMs = 5'000;

fs::path part_path(const fs::path& folder, const Wanted& wanted) {
  const std::string key = wanted.sha1     ? to_base32(*wanted.sha1)
                          : wanted.uuhash ? to_hex(*wanted.uuhash)
                                          : part_key(wanted.name);
  return folder / (key + "." + std::to_string(wanted.size_bytes) + ".part");
}

}  // namespace

PartJobs::PartJobs(ContextPtr context, const Wanted& wanted)
    : context_(std::move(context)),
      path_(part_path(context_->settings.state, wanted)),
      file_(std::make_shared<PartFile>(path_, wanted.size_bytes, wanted.sha1, wanted.start_md5,
                                       context_->disk.stopping())) {}

void PartJobs::run(std::function<Stored(PartFile&)> job, Then then) {
  context_->disk.run([file = file_, job = std::move(job)] { return job(*file); },
                     [then = std::move(then)](const Stored& stored) {
                       if (then) then(stored);
                     });
}

void PartJobs::open(Then then) {
  run(
      [](PartFile& file) {
        Stored stored = file.open();
        return stored.what == Stored::What::ok ? file.catch_up() : stored;
      },
      std::move(then));
}

void PartJobs::catch_up(Then then) {
  run([](PartFile& file) { return file.catch_up(); }, std::move(then));
}

void PartJobs::tell(ThenMap then) {
  const auto map = std::make_shared<std::optional<PieceMap>>();
  run(
      [map](PartFile& file) {
        map->emplace(file.map());
        return file.tell();
      },
      [map, then = std::move(then)](const Stored& stored) { then(stored, **map); });
}

void PartJobs::check(std::vector<PieceIndex> pieces, Then then) {
  run([pieces = std::move(pieces)](PartFile& file) { return file.check(pieces); }, std::move(then));
}

void PartJobs::keep_only(Extents had) {
  run([had = std::move(had)](PartFile& file) { return file.keep_only(had); }, {});
}

void PartJobs::check_by(std::shared_ptr<const HashTree> tree) {
  run(
      [tree = std::move(tree)](PartFile& file) {
        file.check_by(tree);
        return file.tell();
      },
      {});
}

void PartJobs::write(BlockPtr block, PartWrite what, unsigned delivery, Then then) {
  ++*writing_;
  auto job = [block, what = std::move(what), delivery](PartFile& file) mutable {
    what.bytes = block->bytes();
    return file.write(delivery, what);
  };
  run(std::move(job), [block = std::move(block), context = context_, writing = writing_,
                       then = std::move(then)](const Stored& stored) {
    --*writing;
    then(stored);
    context->blocks.give_back(block);
  });
}

void PartJobs::expect(const Sha1& sha1) {
  run(
      [sha1](PartFile& file) {
        file.expect(sha1);
        return file.tell();
      },
      {});
}

void PartJobs::start_over(Resume resume, Then then) {
  run([resume = std::move(resume)](PartFile& file) { return file.start_over(resume); },
      std::move(then));
}

void PartJobs::finish(const std::string& name, std::optional<std::int64_t> modified_unix,
                      Then then) {
  run([folder = context_->settings.downloads, name,
       modified_unix](PartFile& file) { return file.finish(folder, name, modified_unix); },
      std::move(then));
}

bool PartJobs::is_due(std::uint64_t have_bytes, std::int64_t now) const {
  return have_bytes >= kept_bytes_ + kUnkeptBytes || now >= kept_at_ + kUnkeptMs;
}

void PartJobs::keep(const Resume& resume, bool more_comes, std::int64_t now, Then then) {
  kept_bytes_ = resume.have_bytes;
  kept_at_ = now;
  run(
      [resume, more_comes](PartFile& file) {
        Stored stored = file.save(resume);
        if (!more_comes) file.rest();
        return stored;
      },
      std::move(then));
}

void PartJobs::rest() {
  run(
      [](PartFile& file) {
        file.rest();
        return file.tell();
      },
      {});
}

void PartJobs::remove() {
  run(
      [](PartFile& file) {
        file.remove();
        return file.tell();
      },
      {});
}

}  // namespace p2p::transfer
