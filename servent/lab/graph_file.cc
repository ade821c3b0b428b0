#include "servent/lab/graph_file.h"

#include <array>
#include <istream>
#include <memory>
#include <streambuf>

#include <zlib.h>

namespace p2p::lab {

namespace {

constexpr std::size_t kBuffer = 65'536;

// zlib's gzread gives what is not packed as it is.
class Unpacked final : public std::streambuf {
 public:
  explicit Unpacked(gzFile file) : file_(file) {}
  bool is_broken() const { return is_broken_; }

 private:
  int_type underflow() override {
    const int got = gzread(file_, buffer_.data(), static_cast<unsigned>(buffer_.size()));
    is_broken_ = got < 0;
    if (got <= 0) return traits_type::eof();
    setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
    return traits_type::to_int_type(buffer_.front());
  }

  gzFile file_;
  bool is_broken_ = false;
  std::array<char, kBuffer> buffer_{};
};

}  // namespace

Result<ReadGraph> read_graph_file(const std::string& file) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> open(gzopen(file.c_str(), "rb"), gzclose);
  if (!open) return fail(Errc::io, file + " cannot be read");
  const auto bytes = std::make_unique<Unpacked>(open.get());
  std::istream in(bytes.get());
  auto read = read_graph(in);
  int end = Z_OK;
  gzerror(open.get(), &end);
  if (bytes->is_broken() || end == Z_BUF_ERROR)
    return fail(Errc::io, file + " cannot be read to its end");
  if (!read) return fail(read.error().code, file + ": " + read.error().detail);
  return read;
}

}  // namespace p2p::lab
