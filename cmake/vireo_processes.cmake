# SPDX-License-Identifier: Apache-2.0
# Lists of hardware processes: what is lowered, and what is run against its C++.

# vireo_read_processes(FILE COMMAND [argument...])
# Calls COMMAND(MODULE KIND TOP SOURCES argument...) for each row of FILE: module, kind, top and
# sources, separated by tabs, sources by spaces and relative to the tree. Kinds:
#   process  compared with its C++ in one stage, with its pipeline, and as a full top
#   timed    not as a full top: its order between inputs depends on when tokens arrive
#   network  as a full top only
function(vireo_read_processes file command)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} lines)
  foreach(line IN LISTS lines)
    if(line MATCHES "^([a-z][^\t]*)\t(process|timed|network)\t([^\t]+)\t([^\t]+)$")
      set(row ${CMAKE_MATCH_1} ${CMAKE_MATCH_2} ${CMAKE_MATCH_3})
      string(REPLACE " " ";" sources ${CMAKE_MATCH_4})
      list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/)
      cmake_language(CALL ${command} ${row} "${sources}" ${ARGN})
    elseif(NOT line MATCHES "^#")
      message(FATAL_ERROR "${file}: not module, kind (process, timed or network), top, sources: ${line}")
    endif()
  endforeach()
endfunction()

# vireo_lower_process(MODULE KIND TOP SOURCES [DEFINES macro...]): to build/rtl/MODULE.v.
function(vireo_lower_process module kind top sources)
  cmake_parse_arguments(PARSE_ARGV 4 arg "" "" "DEFINES")
  list(TRANSFORM arg_DEFINES PREPEND -D)
  vireo_lower(${module} TOP ${top} SOURCES ${sources} ARGS ${arg_DEFINES})
endfunction()

# vireo_cosim_process(MODULE KIND TOP SOURCES [KINDS kind...] [DEFINES macro...])
# The test cosim_MODULE, configured by MODULE.h of the caller's folder if there is one. KINDS are
# those of vireo_add_cosim for processes, if not all.
function(vireo_cosim_process module kind top sources)
  set(kinds_process cycle core top)
  set(kinds_timed cycle core)
  set(kinds_network top)
  set(configure)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${module}.h)
    set(configure CONFIGURE ${module}.h)
  endif()
  cmake_parse_arguments(PARSE_ARGV 4 arg "" "" "KINDS;DEFINES")
  set(kinds ${kinds_${kind}})
  if(arg_KINDS AND NOT kind STREQUAL network)
    set(kinds ${arg_KINDS})
  endif()
  vireo_add_cosim(${module} TOP ${top} SOURCES ${sources} KINDS ${kinds} ${configure}
    DEFINES ${arg_DEFINES})
endfunction()
