# Everything comes from Debian 12. Headers of others are SYSTEM, so their warnings are not ours.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(ncursesw REQUIRED IMPORTED_TARGET ncursesw)
pkg_check_modules(rhash REQUIRED IMPORTED_TARGET librhash)
pkg_check_modules(taglib REQUIRED IMPORTED_TARGET taglib)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# Asio compiled once (cmake/asio.cc) instead of in every file that uses it: performance.md
# measured 16.4 -> 12.8 CPU s for a coroutine file and 5.9 -> 3.8 for a small one.
add_library(boost_asio STATIC "${CMAKE_SOURCE_DIR}/cmake/asio.cc")
target_link_libraries(boost_asio PUBLIC Boost::headers Threads::Threads)
target_compile_definitions(boost_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports this falsely on some Asio coroutines.
  target_compile_options(boost_asio PUBLIC -Wno-mismatched-new-delete)
endif()
