# SPDX-License-Identifier: Apache-2.0
# vireo_add_test: one GoogleTest binary in build/bin that is one ctest test with a label.

# The labels that exist, in the order in which tests/run runs them.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/labels.txt)
file(STRINGS ${PROJECT_SOURCE_DIR}/tests/labels.txt VIREO_TEST_LABELS)
list(TRANSFORM VIREO_TEST_LABELS REPLACE " .*" "")
foreach(label IN LISTS VIREO_TEST_LABELS)
  add_custom_target(tests-${label})        # what the label's tests need built
  add_custom_target(tests-${label}-quick)  # the same without those marked SLOW
endforeach()

# vireo_register_test(NAME [SLOW] LABELS label... [NEEDS target...] [TIMEOUT seconds]):
# gives labels to a test made by add_test, and says which targets it needs built.
function(vireo_register_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW" "TIMEOUT" "LABELS;NEEDS")
  if(NOT arg_LABELS)
    message(FATAL_ERROR "test ${name}: give it one of the LABELS ${VIREO_TEST_LABELS}")
  endif()
  foreach(label IN LISTS arg_LABELS)
    if(NOT label IN_LIST VIREO_TEST_LABELS)
      message(FATAL_ERROR "test ${name}: unknown label '${label}'; known: ${VIREO_TEST_LABELS}")
    endif()
    if(arg_NEEDS)
      add_dependencies(tests-${label} ${arg_NEEDS})
      if(NOT arg_SLOW)
        add_dependencies(tests-${label}-quick ${arg_NEEDS})
      endif()
    endif()
  endforeach()
  set(timeout 300)
  if(arg_SLOW)
    list(APPEND arg_LABELS slow)
    set(timeout 2400)
    set_tests_properties(${name} PROPERTIES COST 1000)  # long ones start first, to pack the cores
  endif()
  if(arg_TIMEOUT)
    set(timeout ${arg_TIMEOUT})
  endif()
  set_tests_properties(${name} PROPERTIES
    LABELS "${arg_LABELS}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

# vireo_add_test(NAME source... LABELS label... [LIBS library...] [ARGS argument...]
#                [NEEDS target...] [SLOW] [TIMEOUT seconds] [ENVIRONMENT name=value...]
#                [CACHED [INPUTS file...]])
# Builds build/bin/NAME with GoogleTest and GoogleMock and runs it from the top of the tree.
# SLOW marks what takes over a minute. CACHED does not run it again while its binary, its
# arguments and its INPUTS (files or generator expressions) are those with which it last passed.
function(vireo_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW;CACHED" "TIMEOUT"
    "LABELS;LIBS;ARGS;NEEDS;ENVIRONMENT;INPUTS")
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest_main GTest::gmock)
  set(command $<TARGET_FILE:${name}> ${arg_ARGS})
  if(arg_CACHED)
    list(TRANSFORM arg_INPUTS PREPEND --input= OUTPUT_VARIABLE inputs)
    set(command ${PROJECT_SOURCE_DIR}/cmake/run-if-changed
      ${CMAKE_BINARY_DIR}/passed/${name} ${inputs} -- ${command})
  endif()
  add_test(NAME ${name} COMMAND ${command})
  set(slow)
  if(arg_SLOW)
    set(slow SLOW)
  endif()
  vireo_register_test(${name} ${slow} TIMEOUT "${arg_TIMEOUT}" LABELS ${arg_LABELS}
    NEEDS ${name} ${arg_NEEDS})
  if(arg_NEEDS)
    add_dependencies(${name} ${arg_NEEDS})
  endif()
  if(arg_ENVIRONMENT)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${arg_ENVIRONMENT}")
  endif()
endfunction()
