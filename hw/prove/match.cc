// SPDX-License-Identifier: Apache-2.0
// Which register or memory of the Verilog holds which part of the source's state, by name.
#include "hw/prove/match.h"

#include <cctype>
#include <set>

namespace vireo::prove {
namespace {

// The rest of a name after a component and its underscore, or nothing if it does not start so.
std::optional<std::string> After(const std::string& name, const std::string& component) {
  if (name == component) return "";
  if (name.size() > component.size() && name.starts_with(component) &&
      name[component.size()] == '_') {
    return name.substr(component.size() + 1);
  }
  return std::nullopt;
}

std::optional<uint64_t> LeadingNumber(const std::string& name, std::string* rest) {
  size_t end = 0;
  while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) ++end;
  if (end == 0 || (end < name.size() && name[end] != '_')) return std::nullopt;
  *rest = end < name.size() ? name.substr(end + 1) : "";
  return std::stoull(name.substr(0, end));
}

class Matcher {
 public:
  Matcher(const Btor& btor, const std::vector<Object>& shape) : shape_(shape) {
    for (const BtorState& state : btor.states) {
      if (state.address_width > 0) memories_.insert(Normalise(state.name));
    }
  }

  std::optional<Binding> Bind(const BtorState& state, size_t object, const Type& type,
                              const std::string& name) {
    state_ = &state;
    object_ = object;
    full_ = name;
    steps_.clear();
    path_ = shape_[object].name;
    const bool instance = path_.empty();
    const std::optional<std::string> rest = instance ? name : After(name, Normalise(path_));
    if (!rest || !Descend(type, *rest)) return std::nullopt;
    return result_;
  }

 private:
  // One array around the scalar: at a fixed element, at the address, every element in the word,
  // or at element bank + address * banks.
  struct Step {
    enum class Kind { kFixed, kAddress, kWord, kBank } kind = Kind::kFixed;
    uint64_t count = 0;
    uint64_t number = 0;
    uint64_t banks = 0;
  };

  bool Descend(const Type& type, const std::string& rest) {
    switch (type.kind) {
      case Type::Kind::kStream: return false;
      case Type::Kind::kScalar: return rest.empty() && Finish(type);
      case Type::Kind::kStruct: {
        if (rest.empty() && Finish(type)) return true;
        for (const Type::Member& member : type.members) {
          const auto inner = member.name.empty() ? rest : After(rest, Normalise(member.name));
          if (inner && Enter(member, *inner)) return true;
        }
        return false;
      }
      case Type::Kind::kArray: return DescendArray(type, rest);
    }
    return false;
  }

  bool Enter(const Type::Member& member, const std::string& rest) {
    const std::string before = path_;
    path_ += (path_.empty() || member.name.empty() ? "" : ".") + member.name;
    const bool found = Descend(*member.type, rest);
    path_ = before;
    return found;
  }

  bool Try(const Step& step, const Type& element, const std::string& rest) {
    const std::string before = path_;
    steps_.push_back(step);
    path_ += "[]";
    const bool found = Descend(element, rest);
    steps_.pop_back();
    path_ = before;
    return found;
  }

  bool DescendArray(const Type& type, const std::string& rest) {
    const bool memory = state_->address_width > 0;
    std::string after;
    if (const auto number = LeadingNumber(rest, &after)) {
      if (*number < type.count &&
          Try({Step::Kind::kFixed, type.count, *number, 0}, *type.element, after))
        return true;
      const uint64_t banks = Banks(rest, after);
      if (memory && banks > 1 && *number < banks) {
        if (Try({Step::Kind::kBank, type.count, *number, banks}, *type.element, after)) return true;
      }
    }
    if (memory && Try({Step::Kind::kAddress, type.count, 0, 0}, *type.element, rest)) return true;
    return rest.empty() && Finish(type);
  }

  // How many memories have this name but for the number at the start of `rest`.
  uint64_t Banks(const std::string& rest, const std::string& after) const {
    const std::string prefix = full_.substr(0, full_.size() - rest.size());
    uint64_t banks = 0;
    while (memories_.contains(prefix + std::to_string(banks) + (after.empty() ? "" : "_" + after)))
      ++banks;
    return banks;
  }

  // The whole of `type` is meant; fits if the widths and depths do.
  bool Finish(const Type& type) {
    result_ = {state_, {}, 1};
    bool addressed = false;
    for (const Step& step : steps_) {
      if (step.kind == Step::Kind::kAddress) result_.depth *= step.count;
      if (step.kind == Step::Kind::kBank)
        result_.depth *= (step.count + step.banks - 1) / step.banks;
      addressed |= step.kind == Step::Kind::kAddress || step.kind == Step::Kind::kBank;
    }
    if (addressed != (state_->address_width > 0)) return false;
    if (addressed && IndexBits(result_.depth) > state_->address_width) return false;
    uint32_t bits = 0;
    AddParts(type, path_, steps_, bits);
    return bits == state_->width;
  }

  void AddParts(const Type& type, const std::string& path, const std::vector<Step>& steps,
                uint32_t& bits) {
    if (type.kind == Type::Kind::kStruct) {
      for (const Type::Member& member : type.members) {
        AddParts(*member.type,
                 path + (path.empty() || member.name.empty() ? "" : ".") + member.name, steps,
                 bits);
      }
    } else if (type.kind == Type::Kind::kArray) {
      for (uint64_t i = 0; i < type.count; ++i) {
        std::vector<Step> inner = steps;
        inner.push_back({Step::Kind::kWord, type.count, i, 0});
        AddParts(*type.element, path + "[]", inner, bits);
      }
    } else if (type.bits > 0 && type.kind == Type::Kind::kScalar) {
      bits += type.bits;
      BoundPart part{.object = object_};
      while (part.group < shape_[object_].groups.size() &&
             shape_[object_].groups[part.group].path != path)
        ++part.group;
      uint64_t inner = 1;
      for (size_t i = steps.size(); i-- > 0;) {
        const Step& step = steps[i];
        if (step.kind == Step::Kind::kFixed || step.kind == Step::Kind::kWord ||
            step.kind == Step::Kind::kBank) {
          part.first += step.number * inner;
        }
        if (step.kind == Step::Kind::kAddress && part.step == 0) part.step = inner;
        if (step.kind == Step::Kind::kBank) part.step = inner * step.banks;
        inner *= step.count;
      }
      result_.parts.push_back(part);
    }
  }

  const std::vector<Object>& shape_;
  std::set<std::string> memories_;
  const BtorState* state_ = nullptr;
  size_t object_ = 0;
  std::string full_;
  std::string path_;
  std::vector<Step> steps_;
  Binding result_;
};

}  // namespace

std::string Normalise(const std::string& name) {
  std::string result;
  for (char c : name) {
    if (c == '.') c = '_';
    if (c == '_' && (result.empty() || result.back() == '_')) continue;
    result += c;
  }
  if (!result.empty() && result.back() == '_') result.pop_back();
  return result;
}

Match MatchState(const Btor& btor, const SourceIr& ir, const std::vector<Object>& shape) {
  Matcher matcher(btor, shape);
  Match match;
  for (const BtorState& state : btor.states) {
    std::optional<Binding> binding;
    for (size_t i = 0; i < shape.size() && !binding && !state.name.empty(); ++i) {
      binding = matcher.Bind(state, i, *ir.objects[i].type, Normalise(state.name));
    }
    if (binding) {
      match.bindings.push_back(*binding);
    } else {
      match.free.push_back(&state);
    }
  }
  return match;
}

}  // namespace vireo::prove
