# Compiler settings for our own code. Warnings sit on an interface target, so they do not leak into
# headers of others.
add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion -Wformat=2
  -Wimplicit-fallthrough)

# When it optimises, GCC 12 reports null dereferences inside <streambuf>, <string> and Asio that are
# none; the sanitized presets do so too.
if(NOT SANITIZE)
  target_compile_options(project_warnings INTERFACE $<$<CONFIG:Debug>:-Wnull-dereference>)
endif()

if(SANITIZE)
  add_compile_options(-fsanitize=${SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)  # Asio's fences: seen by GCC, not modelled by it
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -Wnull-dereference and friends report falsely inside instrumented standard library code.
  if(SANITIZE)
    add_compile_options(-Wno-null-dereference -Wno-maybe-uninitialized)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

# across_files(ROOM...): release builds optimise these across their files, when all is linked. That
# takes a minute for each program.
function(across_files)
  if(CMAKE_BUILD_TYPE MATCHES "Rel")
    include(CheckIPOSupported)
    check_ipo_supported(RESULT can LANGUAGES CXX OUTPUT why_not)
    if(can)
      set_target_properties(${ARGN} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
    endif()
  endif()
endfunction()
