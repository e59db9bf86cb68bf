// SPDX-License-Identifier: Apache-2.0
// The source as one acyclic LLVM function for a firing, made by LLVM's own passes.
#include "hw/prove/source_ir.h"

#include <fmt/format.h>
#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/Support/SourceMgr.h>

#include "hw/prove/dependence.h"
#include "hw/prove/source_passes.h"
#include "hw/prove/terms.h"

namespace vireo::prove {
namespace {

// One stream argument: a global of the object's size stands for it.
struct StreamGlobal {
  llvm::GlobalVariable* global = nullptr;
  size_t first = 0;  // index of its (first) declaration
  uint64_t stride = 1;
};

class Preparer {
 public:
  explicit Preparer(SourceIr& ir) : ir_(ir), module_(*ir.module), context_(module_.getContext()) {}

  void Run() {
    llvm::Function* step = FindTop();
    RewritePragmas();
    BuildFiring(*step);
    BuildReset();
    InlineAll(*ir_.firing);
    if (ir_.reset != nullptr) InlineAll(*ir_.reset);
    RewriteAsserts(*ir_.firing);
    RewriteStreamCalls(false);
    Simplify(*ir_.firing);
    UnrollAll(*ir_.firing);
    RewriteStreamCalls(true);
    UnrollAll(*ir_.firing);
    RequireAcyclic(*ir_.firing);
    if (ir_.reset != nullptr) {
      UnrollAll(*ir_.reset);
      RequireAcyclic(*ir_.reset);
    }
    FindObjects();
  }

 private:
  llvm::Function* FindTop() {
    llvm::GlobalVariable* top = module_.getGlobalVariable("__vireo_top", true);
    if (top == nullptr || !top->hasInitializer()) {
      throw ProveError("the bitcode has no __vireo_top (write it with vireo-hls --ir)");
    }
    llvm::Constant* value = top->getInitializer();
    if (auto* pair = llvm::dyn_cast<llvm::ConstantStruct>(value)) {
      auto* adjustment = llvm::dyn_cast<llvm::ConstantInt>(pair->getOperand(1));
      if (adjustment == nullptr || !adjustment->isZero())
        throw ProveError("Step of a second base class is not supported");
      value = pair->getOperand(0);
    }
    auto* step = llvm::dyn_cast<llvm::Function>(value->stripPointerCasts());
    if (auto* cast = llvm::dyn_cast<llvm::ConstantExpr>(value)) {
      step = llvm::dyn_cast<llvm::Function>(cast->getOperand(0)->stripPointerCasts());
    }
    if (step == nullptr || step->isDeclaration())
      throw ProveError("__vireo_top does not name a function with a body");
    return step;
  }

  static std::string TextOf(llvm::Value* literal) {
    const auto* text = llvm::cast<llvm::GlobalVariable>(literal);
    return llvm::cast<llvm::ConstantDataArray>(text->getInitializer())->getAsCString().str();
  }

  // Of the pragmas, DEPENDENCE says something of what the source does; the others go.
  void RewritePragmas() {
    auto* i64 = llvm::Type::getInt64Ty(context_);
    llvm::FunctionCallee promise = Operation("vireo.promise", llvm::Type::getVoidTy(context_),
                                             {llvm::PointerType::getUnqual(context_), i64}, false);
    llvm::cast<llvm::Function>(promise.getCallee())->addParamAttr(0, llvm::Attribute::NoCapture);
    for (llvm::Function& function : module_) {
      if (!function.getName().starts_with("__vireo_pragma")) continue;
      for (llvm::User* user : llvm::make_early_inc_range(function.users())) {
        auto* call = llvm::dyn_cast<llvm::CallInst>(user);
        if (call == nullptr) continue;
        const auto distance = PromisedDistance(TextOf(call->getArgOperand(0)));
        if (distance && call->arg_size() > 2) {
          llvm::Value* value = llvm::ConstantInt::get(i64, *distance);
          for (unsigned i = 3; i + 1 < call->arg_size(); i += 2) {
            if (*distance != Promise::kNever && TextOf(call->getArgOperand(i)) == "distance")
              value = call->getArgOperand(i + 1);
          }
          llvm::IRBuilder<>(call).CreateCall(promise, {call->getArgOperand(2), value});
        }
        call->eraseFromParent();
      }
    }
  }

  llvm::Function* NewFunction(const std::string& name) {
    auto* function =
        llvm::Function::Create(llvm::FunctionType::get(llvm::Type::getVoidTy(context_), false),
                               llvm::GlobalValue::InternalLinkage, name, module_);
    function->addFnAttr(llvm::Attribute::NoUnwind);
    llvm::BasicBlock::Create(context_, "entry", function);
    return function;
  }

  void AddStreamArgument(const std::string& name, const llvm::DIType* type,
                         std::vector<llvm::Value*>& arguments) {
    const llvm::DIType* inner = Strip(type);
    if (const auto* pointer = llvm::dyn_cast<llvm::DIDerivedType>(inner))
      inner = Strip(pointer->getBaseType());
    const Type* read = ir_.types->Read(inner);
    const Type* stream = read->kind == Type::Kind::kArray ? read->element : read;
    const uint64_t count = read->kind == Type::Kind::kArray ? read->count : 1;
    if (stream->kind != Type::Kind::kStream) {
      throw ProveError(fmt::format("parameter {} of the process is not a stream", name));
    }
    auto* bytes = llvm::ArrayType::get(llvm::Type::getInt8Ty(context_), read->bytes);
    auto* global = new llvm::GlobalVariable(
        module_, bytes, false, llvm::GlobalValue::ExternalLinkage, nullptr, "vireo.stream");
    streams_.push_back({global, ir_.streams.size(), stream->bytes});
    for (uint64_t i = 0; i < count; ++i) {
      const bool array = read->kind == Type::Kind::kArray;
      ir_.streams.push_back({array ? fmt::format("{}_{}", name, i) : name, stream->element});
    }
    arguments.push_back(global);
  }

  void BuildFiring(llvm::Function& step) {
    const llvm::DISubprogram* program = step.getSubprogram();
    if (program == nullptr)
      throw ProveError("the bitcode has no debug information (compile with -g)");
    std::vector<std::string> names(step.arg_size() + 1);
    for (const llvm::DINode* node : program->getRetainedNodes())
      Remember(llvm::dyn_cast<llvm::DILocalVariable>(node), names);
    for (llvm::Instruction& instruction : llvm::instructions(step)) {
      for (llvm::DbgVariableRecord& record : llvm::filterDbgVars(instruction.getDbgRecordRange())) {
        Remember(record.getVariable(), names);
      }
      if (auto* declare = llvm::dyn_cast<llvm::DbgVariableIntrinsic>(&instruction))
        Remember(declare->getVariable(), names);
    }
    const llvm::DITypeRefArray types = program->getType()->getTypeArray();
    std::vector<llvm::Value*> arguments;
    for (unsigned i = 1; i < types.size(); ++i) {
      if (types[i] != nullptr && types[i]->isArtificial()) {
        llvm::GlobalVariable* instance = module_.getGlobalVariable("__vireo_instance", true);
        if (instance == nullptr)
          throw ProveError(
              "the bitcode has no __vireo_instance for the class (write it with vireo-hls --ir)");
        arguments.push_back(instance);
      } else {
        AddStreamArgument(i < names.size() ? names[i] : "", types[i], arguments);
      }
    }
    if (arguments.size() != step.arg_size())
      throw ProveError("the process has parameters other than streams");
    ir_.firing = NewFunction("vireo.firing");
    llvm::IRBuilder<> builder(&ir_.firing->getEntryBlock());
    MakeFree(*builder.CreateCall(&step, arguments), step);
    builder.CreateRetVoid();
  }

  // The inliner wants a location on calls of functions with debug information.
  void MakeFree(llvm::CallInst& call, llvm::Function& callee) {
    if (llvm::DISubprogram* program = callee.getSubprogram()) {
      if (call.getFunction()->getSubprogram() == nullptr) {
        llvm::DIBuilder builder(module_, true, program->getUnit());
        auto* type = builder.createSubroutineType(builder.getOrCreateTypeArray({}));
        auto* own = builder.createFunction(program->getFile(), "vireo", "vireo", program->getFile(),
                                           0, type, 0, llvm::DINode::FlagZero,
                                           llvm::DISubprogram::SPFlagDefinition);
        builder.finalizeSubprogram(own);
        call.getFunction()->setSubprogram(own);
      }
      call.setDebugLoc(llvm::DILocation::get(context_, 0, 0, call.getFunction()->getSubprogram()));
    }
  }

  static void Remember(const llvm::DILocalVariable* variable, std::vector<std::string>& names) {
    if (variable != nullptr && variable->getArg() > 0 && variable->getArg() < names.size()) {
      names[variable->getArg()] = variable->getName().str();
    }
  }

  void BuildReset() {
    ir_.reset = NewFunction("vireo.reset");
    llvm::IRBuilder<> builder(&ir_.reset->getEntryBlock());
    llvm::GlobalVariable* constructors = module_.getGlobalVariable("llvm.global_ctors");
    if (constructors != nullptr && constructors->hasInitializer()) {
      if (auto* list = llvm::dyn_cast<llvm::ConstantArray>(constructors->getInitializer())) {
        for (llvm::Use& use : list->operands()) {
          auto* entry = llvm::cast<llvm::ConstantStruct>(use.get());
          auto* function =
              llvm::dyn_cast<llvm::Function>(entry->getOperand(1)->stripPointerCasts());
          if (function != nullptr) MakeFree(*builder.CreateCall(function), *function);
        }
      }
    }
    // The constructor by itself tells what it sets from what is zero by accident.
    llvm::Function* construct = module_.getFunction("__vireo_construct");
    llvm::GlobalVariable* instance = module_.getGlobalVariable("__vireo_instance", true);
    if (construct != nullptr && instance != nullptr) {
      ir_.constructs = true;
      MakeFree(*builder.CreateCall(construct, {instance}), *construct);
    }
    builder.CreateRetVoid();
  }

  // The index of the stream a pointer stands for, or nothing while it is not known.
  bool StreamIndex(llvm::Value* pointer, size_t* index) {
    const llvm::DataLayout& layout = module_.getDataLayout();
    llvm::APInt offset(64, 0);
    llvm::Value* base = pointer->stripAndAccumulateConstantOffsets(layout, offset, true);
    for (const StreamGlobal& stream : streams_) {
      if (stream.global != base) continue;
      *index = stream.first + offset.getZExtValue() / stream.stride;
      return true;
    }
    return false;
  }

  llvm::FunctionCallee Operation(const std::string& name, llvm::Type* result,
                                 llvm::ArrayRef<llvm::Type*> arguments, bool status) {
    auto callee =
        module_.getOrInsertFunction(name, llvm::FunctionType::get(result, arguments, false));
    auto* function = llvm::cast<llvm::Function>(callee.getCallee());
    function->setMemoryEffects(status ? llvm::MemoryEffects::none()
                                      : llvm::MemoryEffects::inaccessibleMemOnly());
    function->addFnAttr(llvm::Attribute::NoUnwind);
    function->addFnAttr(llvm::Attribute::WillReturn);
    return callee;
  }

  void RewriteStreamCalls(bool all) {
    std::vector<llvm::CallInst*> calls;
    for (llvm::Instruction& instruction : llvm::instructions(*ir_.firing)) {
      auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
      if (call == nullptr || call->getCalledFunction() == nullptr) continue;
      if (call->getCalledFunction()->getName().starts_with("__vireo_stream_"))
        calls.push_back(call);
    }
    for (llvm::CallInst* call : calls) {
      size_t stream = 0;
      if (StreamIndex(call->getArgOperand(0), &stream)) {
        Rewrite(*call, stream);
      } else if (all) {
        throw ProveError(
            fmt::format("{}: which stream is meant is chosen at run time", PlaceOf(call)));
      }
    }
  }

  void Rewrite(llvm::CallInst& call, size_t index) {
    const std::string operation =
        call.getCalledFunction()->getName().str().substr(std::string("__vireo_stream_").size());
    const std::string name = fmt::format("vireo.{}.{}", operation, index);
    llvm::IRBuilder<> builder(&call);
    llvm::Type* bit = llvm::Type::getInt1Ty(context_);
    if (operation == "empty" || operation == "full") {
      call.replaceAllUsesWith(builder.CreateCall(Operation(name, bit, {}, true)));
      call.eraseFromParent();
      return;
    }
    const std::vector<Leaf> leaves = Leaves(*ir_.streams[index].payload);
    std::vector<llvm::Type*> types;
    for (const Leaf& leaf : leaves) types.push_back(builder.getIntNTy(leaf.type->bits));
    llvm::Value* value = call.getArgOperand(1);
    const auto address = [&](const Leaf& leaf) {
      return builder.CreateConstGEP1_64(builder.getInt8Ty(), value, leaf.byte_offset);
    };
    const auto memory_type = [&](const Leaf& leaf) {
      return builder.getIntNTy(static_cast<unsigned>(leaf.type->bytes * 8));
    };
    if (operation == "read") {
      llvm::Type* result = llvm::StructType::get(context_, types);
      llvm::Value* token = builder.CreateCall(Operation(name, result, {}, false));
      for (unsigned i = 0; i < leaves.size(); ++i) {
        llvm::Value* field =
            builder.CreateIntCast(builder.CreateExtractValue(token, i), memory_type(leaves[i]),
                                  leaves[i].type->is_signed);
        builder.CreateAlignedStore(field, address(leaves[i]), llvm::Align(1));
      }
    } else {
      std::vector<llvm::Value*> fields;
      for (unsigned i = 0; i < leaves.size(); ++i) {
        llvm::Value* field =
            builder.CreateAlignedLoad(memory_type(leaves[i]), address(leaves[i]), llvm::Align(1));
        fields.push_back(builder.CreateTrunc(field, types[i]));
      }
      builder.CreateCall(Operation(name, builder.getVoidTy(), types, false), fields);
    }
    call.eraseFromParent();
  }

  // The globals that the firing uses and that are not constants.
  void FindObjects() {
    for (llvm::GlobalVariable& global : module_.globals()) {
      if (global.isConstant() || global.getName().starts_with("vireo.stream") ||
          global.getName().starts_with("llvm."))
        continue;
      if (global.getName().starts_with("_ZGV") || global.getName() == "__vireo_top") continue;
      bool used = global.getName() == "__vireo_instance";
      for (llvm::Instruction& instruction : llvm::instructions(*ir_.firing)) {
        for (llvm::Value* operand : instruction.operands())
          used |= operand->stripInBoundsOffsets() == &global;
      }
      if (!used) continue;
      llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> debug;
      global.getDebugInfo(debug);
      if (debug.empty())
        throw ProveError(fmt::format("global {} has no debug information", global.getName().str()));
      const llvm::DIGlobalVariable* variable = debug.front()->getVariable();
      const bool instance = global.getName() == "__vireo_instance";
      ir_.objects.push_back({instance ? "" : variable->getName().str(), &global,
                             ir_.types->Read(variable->getType())});
    }
  }

  SourceIr& ir_;
  llvm::Module& module_;
  llvm::LLVMContext& context_;
  std::vector<StreamGlobal> streams_;
};

}  // namespace

SourceIr::SourceIr()
    : context(std::make_unique<llvm::LLVMContext>()), types(std::make_unique<TypeReader>()) {}
SourceIr::~SourceIr() = default;
SourceIr::SourceIr(SourceIr&&) noexcept = default;

SourceIr ReadSource(const std::string& path) {
  SourceIr ir;
  llvm::SMDiagnostic diagnostic;
  ir.module = llvm::parseIRFile(path, diagnostic, *ir.context);
  if (ir.module == nullptr)
    throw ProveError(fmt::format("{}: {}", path, diagnostic.getMessage().str()));
  Preparer(ir).Run();
  return ir;
}

std::string PlaceOf(const void* instruction) {
  const auto* place = static_cast<const llvm::Instruction*>(instruction);
  const llvm::DILocation* shown = nullptr;
  for (const llvm::DILocation* at = place->getDebugLoc().get(); at != nullptr;
       at = at->getInlinedAt()) {
    if (at->getLine() == 0) continue;
    shown = at;
    // The reader's own line, not the one inside the headers that stand for the hardware types.
    const llvm::StringRef file = at->getFilename();
    if (!file.ends_with("hls_stream.h") && !file.contains("ap_int.h") &&
        !file.contains("hls/detail/"))
      break;
  }
  return shown == nullptr ? "" : fmt::format("{}:{}", shown->getFilename().str(), shown->getLine());
}

}  // namespace vireo::prove
