# Flags of every target. Same bytes on every machine: no fast-math, no contraction, nothing beyond x86-64-v2,
# and no path of the building machine in the objects.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Werror -march=x86-64-v2 -ffp-contract=off -fno-strict-aliasing
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
# clang 19 blames whoever calls std::stable_sort for a buffer that libstdc++ 12 uses inside it.
add_compile_options($<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

set(TRADE_SANITIZE "" CACHE STRING "sanitizers, e.g. address,undefined or thread")
if(TRADE_SANITIZE)
  add_compile_options(-fsanitize=${TRADE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TRADE_SANITIZE})
endif()

# Without hashing the build folder, several build folders of one checkout share the cache.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(MOLD mold)
find_program(LLD ld.lld)
if(MOLD)
  add_link_options(-fuse-ld=mold)
elseif(LLD)
  add_link_options(-fuse-ld=lld)
endif()
