// PartFile: a download on disk, filled from its beginning to its end, and its final name (third
// walk of architecture.md). What it holds after a crash is what its resume record claims: bytes are
// on the disk before the record says so, and bytes behind the claim are not trusted.
//
// Disk's thread only; jobs share it. Call order: open catch_up* (write | save | start_over)*
// finish | remove; rest() anywhere between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <openssl/types.h>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"

#include "servent/transfer/disk.h"
#include "servent/transfer/resume.h"

namespace p2p::transfer {

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
  std::string why;             // for people, "disk is full"
  std::filesystem::path path;  // of the finished file
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
  // complete, and finish() tells where it is.
  Stored open();
  // How much is there now, after all jobs before.
  Stored tell() const { return said(Stored::What::ok); }
  // Digests some of what open() found; unfinished until all of it is.
  Stored catch_up();
  // Bytes of one delivery. What lies before the end must be equal; the rest is appended. After
  // a refusal all later bytes of the same delivery are ignored.
  Stored write(unsigned delivery, std::uint64_t at, Bytes bytes);
  // Puts all on the disk and then writes the record with that claim.
  Stored save(Resume resume);
  // Throws all bytes away; the record says so first.
  Stored start_over(Resume resume);
  // Compares the digest, puts all on the disk and gives it its final name in `folder`, which is
  // made when missing; never over another file's. Then the record goes. Nothing is changed any more
  // once it has that name.
  Stored finish(const std::filesystem::path& folder, const std::string& name);
  // What the content must be, where nobody promised it so far. Forgotten by start_over().
  void expect(const Sha1& sha1);
  void remove();  // bytes and record
  void rest();    // holds no descriptor until it is used again

 private:
  bool reach();  // opens the file if it is not; errno when false
  Stored trouble(int error) const;
  Stored said(Stored::What what) const;
  bool append(std::uint64_t at, Bytes bytes);
  bool start_is_wrong();
  void restart_digest();
  void note(const std::filesystem::path& path, std::uint64_t inode) const;
  Stored placed();

  const std::filesystem::path part_;
  const std::uint64_t size_bytes_;
  const std::optional<Sha1> promised_;
  std::optional<Sha1> sha1_;  // what finish() compares: promised, or else expected
  const std::optional<Md5> start_md5_;
  const Disk::Stopping stopping_;
  int file_ = -1;
  bool opened_ = false;
  bool dirty_ = false;  // something is not on the disk yet
  std::uint64_t have_ = 0;
  std::uint64_t digested_ = 0;
  bool start_known_ = false;     // checked and right
  unsigned refused_ = 0;         // the delivery that is ignored
  std::filesystem::path final_;  // once it has its name
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest_;
};

}  // namespace p2p::transfer
