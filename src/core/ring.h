#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "core/check.h"

namespace trade {

// A queue of byte blocks (16-aligned, contiguous) from one producer thread to one consumer thread; lock-free.
// With a capacity that is full, reserve() returns nullptr; grow() makes room, but only while producer and consumer are one thread.
class ByteRing {
 public:
  explicit ByteRing(std::size_t capacity = 1u << 16) { allocate(std::bit_ceil(capacity < 256 ? std::size_t{256} : capacity)); }

  // Room for a block of `n` bytes, or nullptr when full. Nothing is visible before commit().
  void* reserve(std::size_t n) {
    const std::size_t need = sizeof(Block) + round_up(n);
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    std::size_t at = tail & mask_;
    const std::size_t pad = at + need > capacity() ? capacity() - at : 0;
    if (need + pad > capacity() - (tail - head_seen_)) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (need + pad > capacity() - (tail - head_seen_)) return nullptr;
    }
    if (pad != 0) {
      block(at)->bytes = skip;
      at = 0;
    }
    block(at)->bytes = n;
    reserved_ = tail + pad + need;
    return block(at) + 1;
  }
  void commit() { tail_.store(reserved_, std::memory_order_release); }

  // The oldest block, or nullptr when empty. It stays until pop().
  void* front(std::size_t* bytes = nullptr) {
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return nullptr;
    }
    if (block(head & mask_)->bytes == skip) {
      head += capacity() - (head & mask_);
      head_.store(head, std::memory_order_release);
    }
    auto* b = block(head & mask_);
    if (bytes != nullptr) *bytes = b->bytes;
    return b + 1;
  }
  void pop() {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    head_.store(head + sizeof(Block) + round_up(block(head & mask_)->bytes), std::memory_order_release);
  }

  std::size_t capacity() const { return mask_ + 1; }
  bool empty() { return front() == nullptr; }
  // Doubles the capacity until a block of n bytes fits beside what is queued. Single-threaded use only.
  void grow(std::size_t n) {
    ByteRing bigger((capacity() + n + sizeof(Block)) * 2);
    visit([&](const void* p, std::size_t bytes) {
      std::memcpy(bigger.reserve(bytes), p, bytes);
      bigger.commit();
    });
    storage_ = std::move(bigger.storage_);
    mask_ = bigger.mask_;
    head_.store(bigger.head_.load());
    tail_.store(bigger.tail_.load());
    head_seen_ = tail_seen_ = 0;
  }
  // Calls f(block, bytes) for every queued block, oldest first. Single-threaded use only.
  template <class F>
  void visit(F&& f) {
    for (std::uint64_t at = head_.load(); at != tail_.load();) {
      auto* b = block(at & mask_);
      if (b->bytes == skip) {
        at += capacity() - (at & mask_);
        continue;
      }
      f(static_cast<void*>(b + 1), b->bytes);
      at += sizeof(Block) + round_up(b->bytes);
    }
  }

 private:
  struct alignas(16) Block {
    std::size_t bytes;
  };
  static constexpr std::size_t skip = ~std::size_t{0};
  static std::size_t round_up(std::size_t n) { return (n + 15) & ~std::size_t{15}; }
  Block* block(std::size_t at) { return reinterpret_cast<Block*>(storage_.get() + at); }
  void allocate(std::size_t bytes) {
    storage_.reset(static_cast<std::byte*>(::operator new(bytes, std::align_val_t{64})));
    mask_ = bytes - 1;
  }
  struct Free {
    void operator()(std::byte* p) const { ::operator delete(p, std::align_val_t{64}); }
  };

  std::unique_ptr<std::byte, Free> storage_;
  std::size_t mask_ = 0;
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::uint64_t tail_seen_ = 0;  // consumer's
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::uint64_t head_seen_ = 0, reserved_ = 0;  // producer's
};

}  // namespace trade
