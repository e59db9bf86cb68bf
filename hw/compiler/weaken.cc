// SPDX-License-Identifier: Apache-2.0
// Weakening by polarity through AND, OR, NOT and multiplexers; other nodes are atoms.

#include "hw/compiler/weaken.h"

#include <map>
#include <utility>

namespace vireo::compiler {

namespace {

class Approximation {
 public:
  Approximation(Graph& graph, const std::function<bool(const Node*)>& ready)
      : graph_(graph), ready_(ready) {}

  // Implied by `node` if `upper`, else implying it.
  Node* Bound(Node* node, bool upper) {
    if (node->IsConst() || ready_(node)) return node;
    const auto [known, is_new] = bounds_.try_emplace({node->id, upper}, nullptr);
    if (is_new) known->second = Make(node, upper);
    return known->second;
  }

 private:
  Node* Make(Node* node, bool upper) {
    switch (node->op) {
      case Op::kNot: return graph_.Not(Bound(node->operands[0], !upper));
      case Op::kAnd:
      case Op::kOr: {
        Node* result = nullptr;
        for (Node* operand : node->operands) {
          Node* bound = Bound(operand, upper);
          result = result == nullptr      ? bound
                   : node->op == Op::kAnd ? graph_.And(result, bound)
                                          : graph_.Or(result, bound);
        }
        return result;
      }
      case Op::kMux: {
        Node* condition = node->operands[0];
        Node* a = Bound(node->operands[1], upper);
        Node* b = Bound(node->operands[2], upper);
        if (ready_(condition)) return graph_.Mux(condition, a, b);
        return upper ? graph_.Or(a, b) : graph_.And(a, b);
      }
      case Op::kOneHotMux: {
        // As many choices as there are: an OR of ANDs, whichever conditions hold.
        Node* result = graph_.False();
        for (size_t i = 0; i < node->operands.size(); i += 2) {
          result = graph_.Or(result, graph_.And(Bound(node->operands[i], upper),
                                                Bound(node->operands[i + 1], upper)));
        }
        return result;
      }
      default: return upper ? graph_.True() : graph_.False();
    }
  }

  Graph& graph_;
  const std::function<bool(const Node*)>& ready_;
  std::map<std::pair<uint32_t, bool>, Node*> bounds_;
};

}  // namespace

Node* Weaken(Graph& graph, Node* condition, const std::function<bool(const Node*)>& ready) {
  return Approximation(graph, ready).Bound(condition, true);
}

}  // namespace vireo::compiler
