// SPDX-License-Identifier: Apache-2.0
// The thread of a connection: memory that the server asks for, and its death and return.
#include <libgen.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "host-driver/vfio-shim/client.h"
#include "host-driver/vfio-shim/log.h"

namespace vireo::vfio_shim {

using std::chrono::milliseconds;
using vfio_user::DmaAccess;
using vfio_user::Header;
using vfio_user::kFlagError;
using vfio_user::kFlagReply;
using vfio_user::MessageReader;
using vfio_user::MessageWriter;

namespace {

// A server that binds its path before it listens gives no event when it does: ask again.
constexpr milliseconds kAskAgain{100};
constexpr milliseconds kAskLater{1000};  // after the patience

}  // namespace

void Client::StartThread() {
  // QEMU's signals are for QEMU's threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { Run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Client::~Client() {
  stopping_ = true;
  Shutdown();
  const uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void Client::Run() {
  do {
    ServeUntilBroken();
  } while (Reconnect());
}

void Client::ServeUntilBroken() {
  bool whole = true;
  while (whole && !stopping_) {
    // Of the socket only its end is of interest here: replies are read by those who wait.
    std::array<pollfd, 3> wait = {
        {{wake_.get(), POLLIN, 0}, {socket_.get(), POLLRDHUP, 0}, {twin_.get(), POLLIN, 0}}};
    if (poll(wait.data(), wait.size(), -1) < 0) continue;
    if (wait[1].revents != 0) whole = false;
    if (wait[2].revents != 0 && whole) whole = ServeMemory();
    if (wait[0].revents != 0) {
      uint64_t count;
      (void)!read(wake_.get(), &count, sizeof count);
      const std::lock_guard lock(mutex_);
      whole = whole && state_ == State::kUp;
    }
  }
  Shutdown();  // who waits for a reply holds the mutex
  const std::lock_guard lock(mutex_);
  MarkDown();
}

bool Client::ServeMemory() {
  Message command;
  MessageReader reader(true);
  if (reader.Read(twin_.get(), command) != MessageReader::Status::kMessage) return false;
  const auto access = command.As<DmaAccess>();
  const auto kind = static_cast<Command>(command.header.command);
  std::vector<uint8_t> body;
  bool ok = access && access->count <= vfio_user::kMaxTransfer;
  if (ok) vfio_user::Append(body, *access);
  if (ok && kind == Command::kDmaRead) {
    body.resize(sizeof(DmaAccess) + access->count);
    ok = owner_.ReadMemory(access->address, std::span(body).subspan(sizeof(DmaAccess)));
  } else if (ok && kind == Command::kDmaWrite) {
    const auto data = std::span(command.body).subspan(sizeof(DmaAccess));
    ok = data.size() == access->count && owner_.WriteMemory(access->address, data);
  } else {
    ok = false;
  }
  Header header = command.header;
  header.flags = ok ? kFlagReply : kFlagReply | kFlagError;
  header.error = ok ? 0 : EFAULT;
  if (!ok) body.clear();
  MessageWriter writer;
  return writer.Send(twin_.get(), header, body) == MessageWriter::Status::kSent;
}

bool Client::Reconnect() {
  if (stopping_) return false;
  Log("%s: the server has gone; looking for it", path_.c_str());
  std::string copy = path_;
  UniqueFd watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  inotify_add_watch(watch.get(), dirname(copy.data()), IN_CREATE | IN_MOVED_TO);
  while (!stopping_) {
    // The locks of Replay() are taken after those of Open() have been given back.
    if (Open() == 0 && owner_.Replay()) {
      Log("%s: the server is there again", path_.c_str());
      return true;
    }
    const auto until = down_since_ + patience_;
    const auto now = Clock::now();
    if (now >= until) GiveUp();
    const auto left = std::chrono::ceil<milliseconds>(until - now);
    WaitForEvent(watch.get(), left.count() > 0 ? std::min(left, kAskAgain) : kAskLater);
  }
  return false;
}

void Client::WaitForEvent(int watch, milliseconds timeout) {
  std::array<pollfd, 2> wait = {{{wake_.get(), POLLIN, 0}, {watch, POLLIN, 0}}};
  poll(wait.data(), wait.size(), static_cast<int>(timeout.count()));
  std::array<char, 4096> events;
  (void)!read(watch, events.data(), events.size());
  uint64_t count;
  (void)!read(wake_.get(), &count, sizeof count);
}

void Client::GiveUp() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::kDown) return;
    state_ = State::kGivenUp;
    changed_.notify_all();
  }
  Log("%s: no server for %lld ms: asking the guest to give the device back", path_.c_str(),
      static_cast<long long>(patience_.count()));
  owner_.GivenUp();
}

}  // namespace vireo::vfio_shim
