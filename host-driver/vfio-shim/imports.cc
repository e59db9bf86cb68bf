// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/imports.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>

namespace vireo::vfio_shim {
namespace {

constexpr std::array<std::string_view, 18> kInterposed = {
    "open",          "open64",       "__open_2", "__open64_2", "openat",  "openat64",
    "__openat_2",    "__openat64_2", "ioctl",    "pread",      "pread64", "__pread_chk",
    "__pread64_chk", "pwrite",       "pwrite64", "mmap",       "mmap64",  "close",
};

// The functions without their variants.
constexpr std::array<std::string_view, 7> kFamilies = {"openat", "open", "ioctl", "pread",
                                                       "pwrite", "mmap", "close"};
// VFIO cannot be used without one of each of these.
constexpr std::array<std::string_view, 4> kNeeded = {"open", "ioctl", "pread", "pwrite"};
constexpr std::array<std::string_view, 5> kVariants = {"64", "_2", "_chk", "_time64", "_nocancel"};

// The family of a function's name, with whatever variants; empty for others.
std::string_view FamilyOf(std::string_view name) {
  while (name.starts_with('_')) name.remove_prefix(1);
  for (const std::string_view family : kFamilies) {
    if (!name.starts_with(family)) continue;
    std::string_view rest = name.substr(family.size());
    for (bool shorter = true; shorter;) {
      shorter = false;
      for (const std::string_view variant : kVariants) {
        if (!rest.starts_with(variant)) continue;
        rest.remove_prefix(variant.size());
        shorter = true;
      }
    }
    if (rest.empty()) return family;
  }
  return {};
}

// Pointers of a dynamic section are relocated on some machines only.
template <class T>
const T* At(const dl_phdr_info& program, ElfW(Addr) address) {
  if (address < program.dlpi_addr) address += program.dlpi_addr;
  return reinterpret_cast<const T*>(address);
}

int ReadProgram(dl_phdr_info* program, size_t, void* result) {
  auto& imports = *static_cast<std::vector<std::string_view>*>(result);
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  uint32_t defined = 0;  // the hash table begins with them; what is imported stands before
  for (int i = 0; i < program->dlpi_phnum; ++i) {
    if (program->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const auto* entry =
        reinterpret_cast<const ElfW(Dyn)*>(program->dlpi_addr + program->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_SYMTAB) symbols = At<ElfW(Sym)>(*program, entry->d_un.d_ptr);
      if (entry->d_tag == DT_STRTAB) names = At<char>(*program, entry->d_un.d_ptr);
      if (entry->d_tag == DT_GNU_HASH) defined = At<uint32_t>(*program, entry->d_un.d_ptr)[1];
      if (entry->d_tag == DT_HASH && defined == 0) {
        defined = At<uint32_t>(*program, entry->d_un.d_ptr)[1];
      }
    }
  }
  for (uint32_t i = 1; symbols != nullptr && names != nullptr && i < defined; ++i) {
    if (symbols[i].st_shndx == SHN_UNDEF) imports.emplace_back(names + symbols[i].st_name);
  }
  return 1;  // the program is the first: no more
}

}  // namespace

std::span<const std::string_view> InterposedNames() { return kInterposed; }

std::vector<std::string_view> ImportsOfProgram() {
  std::vector<std::string_view> imports;
  dl_iterate_phdr(ReadProgram, &imports);
  return imports;
}

std::string CheckImports(std::span<const std::string_view> imports) {
  std::vector<std::string_view> found;
  for (const std::string_view name : imports) {
    const std::string_view family = FamilyOf(name);
    if (family.empty()) continue;
    if (std::ranges::find(kInterposed, name) == kInterposed.end()) {
      return "this program calls " + std::string(name) +
             ", which libvireo-vfio.so does not take over: what it does with VFIO could be lost";
    }
    found.push_back(family);
  }
  for (const std::string_view family : kNeeded) {
    if (std::ranges::find(found, family) == found.end()) {
      return "this program does not import " + std::string(family) +
             " from the C library, so its VFIO calls cannot be taken over: is it a QEMU with "
             "vfio-pci, and linked dynamically?";
    }
  }
  return {};
}

}  // namespace vireo::vfio_shim
