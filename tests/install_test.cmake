# `cmake --install` puts the program and what belongs to it below a prefix, and the program runs from
# there. BUILD is the build tree, PREFIX a folder that may be made anew.
file(REMOVE_RECURSE "${PREFIX}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}"
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
foreach(file share/man/man1/servent.1.gz share/bash-completion/completions/servent
             share/zsh/vendor-completions/_servent share/fish/vendor_completions.d/servent.fish
             share/doc/servent/examples/servent.toml share/doc/servent/copyright
             lib/systemd/system/servent-index.service lib/systemd/user/servent.service
             etc/servent/index.toml)
  if(NOT EXISTS "${PREFIX}/${file}")
    message(FATAL_ERROR "not installed: ${file}")
  endif()
endforeach()
execute_process(COMMAND "${PREFIX}/bin/servent" --version OUTPUT_VARIABLE version
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT version MATCHES "^servent [0-9]+\\.[0-9]+\\.[0-9]+\n$")
  message(FATAL_ERROR "its version is: ${version}")
endif()
# index.toml is what it can run with.
execute_process(COMMAND "${PREFIX}/bin/servent" config --home "${PREFIX}/home"
                        --config "${PREFIX}/etc/servent/index.toml"
                OUTPUT_VARIABLE settings COMMAND_ERROR_IS_FATAL ANY)
if(NOT settings MATCHES "0\\.0\\.0\\.0:8888")
  message(FATAL_ERROR "index.toml is not read: ${settings}")
endif()
file(REMOVE_RECURSE "${PREFIX}")
