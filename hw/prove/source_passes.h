// SPDX-License-Identifier: Apache-2.0
// LLVM's passes in the order that turns a firing into straight control flow.
#pragma once

namespace llvm {
class Function;
}

namespace vireo::prove {

// Inlines everything `root` reaches, callees first and simplified on the way.
void InlineAll(llvm::Function& root);
// Promotes memory to values and cleans the control flow.
void Simplify(llvm::Function& function);
// Unrolls every loop with a constant bound.
void UnrollAll(llvm::Function& function);
// Turns assert() into calls of vireo.check(i1).
void RewriteAsserts(llvm::Function& function);
// Throws where a loop is left.
void RequireAcyclic(llvm::Function& function);

}  // namespace vireo::prove
