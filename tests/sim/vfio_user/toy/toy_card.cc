// SPDX-License-Identifier: Apache-2.0
// Serves a toy function on each socket that it is given, until it is killed.
#include <fmt/format.h>
#include <poll.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "sim/vfio_user/server.h"
#include "tests/sim/vfio_user/toy/toy_function.h"

int main(int argc, char** argv) {
  using vireo::vfio_user::Server;
  using vireo::vfio_user::ToyFunction;
  if (argc < 2) {
    fmt::print(stderr, "usage: toy_card SOCKET...\n");
    return 2;
  }
  std::vector<std::unique_ptr<ToyFunction>> toys;
  std::vector<std::unique_ptr<Server>> servers;
  std::vector<pollfd> wait;
  for (int i = 1; i < argc; ++i) {
    toys.push_back(std::make_unique<ToyFunction>());
    auto server = Server::Listen(argv[i], ToyFunction::Info(), *toys.back(),
                                 [path = std::string(argv[i])](const std::string& line) {
                                   fmt::print(stderr, "socket={} {}\n", path, line);
                                 });
    if (!server) {
      fmt::print(stderr, "toy_card: {}\n", server.error());
      return 1;
    }
    toys.back()->Bind(**server);
    wait.push_back({(*server)->poll_fd(), POLLIN, 0});
    servers.push_back(std::move(*server));
  }
  fmt::print("ready\n");
  std::fflush(stdout);
  while (poll(wait.data(), wait.size(), -1) >= 0) {
    for (const auto& server : servers) server->Poll();
    for (const auto& toy : toys) toy->AnswerSlowRead();
  }
  return 1;
}
