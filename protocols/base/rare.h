// Rare: a T that in most owners stays as it is made by default. Those pay for a pointer only, so
// that a million nodes of the laboratory fit into memory.
#pragma once

#include <memory>

namespace p2p {

template <class T>
class Rare {
 public:
  const T& operator*() const { return value_ ? *value_ : usual(); }
  const T* operator->() const { return &**this; }
  // To change it: from now on it takes its room.
  T& change() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }
  // Null: nobody changed it so far.
  T* changed() { return value_.get(); }
  const T* changed() const { return value_.get(); }
  bool is_usual() const { return !value_; }

 private:
  static const T& usual() {
    static const T usual{};
    return usual;
  }

  std::unique_ptr<T> value_;
};

}  // namespace p2p
