// PartFile: a download on disk, filled piece by piece in any order, and its final name (third walk
// of architecture.md). It is sparse: what is missing takes no room. What it holds after a crash is
// what its resume record claims: bytes are on the disk (fdatasync) before the record that claims
// them is (fsync, then rename, then fsync of the folder), a record that claims no longer what is
// about to be fetched anew is there before that comes, and bytes outside of the claim are not
// trusted.
//
// Disk's thread only; jobs share it. Call order: open catch_up* (write | check | lose | save |
// start_over)* finish | remove; rest() anywhere between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <openssl/types.h>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/hash_tree.h"
#include "protocols/transfer/piece_map.h"

#include "servent/transfer/disk.h"
#include "servent/transfer/resume.h"

namespace p2p::transfer {

struct Checked {
  PieceIndex piece = 0;
  bool is_right = false;
};

// How a job on the disk went.
struct Stored {
  enum class What : std::uint8_t {
    ok,
    unfinished,     // call again
    ignored,        // of a delivery that has been turned down already
    differs,        // from the bytes that are there: nothing of it was kept
    start_differs,  // not the file that its start hash promised
    wrong,          // not the content that its digest promised
    trouble,        // the disk's: `why`
  };
  What what = What::ok;
  std::uint64_t have_bytes = 0;
  std::string why{};               // for people, "disk is full"
  int error = 0;                   // its errno
  std::filesystem::path path{};    // of the finished file
  std::vector<Checked> checked{};  // by write() and check()
  // When the finished file was last changed, as the disk says.
  std::optional<std::int64_t> modified_unix{};
};

// What of a delivered block is of use.
struct PartWrite {
  std::uint64_t at = 0;  // where `bytes` begins in the file
  Bytes bytes{};
  Extent compare{};                  // must be equal to what is there
  std::vector<Extent> fresh{};       // to be written
  std::vector<PieceIndex> pieces{};  // to be checked then, if there is a tree
};

class PartFile {
 public:
  // At `part`, with its record beside it.
  PartFile(std::filesystem::path part, std::uint64_t size_bytes, std::optional<Sha1> sha1,
           std::optional<Md5> start_md5, Disk::Stopping stopping);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  // Takes over what the record claims, also that the file has its final name already: then it is
  // complete, and finish() tells where it is. Of a part that was changed after its record nothing
  // is called verified. Called again after trouble it gives up what the file has not any more.
  Stored open();
  // How much is there now, after all jobs before.
  Stored tell() const { return said(Stored::What::ok); }
  const PieceMap& map() const { return map_; }  // and which bytes
  // Digests some of what open() found at the beginning; unfinished until all of it is.
  Stored catch_up();
  // Bytes of one delivery, whose number is never zero. After a refusal all later bytes of the same
  // delivery are ignored.
  Stored write(unsigned delivery, const PartWrite& block);
  // By the tree; nothing is said of a piece that is not there, or when there is no tree. A wrong
  // one is thrown away.
  Stored check(const std::vector<PieceIndex>& pieces);
  // Of what is there only this is wanted still.
  Stored keep_only(const Extents& had);
  // Puts all on the disk and then writes the record with that claim.
  Stored save(Resume resume);
  // Throws all bytes away; the record says so first.
  Stored start_over(Resume resume);
  // Compares the digest, puts all on the disk and gives it its final name in `folder`, which is
  // made when missing; never over another file's. Then the record goes. Nothing is changed any more
  // once it has that name: also the time, if one is given, is set before.
  Stored finish(const std::filesystem::path& folder, const std::string& name,
                std::optional<std::int64_t> modified_unix = {});
  // What the content must be, where nobody promised it so far. Forgotten by start_over().
  void expect(const Sha1& sha1);
  // By which pieces are checked; null: by none. Its leaves are no larger than a piece.
  void check_by(std::shared_ptr<const HashTree> tree) { tree_ = std::move(tree); }
  void remove();  // bytes and record
  void rest();    // holds no descriptor until it is used again

 private:
  bool reach();  // opens the file if it is not; errno when false
  Stored look_again();
  Stored trouble(int error) const;
  Stored said(Stored::What what) const;
  std::uint64_t run_at_start() const;
  bool is_equal(const Extent& extent, Bytes bytes);
  bool put(std::uint64_t at, Bytes bytes);
  bool digest_some(std::uint64_t most);
  bool start_is_wrong();
  void restart_digest();
  bool check_one(PieceIndex piece, std::vector<Checked>& out);
  void lose(const Extent& extent);
  void change_record(const std::function<void(Resume&)>& change) const;
  Stored placed();

  const std::filesystem::path part_;
  const std::uint64_t size_bytes_;
  const std::optional<Sha1> promised_;
  std::optional<Sha1> sha1_;  // what finish() compares: promised, or else expected
  const std::optional<Md5> start_md5_;
  const Disk::Stopping stopping_;
  std::shared_ptr<const HashTree> tree_;
  int file_ = -1;
  bool opened_ = false;
  bool dirty_ = false;  // something is not on the disk yet
  PieceMap map_;
  Extents claimed_;              // by the record
  std::uint64_t digested_ = 0;   // from the beginning on
  bool start_known_ = false;     // checked and right
  unsigned refused_ = 0;         // the delivery that is ignored
  std::filesystem::path final_;  // once it has its name
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest_;
};

}  // namespace p2p::transfer
