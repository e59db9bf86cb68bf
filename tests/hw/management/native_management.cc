// SPDX-License-Identifier: Apache-2.0
// The management function as C++.
#include "hw/management/management.h"
#include "tests/hw/management/management_model.h"
#include "tests/hw/primitives/bench.h"

namespace vireo::test {
namespace {

class NativeManagement final : public ManagementModel {
 public:
  void Step(ManagementPorts& p) override {
    management_->Step(p.access_in, p.reply_out, p.update_out, p.address_out, p.disk_out, p.net_in,
                      p.blk_in, p.reason_out, p.channel_access_out, p.channel_reply_in);
  }

 private:
  PoweredOn<Management> management_;
};

}  // namespace

std::unique_ptr<ManagementModel> MakeManagement(uint64_t) {
  return std::make_unique<NativeManagement>();
}

}  // namespace vireo::test
