// SPDX-License-Identifier: Apache-2.0
// The service manager: file descriptors that it keeps while the service is restarted, by systemd's
// protocol (sd_notify(3) with FDSTORE, sd_listen_fds(3)). Without a manager nothing is kept.
#pragma once

#include <map>
#include <string>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::block_service {

// What a predecessor had kept, by name. To be called once; the environment is cleared of it.
std::map<std::string, vfio_user::UniqueFd> TakeKeptFds();

// Whether a manager is there, and took it.
bool KeepFd(const std::string& name, int fd);
// What is kept under this name is closed.
void ForgetFd(const std::string& name);
// Says something else, such as READY=1.
bool TellManager(const std::string& what);

}  // namespace vireo::block_service
