# SPDX-License-Identifier: Apache-2.0
# C++ to Verilog to a simulated model: vireo_lower and vireo_verilate.

set(VIREO_RTL_DIR ${CMAKE_BINARY_DIR}/rtl)
file(MAKE_DIRECTORY ${VIREO_RTL_DIR})
add_custom_target(rtl)        # every lowered module

# vireo_lower(NAME TOP "vireo::Fifo<ap_uint<8>, 4>" SOURCES file... [ARGS argument...])
# Runs vireo-hls: build/rtl/NAME.v, NAME.json (report), NAME_cosim.h (sim/harness binding) and
# NAME.bc (bitcode for vireo-hls-prove); target NAME_rtl makes them. SOURCES are relative to the
# folder of the caller. A changed header lowers the module again: clang lists what was included.
function(vireo_lower name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TOP" "SOURCES;ARGS")
  if(NOT arg_TOP OR NOT arg_SOURCES)
    message(FATAL_ERROR "vireo_lower(${name} TOP ... SOURCES ...): TOP and SOURCES are needed")
  endif()
  set(sources)
  set(includes)
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND sources ${source})
    string(APPEND includes "#include \"${source}\"\n")
  endforeach()
  set(out ${VIREO_RTL_DIR}/${name})
  file(CONFIGURE OUTPUT ${out}.deps.cc CONTENT "${includes}")
  add_custom_command(
    OUTPUT ${out}.v ${out}.json ${out}_cosim.h ${out}.bc
    COMMAND vireo-hls ${arg_TOP} ${sources} --name ${name} -o ${out}.v --report ${out}.json
      --cosim ${out}_cosim.h --ir ${out}.bc
      -I ${PROJECT_SOURCE_DIR} -I ${PROJECT_SOURCE_DIR}/hw/hls ${arg_ARGS}
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -D__SYNTHESIS__ -D__VIREO_HLS__ -w
      -I ${PROJECT_SOURCE_DIR} -I ${PROJECT_SOURCE_DIR}/hw/hls
      -MM -MF ${out}.d -MT ${out}.v ${out}.deps.cc
    DEPENDS vireo-hls ${sources}
    DEPFILE ${out}.d
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Lowering ${name}"
    VERBATIM)
  add_custom_target(${name}_rtl DEPENDS ${out}.v ${out}.json ${out}_cosim.h ${out}.bc)
  add_dependencies(rtl ${name}_rtl)
endfunction()

# Verilator's run-time code, compiled once for all models.
execute_process(COMMAND ${VERILATOR} --getenv VERILATOR_ROOT
  OUTPUT_VARIABLE verilator_root OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(verilator_include ${verilator_root}/include)
add_library(verilated STATIC EXCLUDE_FROM_ALL
  ${verilator_include}/verilated.cpp
  ${verilator_include}/verilated_threads.cpp
  ${verilator_include}/verilated_fst_c.cpp)
target_include_directories(verilated SYSTEM PUBLIC ${verilator_include} ${verilator_include}/vltstd)
target_compile_options(verilated PRIVATE -w -O2 -g0)
target_link_libraries(verilated PUBLIC Threads::Threads ZLIB::ZLIB)

# vireo_verilate(NAME [TRACE] [VARIANT word] [PARTS n] [SOURCES file.v...] [ARGS argument...])
# Makes library NAME_model: class VNAME from build/rtl/NAME.v (of vireo_lower), or from SOURCES.
# Who links it may include "VNAME.h" and "NAME_cosim.h". TRACE builds waves in (FST, see
# sim/harness/waves.h); they cost little until switched on. A large model is compiled in PARTS. With
# VARIANT the library is NAME_word_model, and takes the place of another of the same module.
function(vireo_verilate name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TRACE" "PARTS;VARIANT" "SOURCES;ARGS")
  set(verilog ${VIREO_RTL_DIR}/${name}.v)
  if(arg_SOURCES)
    set(verilog)
    foreach(source IN LISTS arg_SOURCES)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
      list(APPEND verilog ${source})
    endforeach()
  endif()
  set(trace)
  if(arg_TRACE)
    set(trace --trace-fst)
  endif()
  set(library ${name})
  if(arg_VARIANT)
    set(library ${name}_${arg_VARIANT})
  endif()
  set(dir ${CMAKE_BINARY_DIR}/verilated/${library})
  if(NOT arg_PARTS)
    set(arg_PARTS 1)
  endif()
  set(parts)
  foreach(part RANGE 1 ${arg_PARTS})
    list(APPEND parts ${dir}/V${name}_part${part}.cpp)
  endforeach()
  if(arg_PARTS GREATER 1)  # what runs once, at the start, is not worth optimising
    list(APPEND parts ${dir}/V${name}_slow.cpp)
    set_source_files_properties(${dir}/V${name}_slow.cpp PROPERTIES COMPILE_OPTIONS -O0)
  endif()
  # What Verilator emits is split by hash, not by meaning: its files are dealt out to the parts.
  # Without -fno-dfg, Verilator 5.006 gets large parities wrong.
  add_custom_command(
    OUTPUT ${dir}/V${name}.h ${parts}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${dir}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${dir}
    COMMAND ${VERILATOR} --cc --top-module ${name} --prefix V${name} --Mdir ${dir} -O3
      -fno-dfg --x-initial unique --assert -Wno-fatal -Wno-lint -Wno-style ${trace} ${arg_ARGS}
      ${verilog}
    COMMAND sh ${PROJECT_SOURCE_DIR}/cmake/deal-out ${arg_PARTS} ${dir}/V${name}
    DEPENDS ${verilog} ${PROJECT_SOURCE_DIR}/cmake/deal-out
    COMMENT "Verilating ${library}"
    VERBATIM)
  add_library(${library}_model STATIC EXCLUDE_FROM_ALL ${parts} ${dir}/V${name}.h)
  target_compile_options(${library}_model PRIVATE -w -O2 -g0)
  target_include_directories(${library}_model SYSTEM PUBLIC ${dir} ${VIREO_RTL_DIR})
  target_link_libraries(${library}_model PUBLIC verilated)
  if(TARGET ${name}_rtl)
    add_dependencies(${library}_model ${name}_rtl)
  endif()
  if(arg_TRACE)
    target_compile_definitions(${library}_model PUBLIC VM_TRACE=1 VM_TRACE_FST=1)
  endif()
endfunction()
