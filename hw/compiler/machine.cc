// SPDX-License-Identifier: Apache-2.0
// The machine's control: calls, blocks under path conditions, loops, and where the source stands.

#include "hw/compiler/machine.h"

#include <fmt/format.h>

#include "hw/compiler/check.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IntrinsicInst.h"

namespace vireo::compiler {
namespace {

constexpr uint32_t kMaxCallDepth = 200;
constexpr uint32_t kMaxIterations = 1U << 17;  // of a loop that a constant condition ends
constexpr uint32_t kMaxOpenIterations = 600;   // of one that only data ends

constexpr size_t kMaxNodes = 4'000'000;
constexpr size_t kMaxConditions = 1'000'000;

bool EndsHere(const llvm::BasicBlock& block) {
  return llvm::isa<llvm::UnreachableInst>(block.getTerminator()) && block.phis().empty();
}

}  // namespace

Machine::Analysis::Analysis(const llvm::Function& function) {
  auto& f = const_cast<llvm::Function&>(function);
  dominators.recalculate(f);
  loops.analyze(dominators);
  for (const llvm::BasicBlock* block : llvm::ReversePostOrderTraversal<llvm::Function*>(&f)) {
    order.push_back(block);
  }
}

Machine::Machine(const llvm::Module& module, Graph& graph, Conditions& conditions, Layouts& layouts)
    : module_(module), graph_(graph), conditions_(conditions), layouts_(layouts) {}

SourceLocation Machine::LocationOf(const llvm::DILocation* location) {
  if (location == nullptr) return {};
  return LocationIn(location->getFile(), location->getLine(), location->getColumn());
}

SourceLocation Machine::LocationOf(const llvm::DISubprogram* subprogram) {
  if (subprogram == nullptr || subprogram->getFile() == nullptr) return {};
  return LocationIn(subprogram->getFile(), subprogram->getLine(), 1);
}

bool Machine::IsLibrary(const llvm::Function& function) {
  const llvm::DISubprogram* subprogram = function.getSubprogram();
  if (subprogram == nullptr || subprogram->getFile() == nullptr) return true;
  return IsLibraryFile(subprogram->getFile()->getFilename().str());
}

std::string Machine::DisplayName(const llvm::Function& function) {
  std::string name = llvm::demangle(function.getName().str());
  return name.substr(0, name.find('('));
}

bool Machine::HandleCall(const llvm::CallBase& /*call*/, const llvm::Function& callee,
                         std::vector<Value>& /*arguments*/, Condition /*when*/, Value& /*result*/) {
  return callee.getName() == "__vireo_pragma";
}

std::string Machine::DisplayName(const llvm::GlobalVariable& global) {
  std::string name = llvm::demangle(global.getName().str());
  return name.substr(name.rfind(':') + 1);
}

llvm::DbgVariableRecord* Machine::RecordOf(const llvm::AllocaInst& alloca) {
  for (const llvm::BasicBlock& block : *alloca.getFunction()) {
    for (const llvm::Instruction& instruction : block) {
      for (llvm::DbgVariableRecord& record : llvm::filterDbgVars(instruction.getDbgRecordRange())) {
        if (record.isDbgDeclare() && record.getAddress() == &alloca) return &record;
      }
    }
  }
  return nullptr;
}

const Type* Machine::GlobalType(const llvm::GlobalVariable& global) {
  llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> expressions;
  global.getDebugInfo(expressions);
  if (expressions.empty()) return nullptr;
  return layouts_.Get(expressions[0]->getVariable()->getType());
}

Value Machine::Call(const llvm::Function& function, std::vector<Value> arguments, Condition when) {
  if (function.isDeclaration()) {
    for (const char* heap : {"_Znw", "_Zna", "_Zdl", "_Zda", "malloc", "calloc", "free"}) {
      if (!function.getName().starts_with(heap)) continue;
      Fail(location_, fmt::format("'{}': hardware has no heap; make it a member of the process, or "
                                  "a variable of the firing",
                                  DisplayName(function)));
    }
    Fail(location_, fmt::format("'{}' has no body here; hardware has no library to call: include "
                                "its definition, or compute it in plain C++",
                                DisplayName(function)));
  }
  if (depth_ >= kMaxCallDepth) {
    Fail(location_, fmt::format("'{}' calls itself without an end that is known here; write a loop "
                                "with a constant bound",
                                DisplayName(function)));
  }
  std::unique_ptr<Analysis>& analysis = analyses_[&function];
  if (analysis == nullptr) analysis = std::make_unique<Analysis>(function);

  Frame frame{};
  frame.function = &function;
  frame.is_library = IsLibrary(function);
  for (const llvm::Argument& argument : function.args()) {
    frame.values[&argument] = arguments[argument.getArgNo()];
  }
  const SourceLocation caller = location_;
  ++depth_;
  frame.pending[&function.getEntryBlock()] = when;
  RunRegion(frame, *analysis, nullptr);
  --depth_;
  location_ = caller;
  graph_.SetLocation(location_);
  if (!keep_locals_) {
    for (const ObjectId local : frame.locals) FreeObject(local);
  }
  return Resolve(frame.returns, when);
}

void Machine::RunRegion(Frame& frame, const Analysis& analysis, const llvm::Loop* loop) {
  for (const llvm::BasicBlock* block : analysis.order) {
    if (loop != nullptr && !loop->contains(block)) continue;
    const llvm::Loop* inner = analysis.loops.getLoopFor(block);
    if (inner != loop) {
      // The header of a loop one level down stands for the loop; its other blocks belong to it.
      if (inner->getHeader() != block || inner->getParentLoop() != loop) continue;
      if (frame.pending.contains(block)) RunLoop(frame, analysis, inner);
      continue;
    }
    const auto pending = frame.pending.find(block);
    if (pending == frame.pending.end()) continue;
    const Condition when = pending->second;
    frame.pending.erase(pending);
    if (when != kNever) RunBlock(frame, *block, when);
  }
}

void Machine::RunLoop(Frame& frame, const Analysis& analysis, const llvm::Loop* loop) {
  const SourceLocation start = frame.is_library ? location_ : LocationOf(loop->getStartLoc().get());
  const llvm::BasicBlock* header = loop->getHeader();
  llvm::SmallVector<llvm::BasicBlock*> exits;
  loop->getExitBlocks(exits);
  if (exits.empty()) {
    Fail(start,
         "a loop without an end; a process fires again by itself: write the body of one firing");
  }
  const llvm::Loop* outer = frame.loop;
  uint32_t open_iterations = 0;
  for (uint32_t iteration = 0; frame.pending.contains(header) && frame.pending[header] != kNever;
       ++iteration) {
    frame.loop = loop;
    frame.is_counted = false;
    RunRegion(frame, analysis, loop);
    if (!frame.is_counted) ++open_iterations;
    if (iteration >= kMaxIterations || open_iterations >= kMaxOpenIterations) {
      Fail(start, fmt::format("a loop has no constant bound: after {} turns it could still go on; "
                              "write for (int i = 0; i < N; ++i) with N constant, and leave it "
                              "early by break",
                              iteration + 1));
    }
  }
  frame.loop = outer;
  frame.is_counted = false;
  frame.pending.erase(header);
}

void Machine::RunBlock(Frame& frame, const llvm::BasicBlock& block, Condition when) {
  if (graph_.nodes().size() > kMaxNodes || conditions_.size() > kMaxConditions) {
    Fail(location_,
         "one firing grows too large to be hardware; bound its loops by constants, do "
         "less in a firing, or cut the process into several");
  }
  for (const llvm::Instruction& instruction : block) {
    if (!frame.is_library && instruction.getDebugLoc()) {
      SourceLocation here = LocationOf(instruction.getDebugLoc().get());
      if (here.line != 0) {
        location_ = std::move(here);
        graph_.SetLocation(location_);
      }
    }
    if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(&instruction)) {
      std::vector<Choice> choices = std::move(frame.phis[phi]);
      frame.phis.erase(phi);
      frame.values[phi] = Resolve(choices, when);
    } else if (instruction.isTerminator()) {
      RunTerminator(frame, instruction, when);
    } else {
      frame.values[&instruction] = Execute(frame, instruction, when);
    }
  }
}

void Machine::TakeEdge(Frame& frame, const llvm::BasicBlock& from, const llvm::BasicBlock& to,
                       Condition when) {
  if (when == kNever) return;
  for (const llvm::PHINode& phi : to.phis()) {
    frame.phis[&phi].push_back({when, Get(frame, phi.getIncomingValueForBlock(&from))});
  }
  const auto [it, is_new] = frame.pending.emplace(&to, when);
  if (!is_new) it->second = conditions_.Or(it->second, when);
}

void Machine::RunTerminator(Frame& frame, const llvm::Instruction& instruction, Condition when) {
  const llvm::BasicBlock& block = *instruction.getParent();
  if (const auto* branch = llvm::dyn_cast<llvm::BranchInst>(&instruction)) {
    if (branch->isUnconditional()) {
      TakeEdge(frame, block, *branch->getSuccessor(0), when);
      return;
    }
    Node* node = GetBits(frame, branch->getCondition());
    const Condition condition = conditions_.FromNode(node);
    Condition taken = conditions_.And(when, condition);
    Condition not_taken = conditions_.AndNot(when, condition);
    if (node->IsConst() && frame.loop != nullptr && frame.loop->isLoopExiting(&block)) {
      frame.is_counted = true;
    }
    // A side that never comes back (a failed assertion) runs for what it records; hardware goes on
    // as if it had not, and owes nothing to its condition.
    const bool first_ends = EndsHere(*branch->getSuccessor(0));
    const bool second_ends = EndsHere(*branch->getSuccessor(1));
    if (first_ends && !second_ends && taken != kNever) {
      RunBlock(frame, *branch->getSuccessor(0), taken);
      taken = kNever;
      not_taken = when;
    } else if (second_ends && !first_ends && not_taken != kNever) {
      RunBlock(frame, *branch->getSuccessor(1), not_taken);
      not_taken = kNever;
      taken = when;
    }
    TakeEdge(frame, block, *branch->getSuccessor(0), taken);
    TakeEdge(frame, block, *branch->getSuccessor(1), not_taken);
  } else if (const auto* choose = llvm::dyn_cast<llvm::SwitchInst>(&instruction)) {
    Node* on = GetBits(frame, choose->getCondition());
    Condition open = when;
    for (const auto& one : choose->cases()) {
      const Condition equal =
          conditions_.FromNode(graph_.Eq(on, graph_.Const(one.getCaseValue()->getValue())));
      TakeEdge(frame, block, *one.getCaseSuccessor(), conditions_.And(open, equal));
      open = conditions_.AndNot(open, equal);
    }
    TakeEdge(frame, block, *choose->getDefaultDest(), open);
  } else if (const auto* ret = llvm::dyn_cast<llvm::ReturnInst>(&instruction)) {
    if (ret->getReturnValue() != nullptr) {
      frame.returns.push_back({when, Get(frame, ret->getReturnValue())});
    }
  } else if (!llvm::isa<llvm::UnreachableInst>(instruction)) {
    Unsupported(instruction);
  }
}

}  // namespace vireo::compiler
