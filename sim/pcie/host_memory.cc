// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/host_memory.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace vireo::sim::pcie {

namespace {

// Copies shared memory in the largest naturally aligned words, so that a driver's index is never
// seen half written. `shared` is the side whose alignment counts.
template <class Word>
void CopyWord(uint8_t*& to, const uint8_t*& from, size_t& left) {
  Word word;
  __builtin_memcpy(&word, from, sizeof word);
  __builtin_memcpy(to, &word, sizeof word);
  to += sizeof word;
  from += sizeof word;
  left -= sizeof word;
}

template <class Word>
void LoadWord(uint8_t*& to, const uint8_t*& from, size_t& left) {
  const Word word = __atomic_load_n(reinterpret_cast<const Word*>(from), __ATOMIC_ACQUIRE);
  const auto* bytes = reinterpret_cast<const uint8_t*>(&word);
  CopyWord<Word>(to, bytes, left);
  from += sizeof word;
}

template <class Word>
void StoreWord(uint8_t*& to, const uint8_t*& from, size_t& left) {
  Word word;
  auto* bytes = reinterpret_cast<uint8_t*>(&word);
  auto* target = reinterpret_cast<Word*>(to);
  CopyWord<Word>(bytes, from, left);
  __atomic_store_n(target, word, __ATOMIC_RELEASE);
  to += sizeof word;
}

bool Aligned(const uint8_t* p, size_t to) { return reinterpret_cast<uintptr_t>(p) % to == 0; }

void Load(uint8_t* to, const uint8_t* from, size_t left) {
  while (left != 0) {
    if (left >= 8 && Aligned(from, 8)) {
      LoadWord<uint64_t>(to, from, left);
    } else if (left >= 4 && Aligned(from, 4)) {
      LoadWord<uint32_t>(to, from, left);
    } else if (left >= 2 && Aligned(from, 2)) {
      LoadWord<uint16_t>(to, from, left);
    } else {
      LoadWord<uint8_t>(to, from, left);
    }
  }
}

void Store(uint8_t* to, const uint8_t* from, size_t left) {
  while (left != 0) {
    if (left >= 8 && Aligned(to, 8)) {
      StoreWord<uint64_t>(to, from, left);
    } else if (left >= 4 && Aligned(to, 4)) {
      StoreWord<uint32_t>(to, from, left);
    } else if (left >= 2 && Aligned(to, 2)) {
      StoreWord<uint16_t>(to, from, left);
    } else {
      StoreWord<uint8_t>(to, from, left);
    }
  }
}

}  // namespace

HostMemory::Result HostMemory::Map(Function function, const Mapping& mapping) {
  const auto refuse = [&](std::string why) {
    return tl::unexpected(fmt::format("map {:#x} bytes at iova {:#x} of function {}: {}",
                                      mapping.length, mapping.iova, function, why));
  };
  if (mapping.length == 0) return refuse("the range is empty");
  const uint64_t last = mapping.iova + (mapping.length - 1);
  if (last < mapping.iova) return refuse("the range passes the end of the address space");
  if (mapping.host == nullptr && mapping.remote == nullptr) return refuse("no memory is given");
  Table& table = tables_[function];
  auto after = table.map.upper_bound(last);
  if (after != table.map.begin()) {
    const Mapping& before = std::prev(after)->second;
    if (before.iova + (before.length - 1) >= mapping.iova)
      return refuse(fmt::format("it overlaps the mapping of {:#x} bytes at {:#x}", before.length,
                                before.iova));
  }
  table.map.emplace_hint(after, mapping.iova, mapping);
  return {};
}

tl::expected<uint64_t, std::string> HostMemory::Unmap(Function function, uint64_t iova,
                                                      uint64_t length) {
  Table& table = tables_[function];
  const uint64_t last =
      length == 0 || iova + (length - 1) < iova ? UINT64_MAX : iova + (length - 1);
  if (length == 0)
    return tl::unexpected(
        fmt::format("unmap at iova {:#x} of function {}: the range is empty", iova, function));
  auto begin = table.map.lower_bound(iova);
  auto end = table.map.upper_bound(last);
  const auto splits = [&](const Mapping& m) {
    return tl::unexpected(fmt::format(
        "unmap {:#x} bytes at iova {:#x} of function {}: it splits the mapping of {:#x} bytes at "
        "{:#x}",
        length, iova, function, m.length, m.iova));
  };
  if (begin != table.map.begin()) {
    const Mapping& before = std::prev(begin)->second;
    if (before.iova + (before.length - 1) >= iova) return splits(before);
  }
  if (begin != end) {
    const Mapping& final_one = std::prev(end)->second;
    if (final_one.iova + (final_one.length - 1) > last) return splits(final_one);
  }
  uint64_t bytes = 0;
  for (auto i = begin; i != end; ++i) bytes += i->second.length;
  table.map.erase(begin, end);
  table.cache.fill(nullptr);
  return bytes;
}

void HostMemory::UnmapAll(Function function) {
  tables_[function].map.clear();
  tables_[function].cache.fill(nullptr);
}

const Mapping* HostMemory::Find(Table& table, uint64_t iova) {
  const Mapping*& cached = table.cache[(iova >> kCacheShift) % kCacheSize];
  if (cached != nullptr && iova - cached->iova < cached->length) return cached;
  auto after = table.map.upper_bound(iova);
  if (after == table.map.begin()) return nullptr;
  const Mapping& mapping = std::prev(after)->second;
  if (iova - mapping.iova >= mapping.length) return nullptr;
  cached = &mapping;
  return cached;
}

const char* HostMemory::Refusal(Table& table, uint64_t iova, uint64_t length, bool write) {
  while (length != 0) {
    const Mapping* mapping = Find(table, iova);
    if (mapping == nullptr) return "not mapped";
    if (write && !mapping->writable) return "mapped read-only";
    if (!write && !mapping->readable) return "mapped write-only";
    const uint64_t here = std::min(length, mapping->length - (iova - mapping->iova));
    iova += here;
    length -= here;
  }
  return nullptr;
}

bool HostMemory::Allows(Function function, uint64_t iova, uint32_t length, bool write) {
  return Refusal(tables_[function], iova, length, write) == nullptr;
}

void HostMemory::Fault(Function function, uint64_t iova, size_t length, bool write,
                       const char* reason) {
  const DmaFault fault = {function, iova, static_cast<uint32_t>(length), write, reason};
  ++tables_[function].faults;
  if (latest_faults_.size() == kKeptFaults) latest_faults_.erase(latest_faults_.begin());
  latest_faults_.push_back(fault);
  if (on_fault_) on_fault_(fault);
}

bool HostMemory::Read(Function function, uint64_t iova, std::span<uint8_t> to) {
  Table& table = tables_[function];
  const char* refusal = Refusal(table, iova, to.size(), false);
  for (size_t done = 0; refusal == nullptr && done < to.size();) {
    const Mapping& mapping = *Find(table, iova + done);
    const uint64_t offset = iova + done - mapping.iova;
    const size_t here = std::min<size_t>(to.size() - done, mapping.length - offset);
    if (mapping.host != nullptr) {
      Load(to.data() + done, mapping.host + offset, here);
    } else if (!mapping.remote->Read(offset, to.subspan(done, here))) {
      refusal = "the memory's owner does not answer";
    }
    done += here;
  }
  if (refusal != nullptr) {
    Fault(function, iova, to.size(), false, refusal);
    return false;
  }
  if (on_access_) on_access_({function, iova, false, to});
  return true;
}

bool HostMemory::Write(Function function, uint64_t iova, std::span<const uint8_t> from) {
  Table& table = tables_[function];
  const char* refusal = Refusal(table, iova, from.size(), true);
  for (size_t done = 0; refusal == nullptr && done < from.size();) {
    const Mapping& mapping = *Find(table, iova + done);
    const uint64_t offset = iova + done - mapping.iova;
    const size_t here = std::min<size_t>(from.size() - done, mapping.length - offset);
    if (mapping.host != nullptr) {
      Store(mapping.host + offset, from.data() + done, here);
    } else if (!mapping.remote->Write(offset, from.subspan(done, here))) {
      refusal = "the memory's owner does not answer";
    }
    done += here;
  }
  if (refusal != nullptr) {
    Fault(function, iova, from.size(), true, refusal);
    return false;
  }
  if (on_access_) on_access_({function, iova, true, from});
  return true;
}

}  // namespace vireo::sim::pcie
