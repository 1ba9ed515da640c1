# The front door. Every target first installs what is missing (setup/packages.txt), then works through the CMake presets.
#   make up [ARGS=...]   run the recorded session          make test     everything that proves it
#   make build           build/release/trade and ./trade   make check    the house rules
#   make bench torture   figures; kill -9 at random        make format clean
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PRESET ?= release
JOBS ?= $(shell nproc)
BUILD := build/$(PRESET)
ARGS ?=
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

# Progress on a terminal; elsewhere one line, and the output only of what fails.
define compile
if [ -t 1 ]; then ninja -C $(BUILD) -j $(JOBS) $(1); else \
  echo "building in $(BUILD)" >&2; out=$$(ninja -C $(BUILD) -j $(JOBS) --quiet $(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }; fi
endef

.PHONY: build all up test bench check torture format clean
.DEFAULT_GOAL := build

$(BUILD)/build.ninja: CMakePresets.json
	@setup/install build
	@cmake --preset $(PRESET) >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }

build/.folder:
	@mkdir -p build && touch $@

# The program alone.
build: build/.folder
	@setup/install build
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(call compile,trade)
	@ln -sfn $(BUILD)/trade trade

# The program and every test.
all: build/.folder
	@setup/install build test
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(call compile,)
	@ln -sfn $(BUILD)/trade trade

up: build
	@./trade up $(ARGS)

# In CI a test that skips (a peer or data that is not there) is a failure.
test: all
	@ctest --test-dir $(BUILD) --output-on-failure
	@if [ -n "$${CI:-}" ] && grep -nF '[  SKIPPED ]' $(BUILD)/Testing/Temporary/LastTest.log; then \
	  echo "make test: CI=$$CI is set and the tests above were skipped; whatever they miss must be there"; exit 1; fi

check: all
	@tools/check_all $(BUILD)

torture: build
	@tests/torture/run $(ARGS)

bench:
	@setup/install bench
	@$(MAKE) -s --no-print-directory build
	@bench/run $(ARGS)

format:
	@setup/install format
	@git ls-files 'src/*.h' 'src/*.cpp' 'tests/*.h' 'tests/*.cpp' 'bench/*.h' 'bench/*.cpp' | xargs clang-format-19 -i

clean:
	@rm -rf build trade
