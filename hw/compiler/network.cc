// SPDX-License-Identifier: Apache-2.0
// A top into a network: lowers the processes that its body named, and joins them.

#include "hw/compiler/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/network_machine.h"
#include "llvm/ADT/SmallString.h"

namespace vireo::compiler {

void NetworkMachine::RunConstructor(ObjectId object) {
  if (const llvm::Function* construct = module_.getFunction("__vireo_construct")) {
    Call(*construct, {PointerTo(object)}, kAlways);
  }
}

std::optional<llvm::APInt> NetworkMachine::ImageBytes(ObjectId object, int64_t offset,
                                                      uint32_t size) {
  const Value value = LoadBytes(objects_[object], offset, size, kAlways);
  if (value.bits == nullptr) return {};
  if (!value.bits->IsConst()) {
    Fail(location_,
         fmt::format("the initial value of '{}' is not constant", objects_[object].name));
  }
  return value.bits->value;
}

std::string NetworkMachine::ImageKey(const ProcessCall& call) {
  std::string key = call.function->getName().str();
  for (const ParameterBinding& parameter : call.parameters) {
    key += fmt::format("|{}", static_cast<int>(parameter.kind));
    if (parameter.constant.bits != nullptr) {
      llvm::SmallString<32> text;
      parameter.constant.bits->value.toStringUnsigned(text, 16);
      key += text.str().str();
    }
  }
  if (call.self_type == nullptr) return key;
  if (const auto leaves = PackedPayload(*call.self_type)) {
    for (const Leaf& leaf : leaves->leaves) {
      const auto value = ImageBytes(call.self, call.self_offset + leaf.byte_offset, leaf.byte_size);
      llvm::SmallString<32> text("-");
      if (value) value->toStringUnsigned(text, 16);
      key += "," + text.str().str();
    }
  }
  return key;
}

void NetworkMachine::LowerAll() {
  std::map<std::string, size_t> known;
  std::set<std::string> module_names;
  for (const ProcessCall& call : calls_) {
    location_ = call.location;
    const auto [it, is_new] = known.emplace(ImageKey(call), network_.processes.size());
    if (is_new) {
      ProcessRequest request;
      std::string name =
          call.self_type != nullptr ? call.self_type->name : DisplayName(*call.function);
      name = name.substr(0, name.find('<'));
      name = Identifier(name.substr(name.rfind(':') + 1));
      request.name = name;
      for (int i = 2; !module_names.insert(request.name).second; ++i) {
        request.name = fmt::format("{}_{}", name, i);
      }
      request.function = call.function;
      request.self_type = call.self_type;
      request.self = [&](int64_t offset, uint32_t size) {
        return ImageBytes(call.self, call.self_offset + offset, size);
      };
      request.parameters = call.parameters;
      request.single_stage = options_.single_stage;
      network_.processes.push_back(LowerProcess(module_, layouts_, request, warnings_));
    }
    const Process& process = *network_.processes[it->second];
    Instance instance;
    instance.name = call.name;
    instance.process = it->second;
    // A process' streams by the names of its parameters.
    std::map<std::string, size_t> channel_of;
    for (size_t p = 0; p < call.parameters.size(); ++p) {
      const ParameterBinding& parameter = call.parameters[p];
      for (size_t i = 0; i < call.channels[p].size(); ++i) {
        const bool is_array = parameter.type->kind == Type::Kind::kArray;
        channel_of[is_array ? fmt::format("{}_{}", parameter.name, i) : parameter.name] =
            call.channels[p][i];
      }
      if (parameter.kind == ParameterBinding::Kind::kScalarInput) {
        instance.scalar_inputs.push_back(call.scalars[p]);
      } else if (parameter.kind == ParameterBinding::Kind::kScalarOutput) {
        instance.scalar_outputs.push_back(call.scalars[p]);
      }
    }
    const size_t number = network_.instances.size();
    const auto bind = [&](std::optional<std::pair<size_t, size_t>>& end, const Channel& channel,
                          size_t stream, const char* what) {
      if (end) {
        Fail(call.location,
             fmt::format("'{}' is {} by two processes, '{}' and '{}'; a stream has one at each end",
                         channel.name, what, network_.instances[end->first].name, call.name));
      }
      end = {number, stream};
    };
    for (size_t s = 0; s < process.inputs.size(); ++s) {
      Channel& channel = network_.channels[channel_of.at(process.inputs[s].name)];
      bind(channel.consumer, channel, s, "read");
      instance.inputs.push_back(channel_of.at(process.inputs[s].name));
    }
    for (size_t s = 0; s < process.outputs.size(); ++s) {
      Channel& channel = network_.channels[channel_of.at(process.outputs[s].name)];
      bind(channel.producer, channel, s, "written");
      instance.outputs.push_back(channel_of.at(process.outputs[s].name));
    }
    network_.instances.push_back(std::move(instance));
  }
}

void NetworkMachine::CheckChannels() {
  // Streams of the top have one end outside.
  std::set<size_t> pins;
  for (const auto& [place, channel] : channel_at_) {
    if (top_objects_.contains(place.first)) pins.insert(channel);
  }
  for (size_t c = 0; c < network_.channels.size(); ++c) {
    const Channel& channel = network_.channels[c];
    const bool written = channel.producer.has_value();
    const bool read = channel.consumer.has_value();
    if (pins.contains(c)) {
      if (written && read) {
        Fail(channel.location, fmt::format("'{}' is a stream of the top and both read and written "
                                           "inside; make the inner one a local stream",
                                           channel.name));
      }
      if (!written && !read) {
        Fail(channel.location, fmt::format("'{}' is a stream of the top that nothing reads or "
                                           "writes; remove it",
                                           channel.name));
      }
    } else if (!written || !read) {
      Fail(channel.location, fmt::format("stream '{}' is never {}; connect its other end",
                                         channel.name, written ? "read" : "written"));
    }
  }
}

Network NetworkMachine::Run() {
  const llvm::Function& top = TopFunction();
  location_ = LocationOf(top.getSubprogram());
  const Signature signature = SignatureOf(top);
  CollectInterfaces(top, signature);
  std::vector<Value> arguments = BindTop(top, signature);
  for (size_t i = signature.self == nullptr ? 0 : 1; i < arguments.size(); ++i) {
    if (arguments[i].pointer != nullptr)
      top_objects_.insert(arguments[i].pointer->targets[0].object);
  }
  // Processes are lowered after the body has run: what they are made of has to stay.
  keep_locals_ = true;
  if (IsNetwork(top)) {
    Call(top, arguments, kAlways);
    if (calls_.empty()) {
      Fail(location_, "a DATAFLOW region without processes; call functions that take streams");
    }
  } else {
    AddProcess(top, arguments);
    calls_[0].name = "process";
  }
  LowerAll();
  CheckChannels();
  return std::move(network_);
}

tl::expected<Network, Diagnostic> LowerTop(const llvm::Module& module, const LowerOptions& options,
                                           std::vector<Diagnostic>& warnings) {
  try {
    Graph graph;
    Conditions conditions(graph);
    Layouts layouts;
    NetworkMachine machine(module, graph, conditions, layouts, options, warnings);
    return machine.Run();
  } catch (const SourceError& error) {
    return tl::unexpected(error.diagnostic());
  }
}

}  // namespace vireo::compiler
