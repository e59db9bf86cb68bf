// SPDX-License-Identifier: Apache-2.0
// How large a card is built: functions, virtqueues and what they may have in flight.
// One of VIREO_SIZE_SMALL (fast tests), VIREO_SIZE_LARGE (256 functions), or neither.
#ifndef VIREO_HW_SPEC_SIZE_H_
#define VIREO_HW_SPEC_SIZE_H_

namespace vireo {

// Function numbers as the hard block gives them: physical functions from 0, virtual ones from 4.
inline constexpr int kNetFunction = 0;
inline constexpr int kBlkFunction = 1;
inline constexpr int kManagementFunction = 2;
inline constexpr int kFirstVirtualFunction = 4;

#if defined(VIREO_SIZE_SMALL)
inline constexpr int kNetVirtualFunctions = 1;
inline constexpr int kBlkVirtualFunctions = 1;
inline constexpr int kFunctions = 8;         // function numbers, a power of two
inline constexpr int kQueues = 32;           // virtqueues of all functions, a power of two
inline constexpr int kQueuesOfPhysical = 8;  // virtqueues of a physical function
inline constexpr int kQueuesOfVirtual = 4;   // virtqueues of a virtual function
inline constexpr int kBlockCommands = 16;    // block requests in the card, a power of two
#elif defined(VIREO_SIZE_LARGE)
inline constexpr int kNetVirtualFunctions = 126;
inline constexpr int kBlkVirtualFunctions = 126;
inline constexpr int kFunctions = 256;
inline constexpr int kQueues = 4096;
inline constexpr int kQueuesOfPhysical = 32;
inline constexpr int kQueuesOfVirtual = 16;
inline constexpr int kBlockCommands = 64;
#else
inline constexpr int kNetVirtualFunctions = 4;
inline constexpr int kBlkVirtualFunctions = 4;
inline constexpr int kFunctions = 16;
inline constexpr int kQueues = 256;
inline constexpr int kQueuesOfPhysical = 32;
inline constexpr int kQueuesOfVirtual = 16;
inline constexpr int kBlockCommands = 64;
#endif

inline constexpr int kMaxQueueSize = 32768;  // of a split ring; VIRTIO 1.4, 2.7
inline constexpr int kMaxFrame = 9216;       // bytes of an Ethernet frame, without its CRC
inline constexpr int kTransmitWindow = 256;  // chains of a queue between fetch and used ring
inline constexpr int kReceiveWindow = 64;    // of which the card holds those that wait for a frame
inline constexpr int kMaxSegments = 256;     // descriptors of a chain
inline constexpr int kReceiveSegments = 4;   // of a chain that the card uses for a frame

}  // namespace vireo

#endif  // VIREO_HW_SPEC_SIZE_H_
