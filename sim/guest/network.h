// SPDX-License-Identifier: Apache-2.0
// A network of our own, and in it the host's end of the card's wire.
#pragma once

#include <string>

#include "sim/guest/alarms.h"

namespace vireo::guest {

// Puts this process into new namespaces, `flags` of unshare(2): as root, or else as root of a new
// user namespace to which the user is mapped. Throws Failure with what is missing.
void EnterNamespaces(int flags);

// Why there can be no TAP interface here, or nothing.
std::string WhyNoTap();

// A TAP interface with an address. It says nothing by itself: no IPv6.
class Wire {
 public:
  // `address` such as 10.9.0.1/24. `alarms` must outlive the wire.
  Wire(const std::string& interface, const std::string& address, const Alarms& alarms);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  const std::string& interface() const { return interface_; }
  // From now on the host sends nothing, and then does again.
  void Down() const;
  void Up() const;

 private:
  std::string interface_;
  const Alarms& alarms_;
};

}  // namespace vireo::guest
