# SPDX-License-Identifier: Apache-2.0
# Target `tidy`: clang-tidy over hw/ and sim/, a file again only when its object was built again.

# vireo_tidy_folder(FOLDER): the sources of every library and program made in FOLDER or below.
function(vireo_tidy_folder folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(EXECUTABLE|STATIC_LIBRARY|OBJECT_LIBRARY)$")
      continue()
    endif()
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder} NORMALIZE)
      cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE name)
      if(NOT name MATCHES "^(hw|sim)/.*\\.cc$")
        continue()
      endif()
      string(REGEX REPLACE "[.+]" "\\\\\\0" object "${name}")
      get_filename_component(object ${object} NAME)
      set(stamp ${CMAKE_BINARY_DIR}/tidy/${name}.ok)
      get_property(known GLOBAL PROPERTY vireo_tidy_stamps)
      if(stamp IN_LIST known)
        continue()
      endif()
      set_property(GLOBAL APPEND PROPERTY vireo_tidy_stamps ${stamp})
      get_filename_component(stamp_folder ${stamp} DIRECTORY)
      file(MAKE_DIRECTORY ${stamp_folder})
      add_custom_command(OUTPUT ${stamp}
        COMMAND clang-tidy-19 --quiet -p ${CMAKE_BINARY_DIR} ${source}
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${source} ${PROJECT_SOURCE_DIR}/.clang-tidy
          "$<FILTER:$<TARGET_OBJECTS:${target}>,INCLUDE,/${object}\\.o$>"
        COMMENT "Tidying ${name}"
        VERBATIM)
    endforeach()
  endforeach()
  get_property(subfolders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder IN LISTS subfolders)
    vireo_tidy_folder(${subfolder})
  endforeach()
endfunction()

vireo_tidy_folder(${PROJECT_SOURCE_DIR})
get_property(stamps GLOBAL PROPERTY vireo_tidy_stamps)
add_custom_target(tidy DEPENDS ${stamps})
