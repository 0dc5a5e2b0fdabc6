# panel.mk -- what every story reports: included by the Makefile of a story, which has a folder arms/
#
# An arm is a YAML file that is folded into MODEL: arms/NAME.yaml, or arms/NAME@SETTING.yaml where a setting is to be chosen.  The arms differ
# in nothing else: the same data, steps, seeds.  A file of the same name in pre/ is what an arm is trained with before, on all of the
# training configurations, whatever the size.
#
#   make            everything that results/ lacks, then the panel; goes on where it was interrupted
#   make panel      the panel of what is there
#   make scales     how far off the scale is, temperature by temperature, in the unit of the target: for stories of several temperatures
#   make pictures   learning curves of it, one a time: results/curves.T.svg
#   make data       the configurations alone (gg-md, about an hour on one core; kept under build/panel)
#   make SMALL=1    the same in seconds on examples/data/tiny.ggs, under build/
#   make TASK=planted   any of these, where the truth is known: results/planted; TASK=second: of a salt, no glass: results/second (tasks.mk)
#
# Settings are chosen on the training liquids: trained on all but the last, scored on the last, at the largest size (results/search).  Then each
# arm is trained on the first SIZES configurations from SEEDS, with STEPS steps whatever the size (results/ARM.tsv), and scored once on liquids
# that were never trained on, at the temperature of the training, at a hotter and at a colder one.
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all panel data pictures scales
SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c

ROOT  := $(abspath ../..)
HERE  := $(ROOT)/examples/panel
STORY := $(notdir $(CURDIR))
export PATH := $(or $(GG_BIN),$(ROOT)/build/release):$(PATH)
export OMP_WAIT_POLICY := passive

MODEL     ?= $(ROOT)/examples/models/se3.yaml
TARGETS   ?= propensity
FILES     := $(sort $(wildcard arms/*.yaml))
NAMES     := $(FILES:arms/%.yaml=%)
ARMS      ?= $(sort $(foreach n,$(NAMES),$(firstword $(subst @, ,$n))))
REFERENCE ?= $(firstword $(ARMS))
settings   = $(filter $1@%,$(NAMES))
SETTINGS  := $(findstring @,$(NAMES))

ifdef SMALL
  DATA    := $(ROOT)/build/panel-small$(if $(OWN_SMALL),-$(STORY))
  OUT     := $(ROOT)/build/$(STORY)-small
  RESULTS := $(OUT)/results
  SIZES   ?= 1 2
  SEEDS   ?= 0 1
  STEPS   ?= 4
  SETS    ?= test
  ARMS    := $(or $(SMALL_ARMS),$(ARMS))
else
  DATA    := $(ROOT)/build/panel
  OUT     := $(ROOT)/build/$(STORY)
  RESULTS := results
  SIZES   ?= 1 2 5 10 20 40
  SEEDS   ?= 0 1 2 3 4
  STEPS   ?= 600
  SETS    ?= test hot cold
endif
PRE_STEPS ?= $(STEPS)
LARGEST := $(lastword $(SIZES))

TRAIN     ?= $(DATA)/train.ggs

include $(HERE)/data.mk
include $(HERE)/tasks.mk

# Of an arm, or else of the story: MODEL, STEPS, TIMES ... and MODEL_arm, STEPS_arm, TIMES_arm ...
FILTER     ?= cat
PRE_FILTER ?= cat
own = $(foreach v,MODEL STEPS PRE_STEPS TIMES PREDICT POOL,$v="$(or $($v_$1),$($v))") \
    $(foreach v,OPTIONS TARGETS FILTER PRE_FILTER,$v="$(call named,$(or $($v_$1),$($v)))")
# $1 arm, $2 cell, $3 training stream, $4 size, $5 seed, $6 arm's file, $7 sets to score
cell = [ -e $2 ] || $(own) $(HERE)/cell.sh $2 $3 $4 $5 $6 $(foreach s,$7,$(AT)/$s.ggs@$(TIMES_OF_$s))

# What is in results/ needs no data; what is not first has them made, once however many jobs there are.
with_data = mkdir -p $(DATA) && flock $(DATA)/lock $(MAKE) --no-print-directory $1

# ---- settings: results/search/ARM.tsv, one line a setting: its name and the mean over the times of what the last liquid says ----

define search
$(RESULTS)/search/$1.tsv:
	$(call with_data,$(AT)/fit.ggs $(AT)/try.ggs)
	mkdir -p $$(@D) $(OUT)/search
	for setting in $(call settings,$1); do for seed in $(wordlist 1,2,$(SEEDS)); do \
	    $(call cell,$1,$(OUT)/search/$$$$setting.$$$$seed.tsv,$(AT)/fit.ggs,$(LARGEST),$$$$seed,arms/$$$$setting.yaml,try); \
	done; done
	$(HERE)/panel.sh search $(foreach s,$(call settings,$1),$(foreach d,$(wordlist 1,2,$(SEEDS)),$(OUT)/search/$s.$d.tsv)) >$$@
endef
$(foreach a,$(ARMS),$(if $(call settings,$a),$(eval $(call search,$a))))

# ---- results/ARM.tsv ----

define arm
$(RESULTS)/$1.tsv: $(if $(call settings,$1),$(RESULTS)/search/$1.tsv)
	$(call with_data,$(call at,$(TRAIN)) $(SETS:%=$(AT)/%.ggs))
	mkdir -p $$(@D) $(OUT)/cells
	file=arms/$(if $(call settings,$1),$$$$($(HERE)/panel.sh best $(RESULTS)/search/$1.tsv),$1).yaml; \
	for size in $(SIZES); do for seed in $(SEEDS); do \
	    $(call cell,$1,$(OUT)/cells/$1.$$$$size.$$$$seed.tsv,$(call at,$(TRAIN)),$$$$size,$$$$seed,$$$$file,$(SETS)); \
	done; done
	$(HERE)/panel.sh join $(foreach n,$(SIZES),$(foreach s,$(SEEDS),$(OUT)/cells/$1.$n.$s.tsv)) >$$@
endef
$(foreach a,$(ARMS),$(eval $(call arm,$a)))

all: $(ARMS:%=$(RESULTS)/%.tsv)
	@$(HERE)/panel.sh panel $(REFERENCE) $^
panel:
	@$(HERE)/panel.sh panel $(REFERENCE) $(wildcard $(ARMS:%=$(RESULTS)/%.tsv))
scales:
	@$(HERE)/panel.sh scales $(wildcard $(ARMS:%=$(RESULTS)/%.tsv))
pictures: $(wildcard $(ARMS:%=$(RESULTS)/%.tsv))
	@mkdir -p $(OUT)
	$(HERE)/panel.sh curves $^ >$(OUT)/curves.tsv
	for t in $$(sed 1d $(OUT)/curves.tsv | cut -f 6 | sort -gu); do \
	    gg-plot learncurve --target $(call named,$(firstword $(TARGETS))) $$([ "$$t" = - ] || echo "--time $$t") -o $(RESULTS)/curves.$$t.svg $(OUT)/curves.tsv; \
	done
data: $(call at,$(TRAIN)) $(if $(SETTINGS),$(AT)/fit.ggs $(AT)/try.ggs) $(SETS:%=$(AT)/%.ggs)
.DEFAULT_GOAL := all
