# room(NAME [DIR folder] [EXCLUDE regex] [LINK libraries...])
#
# A room is a folder that becomes one static library. A new file in the folder is part of it
# without a line anywhere else. What a room may include is checked by tests/rooms_test.cc.
#
# Twelve files at a time are compiled as one (CMAKE_UNITY_BUILD in CMakePresets.json): headers are
# what costs. So a name is not used twice in a room, in unnamed namespaces neither. The preset
# `alone` compiles each file by itself: for editors, and to see that each includes what it needs.
function(room name)
  cmake_parse_arguments(arg "" "DIR;EXCLUDE" "LINK" ${ARGN})
  if(NOT arg_DIR)
    set(arg_DIR ${name})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${arg_DIR}/*.cc")
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE project_warnings)
endfunction()
