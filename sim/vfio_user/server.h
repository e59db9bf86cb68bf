// SPDX-License-Identifier: Apache-2.0
// Serves one PCI function to one vfio-user client at a time, without ever blocking.
// QEMU, docs/interop/vfio-user.rst; migration is refused.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "sim/vfio_user/dma_table.h"
#include "sim/vfio_user/irq_table.h"
#include "sim/vfio_user/listener.h"
#include "sim/vfio_user/message.h"
#include "sim/vfio_user/pci_function.h"
#include "sim/vfio_user/remote_dma.h"
#include "sim/vfio_user/transfer.h"
#include "sim/vfio_user/version.h"

namespace vireo::vfio_user {

// Everything that a client sends is checked. What breaks the protocol's framing ends the
// connection, all else is refused with an errno. The function's state outlives its clients.
class Server {
 public:
  using Log = std::function<void(const std::string& line)>;

  // `function` must outlive the server. Lines for `log` are key=value.
  static tl::expected<std::unique_ptr<Server>, std::string> Listen(const std::string& path,
                                                                   const FunctionInfo& info,
                                                                   PciFunction& function, Log log);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Readable when Poll() has something to do.
  int poll_fd() const { return epoll_.get(); }
  // Does what can be done now, up to a bounded number of messages.
  void Poll();

  bool connected() const { return static_cast<bool>(client_.fd); }
  IrqTable& irqs() { return irqs_; }
  const DmaTable& dma() const { return dma_; }

  // A client that changes its maps closes windows and then opens others; between, memory is missing
  // that stays the guest's. This is so from an unmap until its next command about something else.
  bool remapping() const { return remapping_; }
  void StopRemapping() { remapping_ = false; }
  // Takes commands about maps and nothing else: also for the time in which the function does DMA.
  void PollMaps();

  // DMA at once, where the client has shared the memory. kRemote asks for the calls below.
  DmaStatus DmaRead(uint64_t address, std::span<uint8_t> bytes) const;
  DmaStatus DmaWrite(uint64_t address, std::span<const uint8_t> bytes) const;
  // DMA in any mapped memory, by message if need be; `done` may come before the return.
  void DmaRead(uint64_t address, uint64_t count, RemoteDma::Done done);
  void DmaWrite(uint64_t address, std::span<const uint8_t> bytes, RemoteDma::Done done);

 private:
  friend class Completion;

  // What an event in the epoll set is about.
  enum Tag : uint64_t { kListenTag, kClientTag, kTwinTag, kIrqTag };

  // One direction of commands: the client's socket, or the twin on which we command.
  struct Channel {
    Tag tag;
    UniqueFd fd = {};
    MessageReader reader = MessageReader(false);
    MessageWriter writer = {};
    bool watched = false;   // is in the epoll set
    uint32_t interest = 0;  // for these events
  };
  enum class Phase { kIdle, kAccess, kReset };

  Server(Listener listener, UniqueFd epoll, const FunctionInfo& info, PciFunction& function,
         Log log);

  void Accept();
  void Close();                        // forgets the client; only from Poll()
  void Break(const std::string& why);  // Poll() will close
  void ReadClient();
  void ReadTwin();
  void Flush(Channel& channel);
  void Watch(Channel& channel);
  bool Send(Channel& channel, const Header& header, std::span<const uint8_t> body,
            std::span<const int> fds = {});

  // Runs queued commands until one waits for the function.
  void Advance();
  void Step();
  void Finish(uint64_t number, uint64_t value);

  // Each command: checks it, and either answers or starts what will.
  void Execute();
  void DoVersion();
  void DoDmaMap();
  void DoDmaUnmap();
  void DoGetInfo();
  void DoGetRegionInfo();
  void DoGetRegionIoFds();
  void DoGetIrqInfo();
  void DoSetIrqs();
  void DoRegionRead();
  void DoRegionWrite();
  void DoRegionWriteMulti();
  void DoFeature();
  bool IsAccess(const RegionAccess& range) const;
  bool StartMultiWrite(size_t index);
  void FinishAccess();

  void Reply(std::span<const uint8_t> body, std::span<const int> fds = {});
  template <class T>
  void ReplyWith(const T& body);
  void ReplyError(int error);

  UniqueFd epoll_;
  Listener listener_;
  FunctionInfo info_;
  PciFunction& function_;
  Log log_;
  DmaTable dma_;
  IrqTable irqs_;
  RemoteDma remote_;

  Channel client_ = {kClientTag};
  Channel twin_ = {kTwinTag};
  bool broken_ = false;      // the connection is to be closed
  bool negotiated_ = false;  // VERSION has been agreed on
  bool remapping_ = false;
  uint64_t client_max_transfer_ = kDefaultMaxTransfer;

  std::deque<Message> commands_;  // not begun
  Message command_;               // in hand
  Phase phase_ = Phase::kIdle;    // what the command in hand is doing
  Transfer transfer_;
  size_t multi_index_ = 0;  // of the write of REGION_WRITE_MULTI that is under way
  bool waiting_ = false;    // for the function's completion
  uint64_t ticket_ = 0;     // of that completion
  bool advancing_ = false;
};

}  // namespace vireo::vfio_user
