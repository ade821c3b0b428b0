// Section 9 of the screen's specification: the only way of a stranger's bytes into a cell. Shown
// can be made by sanitize() alone, and a Surface takes nothing else. Bytes on disk and on the wire
// are never changed by it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2p::tui {

struct Cluster {  // a base character and what combines with it
  std::string text;
  int width = 1;      // 1 or 2, never 0
  bool warn = false;  // part of an escape such as ⟨ESC⟩
};

class Shown {
 public:
  Shown() = default;
  const std::vector<Cluster>& clusters() const { return clusters_; }
  int width() const { return width_; }
  bool altered() const { return altered_; }  // something was replaced or dropped
  bool is_ascii() const { return ascii_; }
  std::string text() const;
  // Cut in the middle to `cells`, keeping the extension; never inside a cluster.
  Shown middle_cut(int cells) const;
  Shown end_cut(int cells) const;
  Shown last(int cells) const;  // the end of it, without a mark
  // For a locale that is not UTF-8: our signs as their twins, any other letter as '?'; cuts are
  // then marked with three dots.
  Shown in_ascii() const;

 private:
  friend Shown sanitize(std::string_view untrusted);
  friend Shown sanitize_name(std::string_view untrusted);
  void add(Cluster cluster);
  void add_all(const Shown& more);
  std::vector<Cluster> clusters_;
  int width_ = 0;
  bool altered_ = false;
  bool ascii_ = false;
};

Shown sanitize(std::string_view untrusted);
// The same, and spaces at the end are seen: "a.exe" and "a.exe " differ.
Shown sanitize_name(std::string_view untrusted);

}  // namespace p2p::tui
