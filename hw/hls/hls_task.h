// SPDX-License-Identifier: Apache-2.0
// hls::task: a process that runs for ever, with the interface of AMD's hls_task.h (UG1399, "Tasks
// and Dataflow").
#ifndef VIREO_HW_HLS_HLS_TASK_H_
#define VIREO_HW_HLS_HLS_TASK_H_

#include "hls_stream.h"

#ifdef __VIREO_HLS__

#define hls_thread_local

namespace hls {

// vireo-hls takes the call as an instance of the process.
class task {
 public:
  task() = default;
  template <class F, class... Args>
  task(F&& function, Args&&... args) {
    function(args...);
  }
  template <class F, class... Args>
  void operator()(F&& function, Args&&... args) {
    function(args...);
  }
};

}  // namespace hls

#else  // native

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <semaphore>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#define hls_thread_local thread_local

namespace hls {

namespace detail {

// A function called again and again on a thread of its own, which runs only while Resume() waits
// for it: one thread runs at any time, so the outcome does not depend on the machine.
class TaskThread {
 public:
  explicit TaskThread(std::function<void()> function)
      : function_(std::move(function)), thread_([this] { Run(); }) {}
  ~TaskThread() {
    stopping_ = true;
    go_.release();
    thread_.join();
  }
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  // Runs the function to its end or to a stream on which it blocks.
  void Resume() {
    if (finished_) return;
    go_.release();
    back_.acquire();
    if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
  }
  // From inside: hands the turn back, and ends the function where the task ends.
  void Yield(bool blocked) {
    blocked_ = blocked;
    back_.release();
    go_.acquire();
    if (stopping_) throw Stop{};
  }
  bool blocked() const { return blocked_ || finished_; }

  static TaskThread*& Current() {
    static thread_local TaskThread* current = nullptr;
    return current;
  }

 private:
  struct Stop {};

  void Run() {
    Current() = this;
    go_.acquire();
    if (stopping_) return;
    try {
      for (;;) {
        function_();
        Yield(false);
      }
    } catch (const Stop&) {
      return;
    } catch (...) {
      error_ = std::current_exception();
    }
    finished_ = true;
    back_.release();
  }

  std::function<void()> function_;
  std::binary_semaphore go_{0};
  std::binary_semaphore back_{0};
  std::exception_ptr error_;
  bool stopping_ = false;
  bool finished_ = false;
  bool blocked_ = false;
  std::thread thread_;
};

// In the order of construction, in which they take turns.
inline std::vector<TaskThread*> tasks;

// Rounds in which tasks ran and no token moved before a blocked call outside gives up with
// hls::stall.
inline constexpr int kIdleRounds = 10000;

inline bool RunTasks() {
  if (TaskThread* current = TaskThread::Current()) {
    current->Yield(true);
    return true;
  }
  for (int round = 0; round < kIdleRounds; ++round) {
    const unsigned long long moves_before = moves;
    bool all_blocked = true;
    for (TaskThread* task : tasks) {
      task->Resume();
      all_blocked = all_blocked && task->blocked();
    }
    if (moves != moves_before) return true;
    if (all_blocked) return false;
  }
  return false;
}

}  // namespace detail

// Natively a task runs when a blocking call outside of all tasks finds its stream empty (or full):
// then the tasks take turns, in the order of their construction, until a token has moved. Streams
// are taken by reference and outlive the task.
class task {
 public:
  task() = default;
  template <class F, class... Args>
  task(F&& function, Args&&... args) {
    (*this)(std::forward<F>(function), std::forward<Args>(args)...);
  }
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  ~task() {
    if (thread_ == nullptr) return;
    detail::tasks.erase(std::find(detail::tasks.begin(), detail::tasks.end(), thread_.get()));
    if (detail::tasks.empty()) detail::run_tasks = nullptr;
  }

  template <class F, class... Args>
  void operator()(F&& function, Args&&... args) {
    if (thread_ != nullptr) return;
    auto call = [function = std::decay_t<F>(std::forward<F>(function)),
                 bound = std::make_shared<std::tuple<Args...>>(
                     std::forward<Args>(args)...)]() mutable { std::apply(function, *bound); };
    thread_ = std::make_unique<detail::TaskThread>(std::move(call));
    detail::tasks.push_back(thread_.get());
    detail::run_tasks = &detail::RunTasks;
  }

 private:
  std::unique_ptr<detail::TaskThread> thread_;
};

}  // namespace hls

#endif  // __VIREO_HLS__

#endif  // VIREO_HW_HLS_HLS_TASK_H_
