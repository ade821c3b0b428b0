// My files while the program runs: one thread scans and hashes, another answers questions from the
// catalogue. Every method is called on the loop's thread and every callback comes back there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/file.h"
#include "protocols/base/hash_tree.h"
#include "protocols/base/query.h"
#include "protocols/base/result.h"
#include "protocols/command.h"
#include "protocols/transfer/file_wanted.h"

#include "index/hasher.h"

#include "servent/api/snapshot.h"
#include "servent/app/shared_file.h"

namespace boost::asio {
class io_context;
}

namespace p2p::app {

struct LibraryHooks {                          // all set
  std::function<void(const Shared&)> changed;  // files came or went
  std::function<void()> progress;              // row() differs
  std::function<void(api::LogLevel, const std::string&)> log;
};

class Library {
 public:
  // `loop` outlives the library. The catalogue is made when there is none, and set aside and made
  // anew when it cannot be read, also when that shows only later. After `look_again` the folders
  // are looked through once more if a file changed while it was read or the disk was full, then
  // after twice the time, up to sixty times it. `trees`: a mode here gives trees of hashes; files
  // that were read without one are then read again.
  Library(boost::asio::io_context& loop, std::filesystem::path catalogue, LibraryHooks hooks,
          index::Trees trees, std::chrono::milliseconds look_again = std::chrono::seconds(10));
  ~Library();  // as stop()
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  Library(Library&&) = delete;
  Library& operator=(Library&&) = delete;

  // And looks through them. Absolute and without links; nobody waits for their disk here.
  void set_folders(std::vector<std::filesystem::path> folders);
  void rescan();
  // The modes are others now. What was read without a tree is read again where trees are wanted,
  // and stays shared meanwhile; trees that are there stay.
  void want_trees(index::Trees trees);

  void match(Query query, std::size_t limit, std::function<void(std::vector<SharedFile>)> done);
  // Ascending ids after `after`; `next` is the cursor for the following page.
  void page(std::uint64_t after, std::size_t limit,
            std::function<void(std::vector<SharedFile>, std::uint64_t next, bool last)> done);
  // Which of these contents are shared, in no promised order.
  void which(std::vector<Sha1> contents, std::function<void(std::vector<Sha1>)> done);
  void locate(transfer::FileWanted wanted, std::function<void(std::optional<Located>)> done);

  void tree(const Sha1& content, std::function<void(std::optional<HashTree>)> done);

  // What is in a shared folder: "Music/1971". With the files that wait to be hashed.
  void look_into(const std::string& folder, std::function<void(api::Listing)> done);

  api::LibraryRow row() const;
  void stop();  // within half a second, even in the middle of a file; no callback comes after it

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace p2p::app
