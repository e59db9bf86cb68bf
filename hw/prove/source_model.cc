// SPDX-License-Identifier: Apache-2.0
// One firing of the source as terms: what it takes, what it gives, and the state after it.
#include "hw/prove/source_model.h"

#include <fmt/format.h>
#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/Module.h>

#include <map>

#include "hw/prove/evaluator.h"

namespace vireo::prove {

SourceStream::SourceStream(const StreamDecl& decl)
    : name(decl.name),
      leaves(Leaves(*decl.payload)),
      status(True()),
      data(True()),
      read(False()),
      write(False()) {
  for (const Leaf& leaf : leaves) bits += leaf.type->bits;
  status = Variable(name + ".available", 1);
  data = Variable(name + ".data", bits == 0 ? 1 : bits);
}

std::vector<Object> StateShape(const SourceIr& ir) {
  std::vector<Object> shape;
  std::map<std::string, int> times;  // two statics may share a name
  for (const StateObject& object : ir.objects) {
    const int before = times[object.name]++;
    shape.push_back(MakeObject(
        before == 0 ? object.name : fmt::format("{}_{}", object.name, before), *object.type));
  }
  return shape;
}

ResetState EvaluateReset(const SourceIr& ir) {
  const llvm::DataLayout& layout = ir.module->getDataLayout();
  std::vector<Object> objects = StateShape(ir);
  SourceModel scratch;
  for (size_t i = 0; i < objects.size(); ++i) {
    llvm::GlobalVariable& global = *ir.objects[i].global;
    const bool constructed = ir.constructs && global.getName() == "__vireo_instance";
    FillCells(objects[i], [&](const Group& group, uint64_t element) {
      const auto value = global.hasInitializer() && !constructed
                             ? InitialValue(*global.getInitializer(), group.ElementOffset(element),
                                            *group.leaf, layout)
                             : std::nullopt;
      const z3::expr unset = Variable("unset", group.leaf->bits);
      return value ? *value : unset;
    });
  }
  if (ir.reset != nullptr) Evaluator(ir, objects, scratch).Run(*ir.reset);
  ResetState result(objects.size());
  for (size_t i = 0; i < objects.size(); ++i) {
    bool touched = false;
    for (const Group& group : objects[i].groups) touched |= group.written;
    for (const Group& group : objects[i].groups) {
      auto& values = result[i].emplace_back();
      for (uint64_t k = 0; k < group.count; ++k) {
        const z3::expr value = group.cells[k].simplify();
        // A constructor that runs and does not touch a member leaves it unset, if by accident zero.
        values.push_back({value, value.is_numeral() && (!touched || group.cell_written[k])});
      }
    }
  }
  return result;
}

SourceModel EvaluateFiring(const SourceIr& ir, std::vector<Object> shape) {
  SourceModel model;
  for (const StreamDecl& decl : ir.streams) model.streams.emplace_back(decl);
  for (Object& object : shape) {
    for (Group& group : object.groups) {
      if (!group.array) continue;
      const z3::sort index = Z3().bv_sort(IndexBits(group.count));
      group.array =
          Z3().constant(group.path.c_str(), Z3().array_sort(index, Z3().bv_sort(group.leaf->bits)));
    }
    FillCells(object, [](const Group& group, uint64_t element) {
      return Variable(group.ElementName(element), group.leaf->bits);
    });
  }
  model.before = shape;
  model.after = std::move(shape);
  Evaluator(ir, model.after, model).Run(*ir.firing);
  return model;
}

}  // namespace vireo::prove
