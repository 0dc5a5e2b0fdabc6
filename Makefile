# gg -- equivariant networks for glassy liquids, as a Unix pipeline.  See README.md.
#
#   make                programs in build/release/         make SAN=1       with ASan and UBSan, build/san/
#   make demo           train and test on shipped data     make REAL=double checking variant,    build/double/
#   make check          all tests                          make bench       the performance table
#   make fuzz           fuzzers of all readers, build/fuzz/ (clang); FUZZER FOLDER runs one
#   make check-hard     the hardening campaign at length: HOURS=1 of fuzzing, every fault, every kill (gg_hardening(7)); ROWS=fuzz a part
#   make coverage       lines of common/stream and common/formats that tests run (gcovr)      make check-tsan  threads under TSan (clang)
#   make deps           install what is missing (Debian)   make install     PREFIX, DESTDIR; make install-dev: the library, too
#   make MPI=1          gg-train-mpi, too (as with all of the others: make deps MPI=1, make check MPI=1)
#   make check-slurm    examples/cluster on a Slurm of its own, on this machine (Debian: slurm-wlm); skipped without it
#   make check-units check-programs check-tree check-pages check-shell      the parts of check; SLOW=1 adds the long tests; V=1 shows commands

PACKAGES := gcc g++ libc6-dev pkg-config libopenblas0-pthread libyaml-dev libzip-dev zlib1g-dev liblzma-dev libzstd-dev \
            librandom123-dev voro++-dev \
            bats parallel libcmocka-dev libjansson-dev mandoc shellcheck gnuplot-nox \
            $(if $(MPI),libopenmpi-dev openmpi-bin)

CC      ?= gcc
CXX     ?= g++
MPICC   ?= mpicc
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
BUILD   ?= build
VERSION := 0.1.0

VARIANT := release
ifeq ($(REAL),double)
  VARIANT := double
  DEFINES += -DGG_REAL_DOUBLE
endif
ifdef SAN
  VARIANT := $(if $(filter double,$(VARIANT)),double-san,san)
  SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
ifdef TSAN # by `make check-tsan`: clang's, whose OpenMP tells the sanitizer what its barriers order
  VARIANT := tsan
  SANFLAGS := -fsanitize=thread -fno-omit-frame-pointer
endif
ifdef COVERAGE # by `make coverage`
  VARIANT := coverage
  SANFLAGS := --coverage -fprofile-update=atomic
endif
ifdef FUZZING # by `make fuzz`: clang's libFuzzer in the place of tests/fuzz/replay.c
  VARIANT := fuzz
  SANFLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
B := $(BUILD)/$(VARIANT)

WARN  := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wvla -Wmissing-prototypes -Wstrict-prototypes -Wwrite-strings
LIBS  := yaml-0.1 libzip zlib liblzma libzstd
# OpenBLAS is opened when it is needed (common/util/blas.c): a package depends on libopenblas0-pthread | libopenblas0-openmp by hand.
FLAGS := -std=c11 -D_GNU_SOURCE -Icommon -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp $(WARN) $(DEFINES) $(SANFLAGS) \
         -DGG_VERSION='"$(VERSION)"'
# pkg-config is itself a dependency: ask it only when something is compiled.
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(LIBS) 2>/dev/null) -Wl,--as-needed -lvoro++ -lstdc++

Q   := $(if $(V),,@)
SAY := $(if $(V),@:,@echo ' ')

# HDF5 is for one program alone, and only where its library is (Debian: libhdf5-dev).
HDF5     := $(shell pkg-config --exists hdf5 2>/dev/null && echo yes)
# MPI is for one program, too, and only where it is asked for, or was; one file of the library is its own, so that no other
# program is linked again.
LEAVE    := $(if $(HDF5),,cmd/gg-import-hdf5.c $(wildcard common/formats/hdf5*.c tests/unit/test_hdf5*.c)) \
            $(if $(MPI)$(wildcard $B/gg-train-mpi),,cmd/gg-train-mpi.c) common/learn/ranks_mpi.c
SOURCES   = $(filter-out $(LEAVE),$(wildcard $1))
PROGRAMS := $(patsubst cmd/%.c,$B/%,$(call SOURCES,cmd/*.c))
OBJECTS  := $(patsubst %.c,$B/obj/%.o,$(call SOURCES,common/*/*.c)) \
            $(patsubst %.cc,$B/obj/%.o,$(wildcard common/*/*.cc))
UNITS    := $(patsubst tests/unit/%.c,$B/unit/%,$(call SOURCES,tests/unit/*.c))
$B/obj/common/formats/hdf5.o $B/obj/common/formats/hdf5_data.o $B/obj/tests/unit/test_hdf5.o: private PKG_CFLAGS += $(shell pkg-config --cflags hdf5)
$B/gg-import-hdf5 $B/unit/test_hdf5: private PKG_LIBS += $(shell pkg-config --libs hdf5)
$B/gg-train-mpi: $B/obj/common/learn/ranks_mpi.o
$B/obj/common/learn/ranks_mpi.o $B/gg-train-mpi: private override CC = $(MPICC)
FUZZ     := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH    := $(patsubst %.c,$B/obj/%.o,$(wildcard tests/bench/*.c))
LIBRARY  := $B/libgg.a

# make alone ends with where things are.
ready: all
	@echo
	@echo 'The programs are in $(abspath $B).  To have them on the PATH of this shell:'
	@echo '    export PATH="$(abspath $B):$$PATH"'
	@echo 'Then: gg-dump examples/data/tiny.ggs; gg-train --help; man -l man/gg.1.  make demo shows what they do, make install'
	@echo '(PREFIX=$(PREFIX)) puts programs and pages in place.'
all: $(PROGRAMS)

# The flags are a dependency: another compiler or another CFLAGS rebuilds.  The first line compiles C.
$B/flags: FORCE
	@mkdir -p $B/unit $B/bench
	@printf '%s\n' '$(CC) $(CPPFLAGS) $(CFLAGS) $(FLAGS)' '$(CXX)' >$@.tmp; cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
# So is the commit, for the one file that prints it.
$B/commit: FORCE
	@mkdir -p $B
	@commit=$(or $(COMMIT),$$(git rev-parse --short HEAD 2>/dev/null || echo unknown)); echo $$commit | cmp -s - $@ || echo $$commit > $@
FORCE:
$B/obj/common/cli/cli.o: $B/commit
$B/obj/common/cli/cli.o: private FLAGS += -DGG_COMMIT='"$(shell cat $B/commit)"'

$B/obj/%.o: %.c $B/flags
	@mkdir -p $(@D)
	$(SAY) 'CC $<$(if $(TAKES), ($(TAKES)))'
	$Q$(CC) $(CPPFLAGS) $(CFLAGS) $(FLAGS) $(SAN_OFF) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# voro++ is a library of C++.
$B/obj/%.o: %.cc $B/flags
	@mkdir -p $(@D)
	$(SAY) CXX $<
	$Q$(CXX) $(CPPFLAGS) $(CFLAGS) -std=c++14 $(filter-out -std=c11 -Wmissing-prototypes -Wstrict-prototypes,$(FLAGS)) -MMD -MP -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(SAY) AR $@
	$Qar rcs $@ $^

$(PROGRAMS): $B/%: $B/obj/cmd/%.o $(LIBRARY)
	$(SAY) LD $@
	$Q$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm

$(UNITS): $B/unit/%: $B/obj/tests/unit/%.o $(LIBRARY)
	$(SAY) LD $@
	$Q$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) -lcmocka -ljansson $(PKG_LIBS) -lm

# A target of the fuzzer, with what feeds it.
$(FUZZ): $B/fuzz/%: $B/obj/tests/fuzz/%.o $(if $(FUZZING),,$B/obj/tests/fuzz/replay.o) $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$Q$(CC) $(CFLAGS) $(FLAGS) $(if $(FUZZING),-fsanitize=fuzzer) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm

# The kernels of conv: straight-line code from the coupling tensors, for three kinds of processor (conv_kernel.h).
GEN := $B/gen/couplings.inc
$B/gencouplings: $(patsubst %.c,$B/obj/%.o,common/kernel/gen/couplings.c $(wildcard common/o3/*.c common/util/*.c))
	$(SAY) LD $@
	$Q$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm
$(GEN): $B/gencouplings
	@mkdir -p $(@D)
	$Q$< > $@.tmp && { cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@; } # minutes of compiling follow from it
$B/obj/common/kernel/conv_plain.o $B/obj/common/kernel/conv_avx2.o $B/obj/common/kernel/conv_avx512.o: $(GEN)
# Sanitizers would take minutes over this much unrolled code; conv_any.c, the same sums in loops, has them.
$B/obj/common/kernel/conv_plain.o $B/obj/common/kernel/conv_avx2.o $B/obj/common/kernel/conv_avx512.o: private SAN_OFF := -fno-sanitize=all $(if $(COVERAGE),-fno-profile-arcs -fno-test-coverage)
$B/obj/common/kernel/conv_%.o: private FLAGS += -I$B/gen -Wno-psabi
# Whoever builds for the first time is told what is going to take long.
$B/obj/common/kernel/conv_plain.o $B/obj/common/kernel/conv_avx2.o $B/obj/common/kernel/conv_avx512.o: \
    private TAKES := much unrolled code: a minute or more
CONTRACT := $B/obj/common/kernel/contract_
FRAMES := $B/obj/common/kernel/frames_
$(CONTRACT)plain.o $(CONTRACT)avx2.o $(CONTRACT)avx512.o $(FRAMES)plain.o $(FRAMES)avx2.o $(FRAMES)avx512.o: private FLAGS += -Wno-psabi
# Straight lines gain nothing from -O2, which takes twice as long over them.
$B/obj/common/kernel/conv_plain.o: private FLAGS += -O1
ifdef SAN # UBSan takes many minutes over straight-line code
  $B/obj/common/kernel/conv_plain.o $B/obj/common/kernel/conv_avx2.o $B/obj/common/kernel/conv_avx512.o: \
      private FLAGS += -O1 -fno-sanitize=undefined
endif
ifdef FUZZING
  $B/obj/common/kernel/conv_plain.o $B/obj/common/kernel/conv_avx2.o $B/obj/common/kernel/conv_avx512.o: private FLAGS += -O0
endif
# The loops of molecular dynamics, likewise (md_kernel.h).
MD := $B/obj/common/physics/md_
$(MD)plain.o $(MD)avx2.o $(MD)avx512.o: private FLAGS += -O3 -ffp-contract=fast -Wno-psabi
ifeq ($(shell uname -m),x86_64)
  $B/obj/common/kernel/conv_avx2.o $(CONTRACT)avx2.o $(FRAMES)avx2.o: private FLAGS += -mavx2 -mfma
  $B/obj/common/kernel/conv_avx512.o $(CONTRACT)avx512.o $(FRAMES)avx512.o: private FLAGS += -mavx2 -mfma -mavx512f -mavx512vl -mavx512dq
  $(MD)avx2.o: private FLAGS += -mavx2 -mfma
  $(MD)avx512.o: private FLAGS += -mavx2 -mfma -mavx512f -mavx512vl -mavx512dq
endif

$B/bench/bench: $(BENCH) $(LIBRARY)
	$(SAY) LD $@
	$Q$(CC) $(CFLAGS) $(FLAGS) -Wl,--wrap=GOMP_parallel -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm

-include $(shell find $B/obj -name '*.d' 2>/dev/null)

# Two steps where packages may be missing at the start: what follows `deps` is read when they are there.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
AGAIN = @+$(MAKE) --no-print-directory $(JOBS)

# What does not depend on the variant is checked once, in release; check.sh says which programs' tests the others run.
check: deps
	$(AGAIN) all units
	@GG_BIN=$(abspath $B) tests/check.sh units programs $(if $(filter release,$(VARIANT))$(SLOW),tree pages shell)
check-%: all units
	@GG_BIN=$(abspath $B) tests/check.sh $*
units: $(UNITS) $(FUZZ)

check-hard: deps
	$(AGAIN) all units
	@GG_BIN=$(abspath $B) tests/hard.sh $(ROWS)
check-tsan:
	$(AGAIN) TSAN=1 CC=clang CXX=clang++ CFLAGS='-O1 -g' all units
	@tests/tsan.sh
coverage:
	$(AGAIN) COVERAGE=1 CFLAGS='-O0 -g' all units
	@tests/coverage.sh

fuzz:
	$(AGAIN) FUZZING=1 CC=clang CXX=clang++ CFLAGS='-O1 -g' fuzzers
fuzzers: $(FUZZ)

demo: deps
	$(AGAIN) all
	@GG_BIN=$(abspath $B) examples/demo/run.sh

# What messages cost: started by mpirun, and only where gg-train-mpi is made.
$B/bench/messages: private override CC = $(MPICC)
$B/obj/tests/bench/mpi/messages.o: private override CC = $(MPICC)
$B/bench/messages: $B/obj/tests/bench/mpi/messages.o $B/obj/common/learn/ranks_mpi.o $(LIBRARY)
	$(SAY) LD $@
	$Q$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm

bench: all $B/bench/bench $(if $(filter %/gg-train-mpi,$(PROGRAMS)),$B/bench/messages)
	@$B/bench/bench

# Debian's packages: silent and quick when all are there.
deps:
	@missing=$$(for p in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q ' installed$$' || echo $$p; done | tr '\n' ' '); \
	[ -z "$$missing" ] && exit 0; \
	install="apt-get install -y --no-install-recommends $$missing"; \
	if [ "$$(id -u)" = 0 ]; then apt-get update && DEBIAN_FRONTEND=noninteractive $$install; \
	elif sudo -n true 2>/dev/null; then sudo apt-get update && sudo $$install; \
	else echo "packages are missing; as root, run: apt-get update && $$install" >&2; exit 1; fi

# What examples need goes with the programs: models with their maps of weights, two streams to try things on, the reader for numpy.
SHARE := $(DESTDIR)$(PREFIX)/share
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/man/man7 \
	    $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d $(SHARE)/gg/models $(SHARE)/gg/data $(SHARE)/gg/python $(SHARE)/mime/packages
	install $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	for page in man/*.[157]; do install -m 644 $$page $(SHARE)/man/man$${page##*.} || exit 1; done
	install -m 644 common/stream/gg.magic $(SHARE)/gg/magic
	install -m 644 common/stream/gg.xml $(SHARE)/mime/packages/gg.xml
	install -m 644 examples/models/*.yaml examples/models/*.map $(SHARE)/gg/models
	install -m 644 examples/data/tiny.ggs examples/data/tiny_replicas.ggs $(SHARE)/gg/data
	install -m 644 examples/python/ggs.py $(SHARE)/gg/python
	for p in $(PROGRAMS); do \
	    $$p --completion bash > $(SHARE)/bash-completion/completions/$${p##*/} && \
	    $$p --completion zsh > $(SHARE)/zsh/site-functions/_$${p##*/} && \
	    $$p --completion fish > $(SHARE)/fish/vendor_completions.d/$${p##*/}.fish || exit 1; \
	done
	@echo
	@echo 'Installed: programs in $(DESTDIR)$(PREFIX)/bin, models, data and ggs.py in $(SHARE)/gg.  man gg begins.'

# For programs of one's own on the library (examples/packaging/example.c): headers, what they include, what pkg-config has to say.
# Whatever is linked with it goes into each program, for there is no shared library.
LIBDIR  := $(PREFIX)/lib
INCLUDE := $(PREFIX)/include/gg
install-dev: all
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 $(LIBRARY) $(DESTDIR)$(LIBDIR)
	for f in common/*/*.h common/*/*.def; do install -D -m 644 $$f $(DESTDIR)$(INCLUDE)/$${f#common/} || exit 1; done
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' 'includedir=$(INCLUDE)' '' 'Name: gg' \
	    'Description: equivariant graph networks for glassy liquids' 'Version: $(VERSION)' 'Requires: $(LIBS)' \
	    'Cflags: -I$${includedir} -D_GNU_SOURCE$(if $(filter double,$(VARIANT)), -DGG_REAL_DOUBLE) -fopenmp' \
	    'Libs: -L$${libdir} -lgg -lvoro++ -lstdc++ -lm -fopenmp' > $(DESTDIR)$(LIBDIR)/pkgconfig/gg.pc

clean:
	rm -rf $(BUILD)

.PHONY: ready all units fuzz fuzzers check check-hard check-tsan coverage demo bench deps install install-dev clean FORCE
.SECONDARY:
