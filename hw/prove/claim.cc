// SPDX-License-Identifier: Apache-2.0
// What has to be equal: source and Verilog side by side over the same free variables.
#include "hw/prove/claim.h"

#include <fmt/format.h>

#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "hw/prove/stages.h"

namespace vireo::prove {
namespace {

bool IsStageValid(const std::string& name) { return IsStageRegister(name) && name[0] == 'v'; }

class Builder {
 public:
  Builder(const SourceIr& ir, const Btor& btor) : ir_(ir), btor_(btor) {}

  Claim Build() {
    std::vector<Object> shape = StateShape(ir_);
    match_ = MatchState(btor_, ir_, shape);
    for (const Binding& binding : match_.bindings) {
      if (binding.state->address_width == 0) continue;
      for (const BoundPart& part : binding.parts)
        shape[part.object].groups[part.group].array = True();
    }
    for (const BtorState* state : match_.free) {
      if (IsPipelineRegister(*state)) claim_.pipelined = true;
    }
    for (const BtorPort& port : btor_.outputs) claim_.pipelined |= port.name.ends_with("_reserve");
    reset_ = EvaluateReset(ir_);
    claim_.model = EvaluateFiring(ir_, std::move(shape));
    FixUnchanging();
    claim_.fire = Not(claim_.model.stall);
    std::erase_if(claim_.model.misuses,
                  [](const Misuse& misuse) { return IsFalse(misuse.condition); });
    for (const Misuse& misuse : claim_.model.misuses)
      claim_.misuse = Or(claim_.misuse, misuse.condition);
    claim_.misuse = And(claim_.fire, claim_.misuse);
    AddGoals();
    AddResetGoals();
    if (claim_.pipelined) {
      StageReport stages =
          CheckStages(btor_, [this](const BtorState& state) { return IsPipelineRegister(state); });
      claim_.stage_errors = std::move(stages.errors);
      for (const StageReport::Gap& gap : stages.gaps) CheckPromise(gap);
      AddEmptyStages(stages);
    }
    return std::move(claim_);
  }

 private:
  SourceModel& model() { return claim_.model; }

  // What a firing never writes and the Verilog does not keep has its first value for ever.
  void FixUnchanging() {
    std::set<std::pair<size_t, size_t>> kept;
    for (const Binding& binding : match_.bindings) {
      for (const BoundPart& part : binding.parts) kept.insert({part.object, part.group});
    }
    for (size_t i = 0; i < model().after.size(); ++i) {
      for (size_t j = 0; j < model().after[i].groups.size(); ++j) {
        const Group& group = model().after[i].groups[j];
        if (kept.contains({i, j})) continue;
        if (group.written) {
          claim_.notes.push_back(fmt::format(
              "{}: not kept by the Verilog, so proved for any value of it", group.path));
          continue;
        }
        for (uint64_t k = 0; k < group.count; ++k) {
          if (!reset_[i][j][k].known) continue;
          constants_from_.push_back(group.cells[k]);
          constants_to_.push_back(reset_[i][j][k].value);
        }
      }
    }
  }

  z3::expr Settle(const z3::expr& term) {
    return constants_from_.empty() ? term
                                   : z3::expr(term).substitute(constants_from_, constants_to_);
  }

  SourceStream* StreamOf(const std::string& port, const std::string& suffix) {
    if (!port.ends_with(suffix)) return nullptr;
    for (SourceStream& stream : model().streams) {
      if (stream.name + suffix == port) return &stream;
    }
    return nullptr;
  }

  z3::expr InputValue(const BtorPort& port, bool reset) {
    if (port.name == "rst") return reset ? True() : False();
    if (SourceStream* stream = StreamOf(port.name, "_data")) {
      if (stream->bits != port.width) {
        throw ProveError(fmt::format("{} has {} bits in the Verilog and {} in the source",
                                     port.name, port.width, stream->bits));
      }
      return stream->data;
    }
    if (SourceStream* stream = StreamOf(port.name, "_valid")) return stream->status;
    if (SourceStream* stream = StreamOf(port.name, "_ready")) return stream->status;
    if (port.name.starts_with("ap_"))
      throw ProveError(
          "the Verilog is a full top; the proof is about the process: vireo-hls --core");
    return Variable("verilog." + (port.name.empty() ? std::to_string(port.id) : port.name),
                    port.width);
  }

  z3::expr StateValue(const BtorState& state) {
    for (const Binding& binding : match_.bindings) {
      if (binding.state != &state) continue;
      std::vector<z3::expr> parts;
      for (const BoundPart& part : binding.parts)
        parts.push_back(BeforeGroup(part).cells[part.first]);
      return ConcatAll(parts);
    }
    return Variable("verilog." + (state.name.empty() ? std::to_string(state.id) : state.name),
                    state.width);
  }

  const Group& BeforeGroup(const BoundPart& part) {
    return model().before[part.object].groups[part.group];
  }
  const Group& AfterGroup(const BoundPart& part) {
    return model().after[part.object].groups[part.group];
  }

  static z3::expr ElementIndex(const BoundPart& part, const Group& group, const z3::expr& address) {
    const uint32_t width = IndexBits(group.count);
    z3::expr index = Resize(address, width, false);
    if (part.step > 1) index = (index * Number(part.step, width)).simplify();
    return part.first == 0 ? index : (index + Number(part.first, width)).simplify();
  }

  z3::expr ReadWord(const BtorState& memory, const z3::expr& address) {
    for (const Binding& binding : match_.bindings) {
      if (binding.state != &memory) continue;
      std::vector<z3::expr> parts;
      const z3::expr simple = address.simplify();
      for (const BoundPart& part : binding.parts) {
        const Group& group = BeforeGroup(part);
        parts.push_back(ReadElement(group, ElementIndex(part, group, simple)));
      }
      return ConcatAll(parts);
    }
    const z3::sort sort =
        Z3().array_sort(Z3().bv_sort(memory.address_width), Z3().bv_sort(memory.width));
    return z3::select(Z3().constant(("verilog." + memory.name).c_str(), sort), address);
  }

  BtorEvaluator::Environment Environment(bool reset) {
    BtorEvaluator::Environment environment;
    environment.input = [this, reset](const BtorPort& port) { return InputValue(port, reset); };
    environment.state = [this](const BtorState& state) { return StateValue(state); };
    environment.read = [this](const BtorState& state, const z3::expr& address) {
      return ReadWord(state, address);
    };
    if (!reset) {
      environment.transparent = [this](const BtorState& state) {
        return IsPipelineRegister(state);
      };
    }
    return environment;
  }

  bool IsPipelineRegister(const BtorState& state) const {
    return IsFree(state) && (IsStageRegister(state.name) || IsReadRegister(btor_, state));
  }

  bool IsFree(const BtorState& state) const {
    for (const BtorState* free : match_.free) {
      if (free == &state) return true;
    }
    return false;
  }

  z3::expr Output(BtorEvaluator& verilog, const std::string& name) {
    const BtorPort* port = btor_.Output(name);
    if (port == nullptr) throw ProveError(fmt::format("the Verilog has no output {}", name));
    return verilog.Eval(port->id);
  }

  void Add(const std::string& name, const z3::expr& guard, const z3::expr& source,
           const z3::expr& verilog, const std::string& place = "") {
    if (Width(source) != Width(verilog)) {
      throw ProveError(fmt::format("{} has {} bits in the Verilog and {} in the source", name,
                                   Width(verilog), Width(source)));
    }
    claim_.goals.push_back({name, guard, Settle(source), Settle(verilog), place});
  }

  // Several writes as one; right only where `conflict` is impossible.
  struct Joined {
    z3::expr condition = False();
    z3::expr address;
    z3::expr data;
    z3::expr conflict = False();
  };

  template <typename Writes, typename Fields>
  static Joined Join(const Writes& writes, Fields fields) {
    std::optional<Joined> joined;
    for (const auto& write : writes) {
      const Joined next = fields(write);
      if (joined) {
        const z3::expr apart =
            And(And(joined->condition, next.condition), Not(Equal(joined->address, next.address)));
        joined =
            Joined{Or(joined->condition, next.condition),
                   Choose(next.condition, next.address, joined->address),
                   Choose(next.condition, next.data, joined->data), Or(joined->conflict, apart)};
      } else {
        joined = next;
      }
    }
    return *joined;
  }

  // That enable, address and data of the writes are the same.
  void AddSufficient(Goal& goal, const Group& group, const BoundPart& part, const MemoryValue& next,
                     uint32_t low) {
    if (group.stores.empty() || next.writes.empty()) return;
    const uint32_t bits = group.leaf->bits;
    const Joined source = Join(group.stores, [](const Group::Store& store) {
      return Joined{store.condition, store.index, store.value};
    });
    const Joined verilog = Join(next.writes, [&](const MemoryValue::Write& write) {
      return Joined{write.condition, ElementIndex(part, group, write.address),
                    Extract(write.data, low + bits - 1, low)};
    });
    const auto add = [&](const z3::expr& guard, const z3::expr& a, const z3::expr& b) {
      goal.sufficient.push_back({goal.name, Settle(guard), Settle(a), Settle(b), ""});
    };
    add(True(), False(), Or(source.conflict, verilog.conflict));
    add(True(), source.condition, verilog.condition);
    add(source.condition, source.address, verilog.address);
    add(source.condition, source.data, verilog.data);
  }

  void AddGoals() {
    BtorEvaluator verilog(btor_, Environment(false));
    z3::expr active = False();  // the Verilog does something
    std::vector<z3::expr> rooms;
    for (SourceStream& stream : model().streams) AddStream(verilog, stream, active, rooms);
    for (const Binding& binding : match_.bindings) {
      if (binding.state->address_width == 0) {
        AddRegister(verilog, binding, active);
      } else {
        AddMemory(verilog, binding, active);
      }
    }
    for (const BtorState* state : match_.free) {
      if (!IsPipelineRegister(*state))
        claim_.notes.push_back(fmt::format(
            "{}: a register that is no state of the source, so proved for any value of it",
            state->name.empty() ? "(unnamed)" : state->name));
    }
    if (!claim_.pipelined) return;
    const std::vector<z3::expr> cases = RoomCases(rooms, active);
    for (Goal& goal : claim_.goals) {
      goal.cases = cases;
      for (Goal& part : goal.sufficient) part.cases = cases;
    }
  }

  // A pipelined process decides before it knows which outputs it will need: without room in one it
  // may wait, and is compared only where it is active.
  static std::vector<z3::expr> RoomCases(const std::vector<z3::expr>& rooms,
                                         const z3::expr& active) {
    std::vector<z3::expr> cases;
    z3::expr before = True();
    for (const z3::expr& room : rooms) {
      cases.push_back(And(before, And(Not(room), active)));
      before = And(before, room);
    }
    cases.push_back(before);
    return cases;
  }

  void AddStream(BtorEvaluator& verilog, SourceStream& stream, z3::expr& active,
                 std::vector<z3::expr>& rooms) {
    const std::string place = stream.places.empty() ? "" : stream.places.front();
    if (btor_.Input(stream.name + "_valid") != nullptr) {
      const z3::expr popped = Output(verilog, stream.name + "_ready");
      if (!IsFalse(stream.write))
        throw ProveError(fmt::format("the source writes {}, an input of the Verilog", stream.name));
      active = Or(active, popped);
      Add(stream.name + "_ready", True(), And(claim_.fire, stream.read), popped, place);
      return;
    }
    if (btor_.Input(stream.name + "_ready") == nullptr)
      throw ProveError(fmt::format("the Verilog has no ports for stream {}", stream.name));
    if (!IsFalse(stream.read))
      throw ProveError(fmt::format("the source reads {}, an output of the Verilog", stream.name));
    const z3::expr pushed = Output(verilog, stream.name + "_valid");
    const z3::expr pushes = And(claim_.fire, stream.write);
    active = Or(active, pushed);
    rooms.push_back(stream.status);
    Add(stream.name + "_valid", True(), pushes, pushed, place);
    if (btor_.Output(stream.name + "_reserve") != nullptr)
      AddReserve(verilog, stream, pushed, active);
    if (stream.bits == 0 || stream.written.empty()) return;
    const z3::expr data = Output(verilog, stream.name + "_data");
    if (Width(data) != stream.bits)
      throw ProveError(fmt::format("{}_data has {} bits in the Verilog and {} in the source",
                                   stream.name, Width(data), stream.bits));
    for (size_t i = 0; i < stream.leaves.size(); ++i) {
      const Leaf& leaf = stream.leaves[i];
      Add(fmt::format("{}_data{}{}", stream.name,
                      leaf.path.empty() || leaf.path.front() == '[' ? "" : ".", leaf.path),
          pushes, stream.written[i],
          Extract(data, leaf.bit_offset + leaf.type->bits - 1, leaf.bit_offset), place);
    }
  }

  // What is reserved at the start of the pipeline is pushed or given back, one of both.
  void AddReserve(BtorEvaluator& verilog, SourceStream& stream, const z3::expr& pushed,
                  z3::expr& active) {
    const z3::expr reserved = Output(verilog, stream.name + "_reserve");
    const BtorPort* cancel = btor_.Output(stream.name + "_cancel");
    const z3::expr given_back = cancel == nullptr ? False() : verilog.Eval(cancel->id);
    active = Or(active, reserved);
    Add(stream.name + "_reserve", True(), reserved, Or(pushed, given_back));
    Add(stream.name + "_cancel", pushed, False(), given_back);
    Add(stream.name + "_reserve without room", Not(stream.status), False(), reserved);
  }

  void AddRegister(BtorEvaluator& verilog, const Binding& binding, z3::expr& active) {
    const z3::expr next = verilog.Next(*binding.state);
    uint32_t low = 0;
    for (const BoundPart& part : binding.parts) {
      const Group& before = BeforeGroup(part);
      const uint32_t bits = before.leaf->bits;
      const z3::expr old = before.cells[part.first];
      const z3::expr mine = Extract(next, low + bits - 1, low);
      Add("next " + before.ElementName(part.first), True(),
          Choose(claim_.fire, AfterGroup(part).cells[part.first], old), mine);
      active = Or(active, Not(Equal(old, mine)));
      low += bits;
    }
  }

  void AddMemory(BtorEvaluator& verilog, const Binding& binding, z3::expr& active) {
    const MemoryValue next = verilog.NextMemory(*binding.state);
    const z3::expr address = Variable("address", binding.state->address_width);
    const z3::expr inside =
        binding.depth >> std::min<uint32_t>(binding.state->address_width, 63) != 0
            ? True()
            : ToBit(z3::ult(address, Number(binding.depth, binding.state->address_width)));
    z3::expr word = ReadWord(*binding.state, address);
    for (const MemoryValue::Write& write : next.writes) {
      const z3::expr hit = And(write.condition, Equal(write.address, address));
      word = Choose(hit, write.data, word);
      active = Or(active, write.condition);
    }
    uint32_t low = 0;
    for (const BoundPart& part : binding.parts) {
      Group group = AfterGroup(part);
      for (Group::Store& store : group.stores) store.condition = And(claim_.fire, store.condition);
      const uint32_t bits = group.leaf->bits;
      const z3::expr source = ReadElement(group, ElementIndex(part, group, address));
      std::string name = fmt::format("next {} in {}", group.path, binding.state->name);
      Add(name, inside, source, Extract(word, low + bits - 1, low));
      AddSufficient(claim_.goals.back(), group, part, next, low);
      low += bits;
    }
  }

  // A memory is not reset; what it holds at power-up is compared where either side sets it.
  void AddContents(BtorEvaluator& verilog, const Binding& binding) {
    std::map<uint64_t, z3::expr> words;
    if (binding.state->initial != 0) {
      for (const MemoryValue::Write& write : verilog.Memory(binding.state->initial).writes) {
        uint64_t address = 0;
        if (IsNumber(write.address.simplify(), &address))
          words.insert_or_assign(address, write.data.simplify());
      }
    }
    for (uint64_t address = 0; address < binding.depth; ++address) {
      uint32_t low = 0;
      for (const BoundPart& part : binding.parts) {
        const Group& group = BeforeGroup(part);
        const uint32_t bits = group.leaf->bits;
        const uint64_t element = part.first + address * part.step;
        const auto word = words.find(address);
        const uint32_t from = low;
        low += bits;
        if (element >= group.count) continue;
        const ResetValue& value = reset_[part.object][part.group][element];
        const z3::expr zero = Number(0, bits);
        if (!value.known || (word == words.end() && z3::eq(value.value, zero))) continue;
        const z3::expr mine = word == words.end() ? Variable("unset", bits)
                                                  : Extract(word->second, from + bits - 1, from);
        claim_.reset.push_back(
            {"contents of " + group.ElementName(element), True(), value.value, mine, ""});
      }
    }
  }

  // What is read before writes on their way to the memory needs a promise of the source.
  void CheckPromise(const StageReport::Gap& gap) {
    std::optional<uint64_t> promised;
    for (const Binding& binding : match_.bindings) {
      if (binding.state != gap.memory) continue;
      for (const BoundPart& part : binding.parts) {
        const uint64_t distance = DistanceAt(
            model().promises, part.object, *ir_.objects[part.object].type, BeforeGroup(part).base);
        promised = promised ? std::min(*promised, distance) : distance;
      }
    }
    const bool is_enough = promised.value_or(1) >= gap.distance();
    (is_enough ? claim_.notes : claim_.stage_errors).push_back(gap.Explain(promised.value_or(1)));
  }

  // A stage in which no firing is, as after reset, does nothing, whatever its registers hold.
  void AddEmptyStages(const StageReport& stages) {
    BtorEvaluator::Environment environment = Environment(false);
    environment.transparent = [](const BtorState&) { return false; };
    environment.state = [this](const BtorState& state) {
      const bool is_valid_bit = IsFree(state) && IsStageValid(state.name);
      return is_valid_bit ? Number(0, state.width) : StateValue(state);
    };
    BtorEvaluator verilog(btor_, environment);
    for (const BtorPort& output : btor_.outputs) {
      if (!stages.late_outputs.contains(output.name) || output.name.ends_with("_data")) continue;
      Add(output.name + " of an empty stage", True(), False(), verilog.Eval(output.id));
    }
    for (const Binding& binding : match_.bindings) {
      const BtorState& state = *binding.state;
      if (!stages.late_states.contains(state.id)) continue;
      const std::string name = state.name + " by an empty stage";
      if (state.address_width == 0) {
        Add("next " + name, True(), StateValue(state), verilog.Next(state));
        continue;
      }
      for (const MemoryValue::Write& write : verilog.NextMemory(state).writes)
        Add("write to " + name, True(), False(), write.condition);
    }
  }

  void AddResetGoals() {
    BtorEvaluator verilog(btor_, Environment(true));
    for (const Binding& binding : match_.bindings) {
      if (binding.state->address_width > 0) {
        AddContents(verilog, binding);
        continue;
      }
      const z3::expr next = verilog.Next(*binding.state).simplify();
      uint32_t low = 0;
      for (const BoundPart& part : binding.parts) {
        const Group& group = BeforeGroup(part);
        const ResetValue& value = reset_[part.object][part.group][part.first];
        const z3::expr mine = Extract(next, low + group.leaf->bits - 1, low).simplify();
        low += group.leaf->bits;
        if (value.known)
          claim_.reset.push_back(
              {"reset " + group.ElementName(part.first), True(), value.value, mine, ""});
      }
    }
    for (const BtorState* state : match_.free) {
      if (!IsStageValid(state->name)) continue;
      claim_.reset.push_back({"reset " + state->name, True(), Number(0, state->width),
                              verilog.Next(*state).simplify(), ""});
    }
  }

  const SourceIr& ir_;
  const Btor& btor_;
  Claim claim_;
  Match match_;
  ResetState reset_;
  z3::expr_vector constants_from_{Z3()};
  z3::expr_vector constants_to_{Z3()};
};

}  // namespace

bool IsStageRegister(const std::string& name) {
  size_t end = 1;
  while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) ++end;
  if (name.empty() || end == 1) return false;
  return name[0] == 'v' ? end == name.size()
                        : name[0] == 'p' && end < name.size() && name[end] == '_';
}

Claim MakeClaim(const SourceIr& ir, const Btor& btor) { return Builder(ir, btor).Build(); }

}  // namespace vireo::prove
