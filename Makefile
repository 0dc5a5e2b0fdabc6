# gg -- equivariant networks for glassy liquids, as a Unix pipeline.  See README.md.
#
#   make                programs in build/release/         make SAN=1       with ASan and UBSan, build/san/
#   make demo           train and test on shipped data     make REAL=double checking variant,    build/double/
#   make check          all tests                          make bench       the performance table
#   make deps           install what is missing (Debian)   make install     PREFIX, DESTDIR

PACKAGES := libopenblas-dev liblapacke-dev libyaml-dev libzip-dev zlib1g-dev librandom123-dev pkg-config gcc libc6-dev \
            bats libcmocka-dev libjansson-dev mandoc shellcheck gnuplot-nox

CC      ?= gcc
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
B := $(BUILD)/$(VARIANT)

WARN  := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wvla -Wmissing-prototypes -Wstrict-prototypes -Wwrite-strings
LIBS  := yaml-0.1 libzip zlib openblas lapacke
FLAGS := -std=c11 -D_GNU_SOURCE -Icommon -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp $(WARN) $(DEFINES) $(SANFLAGS) \
         -DGG_VERSION='"$(VERSION)"'
# pkg-config is itself a dependency: ask it only when something is compiled.
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(LIBS) 2>/dev/null)

PROGRAMS := $(patsubst cmd/%.c,$B/%,$(wildcard cmd/*.c))
OBJECTS  := $(patsubst %.c,$B/obj/%.o,$(wildcard common/*/*.c))
UNITS    := $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*.c))
LIBRARY  := $B/libgg.a

all: $(PROGRAMS)

# The flags are a dependency: another compiler or another CFLAGS rebuilds.
$B/flags: FORCE
	@mkdir -p $B/unit
	@echo '$(CC) $(CFLAGS) $(FLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(FLAGS)' > $@
FORCE:

$B/obj/%.o: %.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(PROGRAMS): $B/%: $B/obj/cmd/%.o $(LIBRARY)
	$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm

$(UNITS): $B/unit/%: $B/obj/tests/unit/%.o $(LIBRARY)
	$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) -lcmocka -ljansson $(PKG_LIBS) -lm

# The kernels of conv: straight-line code from the coupling tensors, for three kinds of processor (conv_kernel.h).
GEN := $B/gen/couplings.inc
$B/gencouplings: $(patsubst %.c,$B/obj/%.o,common/layers/gen/couplings.c $(wildcard common/o3/*.c common/util/*.c))
	$(CC) $(CFLAGS) $(FLAGS) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lm
$(GEN): $B/gencouplings
	@mkdir -p $(@D)
	$< > $@.tmp && mv $@.tmp $@
$B/obj/common/layers/conv_plain.o $B/obj/common/layers/conv_avx2.o $B/obj/common/layers/conv_avx512.o: $(GEN)
$B/obj/common/layers/conv_%.o: FLAGS += -I$B/gen -Wno-psabi
ifeq ($(shell uname -m),x86_64)
  $B/obj/common/layers/conv_avx2.o: FLAGS += -mavx2 -mfma
  $B/obj/common/layers/conv_avx512.o: FLAGS += -mavx2 -mfma -mavx512f -mavx512vl -mavx512dq
endif

-include $(shell find $B/obj -name '*.d' 2>/dev/null)

check-units: $(UNITS)
	@for t in $(UNITS); do $$t || exit 1; done

clean:
	rm -rf $(BUILD)

.PHONY: all check-units clean FORCE
.SECONDARY:
