# With PRECOMPILE on, what nearly all files of a target include of others is compiled once. Not in the
# preset that people build: there a file must include what it needs.
option(PRECOMPILE "compile the headers of libraries once for each target" OFF)
set(COMMON_HEADERS <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <string_view>
                   <unordered_map> <utility> <variant> <vector>)
function(precompile target)
  if(PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${COMMON_HEADERS} ${ARGN})
  endif()
endfunction()

# room(NAME [DIR folder] [EXCLUDE regex] [LINK libraries...])
#
# A room is a folder that becomes one static library. A new file in the folder is part of it
# without a line anywhere else. What a room may include is checked by tests/rooms_test.cc.
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
  precompile(${name})
endfunction()
