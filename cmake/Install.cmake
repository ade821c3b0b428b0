# What `cmake --install` puts where, and the Debian package that `cpack` makes of it. The manual page,
# the completions and the example settings are printed by the program itself.
include(GNUInstallDirs)

set(made "${CMAKE_BINARY_DIR}/package")
set(package "${CMAKE_SOURCE_DIR}/cmake/package")
string(TIMESTAMP built "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH, where it is set
set(CPACK_PACKAGE_CONTACT "The servent authors <servent@localhost.invalid>")

# printed(FILE ARGUMENT...): what the program prints when it is called so.
function(printed file)
  add_custom_command(OUTPUT "${made}/${file}"
    COMMAND servent ${ARGN} > "${file}"
    WORKING_DIRECTORY "${made}" DEPENDS servent VERBATIM)
  set_property(GLOBAL APPEND PROPERTY PRINTED "${made}/${file}")
endfunction()

# packed(FILE): FILE.gz of it, the same each time.
function(packed file)
  add_custom_command(OUTPUT "${made}/${file}.gz"
    COMMAND gzip -9nkf "${file}"
    WORKING_DIRECTORY "${made}" DEPENDS "${made}/${file}" VERBATIM)
  set_property(GLOBAL APPEND PROPERTY PRINTED "${made}/${file}.gz")
endfunction()

file(MAKE_DIRECTORY "${made}")
printed(servent.1 man)
printed(servent.bash completion bash)
printed(_servent completion zsh)
printed(servent.fish completion fish)
printed(servent.toml config --defaults)
packed(servent.1)

# Debian wants the licence and the changes in its own form.
file(READ "${CMAKE_SOURCE_DIR}/LICENSE" LICENSE_TEXT)
string(REGEX REPLACE "^MIT License\n\nCopyright[^\n]*\n\n" "" LICENSE_TEXT "${LICENSE_TEXT}")
string(STRIP "${LICENSE_TEXT}" LICENSE_TEXT)
string(REPLACE "\n\n" "\n.\n" LICENSE_TEXT "${LICENSE_TEXT}")
string(REPLACE "\n" "\n " LICENSE_TEXT " ${LICENSE_TEXT}")
configure_file("${package}/copyright.in" "${made}/copyright" @ONLY)
configure_file("${package}/changelog.in" "${made}/changelog" @ONLY)
configure_file("${CMAKE_SOURCE_DIR}/CHANGELOG.md" "${made}/CHANGELOG.md" COPYONLY)
packed(changelog)
packed(CHANGELOG.md)

get_property(all GLOBAL PROPERTY PRINTED)
add_custom_target(package_files ALL DEPENDS ${all})

set(doc "${CMAKE_INSTALL_DATADIR}/doc/servent")
set(units lib/systemd)
install(TARGETS servent RUNTIME)
install(FILES "${made}/servent.1.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${made}/servent.bash" RENAME servent
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${made}/_servent" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
install(FILES "${made}/servent.fish"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(FILES "${made}/copyright" "${made}/changelog.gz" DESTINATION "${doc}")
install(FILES "${made}/CHANGELOG.md.gz" DESTINATION "${doc}")
install(FILES "${made}/servent.toml" DESTINATION "${doc}/examples")
install(FILES "${package}/servent-index.service" DESTINATION "${units}/system")
install(FILES "${package}/servent.service" DESTINATION "${units}/user")
# Below /usr settings are in /etc, elsewhere below the prefix.
install(CODE "
  string(REGEX REPLACE \"/usr/?\\$\" \"\" root \"\${CMAKE_INSTALL_PREFIX}\")
  file(INSTALL DESTINATION \"\${root}/etc/servent\" TYPE FILE FILES \"${package}/index.toml\")")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME servent)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "search and share files in Napster, Gnutella and KaZaA networks")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"One program for three kinds of file-sharing networks: a central index
server and its clients (Napster), queries that flood from neighbour to
neighbour (Gnutella), and supernodes that answer for others (KaZaA). It
speaks their real protocols, downloads from many peers at once, checks
what it gets, and has a screen for the terminal.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
file(WRITE "${made}/conffiles" "/etc/servent/index.toml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${made}/conffiles")
include(CPack)
