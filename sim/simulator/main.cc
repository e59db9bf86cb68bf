// SPDX-License-Identifier: Apache-2.0
// vireo-sim: the Verilated card behind vfio-user sockets, with an Ethernet wire.

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cstdio>

#include "card_cosim.h"
#include "sim/simulator/options.h"
#include "sim/simulator/simulator.h"

int main(int argc, char** argv) {
  using namespace vireo::sim;
  const auto options = ParseOptions(argc, argv);
  if (!options) return options.error();
  // Before the model makes threads, which would take the signals.
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGINT);
  sigaddset(&taken, SIGTERM);
  sigaddset(&taken, SIGUSR1);
  sigprocmask(SIG_BLOCK, &taken, nullptr);
  const vireo::vfio_user::UniqueFd signals(signalfd(-1, &taken, SFD_CLOEXEC));
  VerilatedRandomReset(options->card.block.seed);
  vireo::cosim::card dut;
  auto simulator = Simulator::Open(dut, *options);
  if (!simulator) {
    fmt::print(stderr, "vireo-sim: {}\n", simulator.error());
    return 1;
  }
  fmt::print("ready\n");
  std::fflush(stdout);
  const int code = (*simulator)->Run(signals.get());
  return (*simulator)->Finish() ? code : 1;
}
