// SPDX-License-Identifier: Apache-2.0
// LLVM's passes in the order that turns a firing into straight control flow.
#include "hw/prove/source_passes.h"

#include <fmt/format.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <mutex>
#include <set>

#include "hw/prove/source_ir.h"
#include "hw/prove/terms.h"

namespace vireo::prove {
namespace {

constexpr const char* kSimplify =
    "sroa<modify-cfg>,early-cse<memssa>,"
    "simplifycfg<no-forward-switch-cond;no-switch-to-lookup;keep-loops;no-hoist-common-insts;no-"
    "sink-common-insts>,"
    "instsimplify,early-cse<memssa>";
constexpr const char* kUnroll =
    "loop-simplify,lcssa,loop(loop-rotate<header-duplication>),"
    "loop-unroll<O3;full-unroll-max=1000000;upperbound;no-runtime;no-partial;no-peeling>";
constexpr const char* kFinish =
    "sroa<modify-cfg>,early-cse<memssa>,instsimplify,"
    "simplifycfg<no-forward-switch-cond;no-switch-to-lookup;no-keep-loops;no-hoist-common-insts;"
    "no-sink-common-insts>,early-cse<memssa>,adce,"
    "simplifycfg<no-switch-to-lookup;no-keep-loops;no-hoist-common-insts;no-sink-common-insts>";

void SetUnrollLimits() {
  static std::once_flag once;
  std::call_once(once, [] {
    const char* arguments[] = {"vireo-hls-prove",
                               "-unroll-threshold=100000000",
                               "-unroll-max-upperbound=1000000",
                               "-unroll-full-max-count=1000000",
                               "-unroll-max-iteration-count-to-analyze=0",
                               "-rotation-max-header-size=100000"};
    llvm::cl::ParseCommandLineOptions(static_cast<int>(std::size(arguments)), arguments);
  });
}

void RunPasses(llvm::Function& function, const std::string& passes) {
  SetUnrollLimits();
  llvm::PassBuilder builder;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::FunctionPassManager manager;
  if (llvm::Error error = builder.parsePassPipeline(manager, passes)) {
    throw ProveError(fmt::format("LLVM refuses the passes: {}", llvm::toString(std::move(error))));
  }
  manager.run(function, functions);
  std::string message;
  llvm::raw_string_ostream stream(message);
  if (llvm::verifyFunction(function, &stream))
    throw ProveError(fmt::format("LLVM made invalid IR: {}", message));
}

void DropUnrollHints(llvm::Function& function) {
  for (llvm::BasicBlock& block : function) {
    if (llvm::Instruction* end = block.getTerminator())
      end->setMetadata(llvm::LLVMContext::MD_loop, nullptr);
  }
}

void InlineInto(llvm::Function& function, std::set<llvm::Function*>& done,
                std::set<llvm::Function*>& active) {
  if (done.contains(&function)) return;
  if (!active.insert(&function).second) {
    throw ProveError(
        fmt::format("{} calls itself; recursion is not supported", function.getName().str()));
  }
  function.removeFnAttr(llvm::Attribute::OptimizeNone);
  function.removeFnAttr(llvm::Attribute::NoInline);
  DropUnrollHints(function);
  std::vector<llvm::CallBase*> calls;
  for (llvm::BasicBlock& block : function) {
    for (llvm::Instruction& instruction : block) {
      auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (call == nullptr || call->getCalledFunction() == nullptr) continue;
      if (!call->getCalledFunction()->isDeclaration()) calls.push_back(call);
    }
  }
  for (llvm::CallBase* call : calls) {
    llvm::Function* callee = call->getCalledFunction();
    InlineInto(*callee, done, active);
    llvm::InlineFunctionInfo info;
    const llvm::InlineResult result = llvm::InlineFunction(*call, info);
    if (!result.isSuccess()) {
      throw ProveError(fmt::format("LLVM cannot inline {}: {}", callee->getName().str(),
                                   result.getFailureReason()));
    }
  }
  active.erase(&function);
  done.insert(&function);
  Simplify(function);
}

}  // namespace

void InlineAll(llvm::Function& root) {
  std::set<llvm::Function*> done;
  std::set<llvm::Function*> active;
  InlineInto(root, done, active);
}

void Simplify(llvm::Function& function) { RunPasses(function, kSimplify); }

void UnrollAll(llvm::Function& function) {
  for (int round = 0; round < 8; ++round) {
    DropUnrollHints(function);
    RunPasses(function, std::string(kUnroll) + "," + kSimplify);
    llvm::DominatorTree dominators(function);
    if (llvm::LoopInfo(dominators).empty()) break;
  }
  RunPasses(function, kFinish);
}

void RewriteAsserts(llvm::Function& function) {
  llvm::Module& module = *function.getParent();
  llvm::LLVMContext& context = module.getContext();
  std::vector<llvm::BasicBlock*> failing;
  for (llvm::BasicBlock& block : function) {
    if (!llvm::isa<llvm::UnreachableInst>(block.getTerminator())) continue;
    for (llvm::Instruction& instruction : block) {
      auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
      if (call == nullptr || call->getCalledFunction() == nullptr) continue;
      if (call->getCalledFunction()->getName() == "__assert_fail") failing.push_back(&block);
    }
  }
  if (failing.empty()) return;
  llvm::FunctionCallee check = module.getOrInsertFunction(
      "vireo.check", llvm::Type::getVoidTy(context), llvm::Type::getInt1Ty(context));
  auto* declared = llvm::cast<llvm::Function>(check.getCallee());
  declared->setMemoryEffects(llvm::MemoryEffects::inaccessibleMemOnly());
  declared->addFnAttr(llvm::Attribute::NoUnwind);
  declared->addFnAttr(llvm::Attribute::WillReturn);
  for (llvm::BasicBlock* block : failing) {
    const std::vector<llvm::BasicBlock*> before(llvm::pred_begin(block), llvm::pred_end(block));
    for (llvm::BasicBlock* from : before) {
      auto* branch = llvm::dyn_cast<llvm::BranchInst>(from->getTerminator());
      if (branch == nullptr || !branch->isConditional() ||
          branch->getSuccessor(0) == branch->getSuccessor(1))
        continue;
      llvm::IRBuilder<> builder(branch);
      const bool fails_on_true = branch->getSuccessor(0) == block;
      llvm::Value* holds =
          fails_on_true ? builder.CreateNot(branch->getCondition()) : branch->getCondition();
      builder.CreateCall(check, {holds});
      builder.CreateBr(branch->getSuccessor(fails_on_true ? 1 : 0));
      block->removePredecessor(from);
      branch->eraseFromParent();
    }
  }
  Simplify(function);
}

void RequireAcyclic(llvm::Function& function) {
  llvm::DominatorTree dominators(function);
  llvm::LoopInfo loops(dominators);
  for (const llvm::Loop* loop : loops) {
    std::string place;
    if (const llvm::DebugLoc start = loop->getStartLoc())
      place = fmt::format("{}:{}", start->getFilename().str(), start.getLine());
    throw ProveError(fmt::format("{}: the loop has no constant bound that LLVM can unroll", place));
  }
}

}  // namespace vireo::prove
