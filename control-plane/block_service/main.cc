// SPDX-License-Identifier: Apache-2.0
// vireo-blockd: the host service behind a card's backend channel.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cstdio>
#include <vector>

#include "control-plane/block_service/attachment.h"
#include "control-plane/block_service/fd_store.h"
#include "control-plane/block_service/options.h"
#include "control-plane/block_service/service.h"

namespace {

using namespace vireo::block_service;  // NOLINT(google-build-using-namespace): its main file

Result<std::map<uint16_t, Service::Served>> OpenDisks(const Options& options,
                                                      const Management& management) {
  std::map<uint16_t, Service::Served> disks;
  for (const auto& [name, settings] : options.disks) {
    const auto function = management.disks().find(name);
    if (function == management.disks().end()) {
      std::vector<std::string> all;
      for (const auto& [known, number] : management.disks()) all.push_back(known);
      return tl::unexpected(
          fmt::format("the card has no block function '{}', but {}", name, fmt::join(all, ", ")));
    }
    auto disk = Disk::Open(settings);
    if (!disk) return tl::unexpected(disk.error());
    fmt::print(stderr, "disk={} file={} sectors={} read_only={} alignment={}\n", name,
               settings.file, (*disk)->sectors(), settings.read_only, (*disk)->alignment());
    disks[function->second] = {name, std::move(*disk)};
  }
  return disks;
}

Result<void> Serve(const Options& options, int signals) {
  auto attachment = Attach(options.card);
  if (!attachment) return tl::unexpected(attachment.error());
  auto disks = OpenDisks(options, attachment->management);
  if (!disks) return tl::unexpected(disks.error());
  auto service = Service::Start(std::move(*attachment), std::move(*disks), options.patience);
  if (!service) return tl::unexpected(service.error());
  bool is_told_to_end = false;
  (*service)->Watch(signals, [&] { is_told_to_end = true; });
  fmt::print("ready\n");
  std::fflush(stdout);
  TellManager("READY=1");
  while (!is_told_to_end) {
    if (const auto step = (*service)->Step(); !step) return step;
  }
  TellManager("STOPPING=1");
  const auto stopped = (*service)->Stop();
  const Service::Counts& counts = (*service)->counts();
  fmt::print(stderr, "served reads={} writes={} flushes={} errors={}\n", counts.reads,
             counts.writes, counts.flushes, counts.errors);
  return stopped;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = ParseOptions(argc, argv);
  if (!options) return options.error();
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  const vireo::vfio_user::UniqueFd signals(signalfd(-1, &ends, SFD_CLOEXEC));
  const auto served = Serve(*options, signals.get());
  if (served) return 0;
  fmt::print(stderr, "vireo-blockd: {}\n", served.error());
  return 1;
}
