// Plain values as JSON and back, by one table of names for both directions. The tables are in
// snapshot_json.cc and request_json.cc; docs/control.md tells what comes out.
//
// A row is an object, an enumerator is a word, an empty optional is null. What comes in is taken
// only if it has the right kind: a field that is missing keeps its value, one that is of another
// kind makes the whole thing refused, and one that is not known is passed over.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "servent/api/snapshot.h"
#include "servent/app/json.h"

namespace p2p::app {

// JSON is UTF-8, names are bytes. A byte that belongs to no UTF-8 becomes one character of
// U+10FF80 to U+10FFFF, which is 0x10FF00 and the byte; nobody writes these characters, and where
// somebody does their own bytes are written so. All else stays as it is, so that every string
// comes back as it was.
std::string to_wire(std::string_view bytes);
std::string from_wire(std::string_view text);

template <class Row, class T>
struct Field {
  const char* name;
  T Row::*member;
};
template <class Row, class T>
Field(const char*, T Row::*) -> Field<Row, T>;

// Of a row: `static constexpr std::tuple kAll{Field{"name", &Row::name}, ...};`
template <class Row>
struct Fields;
// Of an enum that counts from 0: `static constexpr std::array kAll{"word", ...};`
template <class Enum>
struct Words;
template <>
struct Words<api::Priority> {  // in a snapshot and in a request
  static constexpr std::array kAll{"low", "normal", "high"};
};

template <class T>
struct Wire {
  static Json out(const T& row) {
    Json object = Json::object();
    std::apply(
        [&](const auto&... field) {
          ((object[field.name] =
                Wire<std::remove_cvref_t<decltype(row.*field.member)>>::out(row.*field.member)),
           ...);
        },
        Fields<T>::kAll);
    return object;
  }
  static bool in(const Json& object, T& row) {
    if (!object.is_object()) return false;
    return std::apply([&](const auto&... field) { return (one(object, row, field) && ...); },
                      Fields<T>::kAll);
  }

 private:
  template <class F>
  static bool one(const Json& object, T& row, const F& field) {
    const auto at = object.find(field.name);
    return at == object.end() ||
           Wire<std::remove_cvref_t<decltype(row.*field.member)>>::in(*at, row.*field.member);
  }
};

template <>
struct Wire<bool> {
  static Json out(bool value) { return value; }
  static bool in(const Json& json, bool& value) {
    if (!json.is_boolean()) return false;
    value = json.get<bool>();
    return true;
  }
};

template <std::unsigned_integral T>
struct Wire<T> {
  static Json out(T value) { return value; }
  static bool in(const Json& json, T& value) {
    if (!json.is_number_unsigned()) return false;
    const auto number = json.get<std::uint64_t>();
    if (number > std::numeric_limits<T>::max()) return false;
    value = static_cast<T>(number);
    return true;
  }
};

template <>
struct Wire<std::int64_t> {
  static Json out(std::int64_t value) { return value; }
  static bool in(const Json& json, std::int64_t& value) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!json.is_number_integer()) return false;
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > kMost) return false;
    value = json.get<std::int64_t>();
    return true;
  }
};

template <class T>
requires std::is_enum_v<T>
struct Wire<T> {
  static Json out(T value) { return Words<T>::kAll.at(static_cast<std::size_t>(value)); }
  static bool in(const Json& json, T& value) {
    if (!json.is_string()) return false;
    const auto& word = json.get_ref<const std::string&>();
    for (std::size_t i = 0; i < Words<T>::kAll.size(); ++i)
      if (word == Words<T>::kAll[i]) {
        value = static_cast<T>(i);
        return true;
      }
    return false;
  }
};

template <>
struct Wire<std::string> {
  static Json out(const std::string& bytes) { return to_wire(bytes); }
  static bool in(const Json& json, std::string& bytes) {
    if (!json.is_string()) return false;
    bytes = from_wire(json.get_ref<const std::string&>());
    return true;
  }
};

template <class T>
struct Wire<std::optional<T>> {
  static Json out(const std::optional<T>& value) { return value ? Wire<T>::out(*value) : Json(); }
  static bool in(const Json& json, std::optional<T>& value) {
    value.reset();
    return json.is_null() || Wire<T>::in(json, value.emplace());
  }
};

// ["name", value]: a list of these keeps its order, which an object need not.
template <class A, class B>
struct Wire<std::pair<A, B>> {
  static Json out(const std::pair<A, B>& both) {
    return Json::array({Wire<A>::out(both.first), Wire<B>::out(both.second)});
  }
  static bool in(const Json& json, std::pair<A, B>& both) {
    return json.is_array() && json.size() == 2 && Wire<A>::in(json[0], both.first) &&
           Wire<B>::in(json[1], both.second);
  }
};

template <class T>
struct Wire<std::vector<T>> {
  static Json out(const std::vector<T>& all) {
    Json array = Json::array();
    for (const T& one : all)
      array.push_back(Wire<T>::out(one));
    return array;
  }
  static bool in(const Json& json, std::vector<T>& all) {
    if (!json.is_array()) return false;
    all.clear();
    for (const Json& one : json)
      if (!Wire<T>::in(one, all.emplace_back())) return false;
    return true;
  }
};

}  // namespace p2p::app
