#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/digest.h"
#include "core/ids.h"

namespace trade {

template <class Tag, class N>
constexpr std::uint64_t hash_of(Id<Tag, N> id) { return mix64(id.value); }
constexpr std::uint64_t hash_of(std::uint64_t v) { return mix64(v); }
template <std::size_t N>
std::uint64_t hash_of(const Text<N>& t) { return mix_bytes(0, t.view().data(), t.view().size()); }
template <class A, class N, class B, class M>
constexpr std::uint64_t hash_of(const std::pair<Id<A, N>, Id<B, M>>& p) {
  return mix64(p.first.value * 0x9E3779B97F4A7C15ull + p.second.value);
}
template <class A, class B>
std::uint64_t hash_of(const std::pair<A, B>& p) { return mix64(hash_of(p.first) + 0x9E3779B97F4A7C15ull * hash_of(p.second)); }

// A hash map that iterates in insertion order, the same on every machine. An erased key re-inserted goes to the end.
// Pointers and references to values live until the next insert or erase. What was found last is found again without hashing.
template <class K, class V>
class Map {
 public:
  struct Entry {
    K key{};
    V value{};
    bool live = true;
  };

  V* find(const K& key) {
    if (!entries_.empty() && entries_[last_].live && entries_[last_].key == key) return &entries_[last_].value;
    const auto slot = locate(key);
    if (slot == none) return nullptr;
    last_ = index_[slot] - first;
    return &entries_[last_].value;
  }
  const V* find(const K& key) const {
    const auto slot = locate(key);
    return slot == none ? nullptr : &entries_[index_[slot] - first].value;
  }
  bool contains(const K& key) const { return find(key) != nullptr; }
  // The value that must be there; its absence is a bug.
  V& at(const K& key) {
    V* v = find(key);
    CHECK(v != nullptr, "key not in map");
    return *v;
  }
  const V& at(const K& key) const {
    const V* v = find(key);
    CHECK(v != nullptr, "key not in map");
    return *v;
  }
  // The value of `key`, default-made when absent.
  V& operator[](const K& key) {
    if (V* v = find(key)) return *v;
    return insert_new(key, V{});
  }
  // False, and no change, when the key is there.
  bool insert(const K& key, V value) {
    if (contains(key)) return false;
    insert_new(key, std::move(value));
    return true;
  }
  bool erase(const K& key) {
    const auto slot = locate(key);
    if (slot == none) return false;
    auto& e = entries_[index_[slot] - first];
    e.live = false;
    e.value = V{};
    index_[slot] = tomb;
    --live_;
    if (entries_.size() > 16 && live_ * 2 < entries_.size()) rebuild();
    return true;
  }
  void clear() { *this = Map{}; }
  std::size_t size() const { return live_; }
  bool empty() const { return live_ == 0; }

  template <class E, class It>
  class Iterator {
   public:
    Iterator(It at, It end) : at_(at), end_(end) { skip(); }
    E& operator*() const { return *at_; }
    E* operator->() const { return &*at_; }
    Iterator& operator++() {
      ++at_;
      skip();
      return *this;
    }
    bool operator!=(const Iterator& o) const { return at_ != o.at_; }

   private:
    void skip() {
      while (at_ != end_ && !at_->live) ++at_;
    }
    It at_, end_;
  };
  auto begin() { return Iterator<Entry, typename std::vector<Entry>::iterator>(entries_.begin(), entries_.end()); }
  auto end() { return Iterator<Entry, typename std::vector<Entry>::iterator>(entries_.end(), entries_.end()); }
  auto begin() const { return Iterator<const Entry, typename std::vector<Entry>::const_iterator>(entries_.begin(), entries_.end()); }
  auto end() const { return Iterator<const Entry, typename std::vector<Entry>::const_iterator>(entries_.end(), entries_.end()); }

 private:
  static constexpr std::uint32_t empty_slot = 0, tomb = 1, first = 2;
  static constexpr std::size_t none = ~std::size_t{0};

  std::size_t locate(const K& key) const {
    if (index_.empty()) return none;
    const std::size_t mask = index_.size() - 1;
    for (std::size_t i = hash_of(key) & mask;; i = (i + 1) & mask) {
      if (index_[i] == empty_slot) return none;
      if (index_[i] != tomb && entries_[index_[i] - first].key == key) return i;
    }
  }
  V& insert_new(const K& key, V value) {
    if ((entries_.size() + 1) * 4 > index_.size() * 3) rebuild();
    entries_.push_back({key, std::move(value), true});
    last_ = entries_.size() - 1;
    link(last_);
    ++live_;
    return entries_.back().value;
  }
  void link(std::size_t entry) {
    const std::size_t mask = index_.size() - 1;
    std::size_t i = hash_of(entries_[entry].key) & mask;
    while (index_[i] >= first) i = (i + 1) & mask;
    index_[i] = static_cast<std::uint32_t>(entry + first);
  }
  void rebuild() {
    std::vector<Entry> kept;
    kept.reserve(live_ + live_ / 2 + 8);
    for (auto& e : entries_)
      if (e.live) kept.push_back(std::move(e));
    entries_ = std::move(kept);
    last_ = 0;
    std::size_t size = 16;
    while (size * 3 < (live_ + 8) * 8) size *= 2;
    index_.assign(size, empty_slot);
    for (std::size_t i = 0; i < entries_.size(); ++i) link(i);
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> index_;
  std::size_t live_ = 0;
  std::size_t last_ = 0;  // of entries_: found last; within them unless there are none
};

}  // namespace trade
