// SPDX-License-Identifier: Apache-2.0
// A queue in one array that is reused: it asks for memory only when it is longer than ever.
#ifndef VIREO_SIM_PCIE_RING_H_
#define VIREO_SIM_PCIE_RING_H_

#include <cstddef>
#include <utility>
#include <vector>

namespace vireo::sim::pcie {

template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  T& front() { return slots_[head_]; }
  const T& front() const { return slots_[head_]; }
  const T& operator[](size_t i) const { return slots_[(head_ + i) & (slots_.size() - 1)]; }

  void push_back(T value) {
    if (size_ == slots_.size()) Grow();
    slots_[(head_ + size_) & (slots_.size() - 1)] = std::move(value);
    ++size_;
  }
  T pop_front() {
    T value = std::move(slots_[head_]);
    head_ = (head_ + 1) & (slots_.size() - 1);
    --size_;
    return value;
  }

 private:
  void Grow() {
    std::vector<T> larger(slots_.empty() ? kFirst : 2 * slots_.size());
    for (size_t i = 0; i < size_; ++i)
      larger[i] = std::move(slots_[(head_ + i) & (slots_.size() - 1)]);
    slots_ = std::move(larger);
    head_ = 0;
  }

  static constexpr size_t kFirst = 64;

  std::vector<T> slots_;  // a power of two of them
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_RING_H_
