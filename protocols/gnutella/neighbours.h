// Neighbours: those of one node, by their links. A few lie in the node itself, as near to the rest
// of it as can be, and are searched one by one; more are outside and have an index. Those that are
// open come first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <ranges>
#include <unordered_map>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "protocols/gnutella/neighbour.h"

namespace p2p::gnutella {

class Neighbours {
  struct Release {
    void operator()(Neighbour* neighbour) const;
  };

 public:
  // It stays where it is. One that lies inside leaves room for another when it is let go.
  using Owned = std::unique_ptr<Neighbour, Release>;

 private:
  struct Place {
    LinkId link{};
    Owned neighbour;  // never null
  };

 public:
  // Some of them, as a range of pointers; until one comes, opens or goes.
  class Range {
   public:
    class Iterator {
     public:
      // NOLINTBEGIN(readability-identifier-naming): std asks for them
      using difference_type = std::ptrdiff_t;
      using value_type = Neighbour*;
      using iterator_category = std::forward_iterator_tag;
      using reference = Neighbour*;
      using pointer = Neighbour* const*;
      // NOLINTEND(readability-identifier-naming)

      Iterator() = default;
      explicit Iterator(const Place* at) : at_(at) {}
      Neighbour* operator*() const { return at_->neighbour.get(); }
      Iterator& operator++() {
        ++at_;
        return *this;
      }
      Iterator operator++(int) { return Iterator(at_++); }
      friend bool operator==(const Iterator&, const Iterator&) = default;

     private:
      const Place* at_ = nullptr;
    };

    Range(const Place* first, std::size_t size) : first_(first), size_(size) {}
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(first_ + size_); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    Neighbour* operator[](std::size_t at) const { return first_[at].neighbour.get(); }
    Neighbour* front() const { return (*this)[0]; }
    Neighbour* back() const { return (*this)[size_ - 1]; }
    // NOLINTNEXTLINE(google-explicit-constructor): a copy, for who changes them on the way
    operator std::vector<Neighbour*>() const { return {begin(), end()}; }

   private:
    const Place* first_;
    std::size_t size_;
  };

  // A hint: this one will be asked for. Those inside come with the node.
  void expect(LinkId link) const;
  Neighbour* find(LinkId link) const;
  Neighbour& add(LinkId link);  // which is not there
  void open(LinkId link);       // which is not open
  // Out of here; null: it is not here.
  Owned take(LinkId link);

  std::size_t size() const { return places_.size(); }
  Range all() const { return {places_.data(), places_.size()}; }
  Range opened() const { return {places_.data(), open_}; }
  Range not_open() const { return {places_.data() + open_, places_.size() - open_}; }

  // Neighbour::pack for all of them; into none.
  void pack(Packer& out, const Endpoint& listen, Time started) const;
  void unpack(Unpacker& in, const Endpoint& listen, Time started);

 private:
  static constexpr std::size_t kInside = 5;        // neighbours; an idle node stays below 1 KiB
  static constexpr std::size_t kPlacesInside = 6;  // places that need no memory of their own
  static constexpr std::size_t kSearched = 16;     // so many without an index
  using Index = std::unordered_map<LinkId, std::size_t>;

  Owned room();  // for a new one
  void make_index();
  std::size_t place_of(LinkId link) const;  // its number, or size()
  void move(std::size_t from, std::size_t to);

  std::array<Neighbour, kInside> inside_{};  // free but for those that say that they are inside
  boost::container::small_vector<Place, kPlacesInside> places_;
  std::uint32_t open_ = 0;
  std::unique_ptr<Index> index_;  // of the places; null: not needed so far
};

}  // namespace p2p::gnutella

// Its iterators point into the node's list, not into the range.
// NOLINTBEGIN(readability-identifier-naming): std's name
template <>
inline constexpr bool std::ranges::enable_borrowed_range<p2p::gnutella::Neighbours::Range> = true;
// NOLINTEND(readability-identifier-naming)
