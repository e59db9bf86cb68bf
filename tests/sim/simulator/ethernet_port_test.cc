// SPDX-License-Identifier: Apache-2.0
// What the card's wire can be connected to, and what happens when the other end is not there.

#include "sim/simulator/ethernet_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <vector>

#include "sim/vfio_user/unique_fd.h"
#include "tests/sim/simulator/scratch.h"

namespace vireo::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Bytes = std::vector<uint8_t>;

Bytes ReadFrom(EthernetPort& port, uint64_t clock = 0) {
  Bytes buffer(kLargestFrame);
  buffer.resize(port.Read(buffer, clock));
  return buffer;
}

vfio_user::UniqueFd Connect(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  vfio_user::UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return fd;
}

bool IsReadable(int fd) {
  pollfd wait = {fd, POLLIN, 0};
  return poll(&wait, 1, 0) == 1;
}

class EthernetPortTest : public ::testing::Test {
 protected:
  std::unique_ptr<EthernetPort> Open(const std::string& text) {
    auto port = OpenEthernetPort(text);
    EXPECT_TRUE(port) << port.error();
    return port ? std::move(*port) : nullptr;
  }
  std::string Complaint(const std::string& text) {
    const auto port = OpenEthernetPort(text);
    return port ? "" : port.error();
  }

  Scratch scratch_;
};

TEST_F(EthernetPortTest, RefusesWhatIsNoPort) {
  for (const char* text : {"", "tap", "tap:", "lop", "loop:1", "null:", "unix", "pcap-in:"}) {
    EXPECT_THAT(Complaint(text), HasSubstr("is none of tap:NAME, unix:PATH")) << text;
  }
}

TEST_F(EthernetPortTest, SaysWhatIsWrongWithAPlace) {
  EXPECT_THAT(Complaint("pcap-in:" + scratch_.Path("none")), HasSubstr("No such file"));
  EXPECT_THAT(Complaint("pcap-out:" + scratch_.Path("none/x")), HasSubstr("No such file"));
  EXPECT_THAT(Complaint("unix:" + scratch_.Path("none/x")), HasSubstr("bind: No such file"));
  EXPECT_THAT(Complaint("unix:" + std::string(200, 'x')), HasSubstr("200 characters"));
  EXPECT_THAT(Complaint("tap:a_name_that_is_too_long"), HasSubstr("is no interface name"));
}

TEST_F(EthernetPortTest, RefusesFilesThatAreNoCaptures) {
  const auto of = [&](const std::string& content) {
    return Complaint("pcap-in:" + scratch_.Write("x", content));
  };
  EXPECT_THAT(of(""), HasSubstr("shorter than a pcap file's header"));
  EXPECT_THAT(of(std::string(64, 'x')), HasSubstr("is no pcap file"));
  std::string header = {'\xd4', '\xc3', '\xb2', '\xa1', 2, 0, 4, 0};
  header += std::string(12, '\0');
  EXPECT_THAT(of(header + std::string("\x71\0\0\0", 4)), HasSubstr("link type 113"));
  header += std::string("\x01\0\0\0", 4);
  EXPECT_THAT(of(header), "");  // of no frames
  EXPECT_THAT(of(header + "abc"), HasSubstr("a broken frame header"));
  EXPECT_THAT(of(header + std::string(8, '\0') + std::string("\x05\0\0\0\x05\0\0\0abc", 11)),
              HasSubstr("cut off"));
  EXPECT_THAT(
      of(header + std::string(8, '\0') + std::string("\xff\xff\xff\xff", 4) + std::string(4, '\0')),
      HasSubstr("a broken frame header"));
}

TEST_F(EthernetPortTest, WritesAndReadsCapturesInTheCardsTime) {
  const std::string file = scratch_.Path("x.pcap");
  {
    const auto out = Open("pcap-out:" + file);
    out->Write(Bytes(60, 1), 1'000);
    out->Delivered(Bytes(1514, 2), 1'250);
  }
  const auto in = Open("pcap-in:" + file);
  EXPECT_EQ(ReadFrom(*in, 50), Bytes(60, 1));
  EXPECT_EQ(in->NextFrame(), 300U);
  EXPECT_EQ(ReadFrom(*in, 299), Bytes());
  EXPECT_EQ(ReadFrom(*in, 300), Bytes(1514, 2));
  EXPECT_EQ(in->NextFrame(), UINT64_MAX);
  EXPECT_EQ(ReadFrom(*in, 1'000'000), Bytes());
}

TEST_F(EthernetPortTest, LoopsWhatIsSent) {
  const auto loop = Open("loop");
  EXPECT_EQ(loop->NextFrame(), UINT64_MAX);
  loop->Write(Bytes(60, 1), 0);
  loop->Write(Bytes(61, 2), 0);
  EXPECT_EQ(loop->NextFrame(), 0U);
  EXPECT_EQ(ReadFrom(*loop), Bytes(60, 1));
  EXPECT_EQ(ReadFrom(*loop), Bytes(61, 2));
  EXPECT_EQ(ReadFrom(*loop), Bytes());
}

TEST_F(EthernetPortTest, OutlivesAPeerThatGoesAway) {
  const std::string path = scratch_.Path("wire");
  const auto port = Open("unix:" + path);
  port->Write(Bytes(60, 1), 0);  // to nobody
  EXPECT_FALSE(IsReadable(port->poll_fd()));
  {
    const auto peer = Connect(path);
    EXPECT_TRUE(IsReadable(port->poll_fd()));
    EXPECT_EQ(ReadFrom(*port), Bytes());
    EXPECT_EQ(send(peer.get(), Bytes(70, 3).data(), 70, 0), 70);
    EXPECT_TRUE(IsReadable(port->poll_fd()));
    EXPECT_EQ(ReadFrom(*port), Bytes(70, 3));
    port->Write(Bytes(80, 4), 0);
    Bytes got(100);
    EXPECT_EQ(recv(peer.get(), got.data(), got.size(), 0), 80);
  }
  port->Write(Bytes(60, 1), 0);
  EXPECT_EQ(ReadFrom(*port), Bytes());
  EXPECT_FALSE(IsReadable(port->poll_fd())) << "it would spin";
  const auto next = Connect(path);
  EXPECT_EQ(send(next.get(), Bytes(71, 5).data(), 71, 0), 71);
  EXPECT_EQ(ReadFrom(*port), Bytes(71, 5));
}

TEST_F(EthernetPortTest, TakesTheSocketOfADeadServerAndOfNoOther) {
  const std::string path = scratch_.Path("wire");
  const auto first = Open("unix:" + path);
  EXPECT_THAT(Complaint("unix:" + path), StartsWith("listen on " + path + ": bind: Address"));
  {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::string dead = scratch_.Path("dead");
    std::memcpy(address.sun_path, dead.c_str(), dead.size());
    const vfio_user::UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET, 0));
    ASSERT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  EXPECT_EQ(Complaint("unix:" + scratch_.Path("dead")), "");
}

}  // namespace
}  // namespace vireo::sim
