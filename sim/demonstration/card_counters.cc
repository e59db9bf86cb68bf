// SPDX-License-Identifier: Apache-2.0
#include "sim/demonstration/card_counters.h"

#include <utility>

#include "host-driver/management/functions.h"
#include "sim/guest/alarms.h"

namespace vireo::demonstration {
namespace {

template <typename T>
T OrFailure(host::Result<T> result) {
  if (!result) throw guest::Failure("the card's management function: " + result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

CardCounters::CardCounters(const std::string& socket)
    : transport_(OrFailure(host::VfioUserTransport::Connect(socket))) {
  OrFailure(transport_->Enable());
  blocks_ = OrFailure(host::RegisterBlocks::Of(*transport_));
  for (const spec::FunctionKind kind : {spec::FunctionKind::kNet, spec::FunctionKind::kBlk}) {
    functions_.merge(OrFailure(host::FindFunctions(*blocks_, kind)));
  }
}

host::FunctionCounters CardCounters::Of(const std::string& function) const {
  const auto number = functions_.find(function);
  if (number == functions_.end()) throw guest::Failure("the card has no function " + function);
  return OrFailure(host::ReadFunctionCounters(*blocks_, number->second));
}

}  // namespace vireo::demonstration
