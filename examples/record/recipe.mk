# recipe.mk -- from frames with targets to a table: fields, cages, samples, networks, pre-training, ensembles.  Whoever includes it says where
#
#   OUT, RESULTS             files in between; what was scored
#   $(OUT)/raw.train.ggs, raw.test.ggs, and raw.pool.ggs if there is an arm that is pre-trained: frames with pos, type, temperature, targets
#   TARGET, SPECIES          of the frames, what is learned and scored (default propensity, A)
#   SAMPLES SWEEPS NOISE     inherent structures of a test frame; Monte Carlo before each; of the control by noise, sigma
#   DT_MAX                   of the control by other minimisers, one inherent structure for each
#   SEEDS EPOCHS PRE_EPOCHS  networks of an ensemble; passes over the training frames and over the pool
#   QUENCH CAGE              further options of gg-quench and gg-cage; of both: POTENTIAL
#   COLUMNS                  of gg-features (the species in the frames, say)
#
# Two sets of inputs: `structure` (fields of the inherent structure, displacement) and `sampling` (the sizes of the cages, too).  Four kinds of
# inherent structures of the test frames, whose predictions are averaged: plain (one), samples, and as controls noise and minimisers.
.DELETE_ON_ERROR:
.SECONDARY:
SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c

ROOT   := $(abspath ../..)
MODELS := $(ROOT)/examples/models
RECIPE := $(ROOT)/examples/record
SHARED := $(or $(GG_SHARED),$(ROOT)/../shared)
export PATH := $(or $(GG_BIN),$(ROOT)/build/release):$(PATH)
export OMP_WAIT_POLICY ?= passive

TARGET     ?= propensity
SPECIES    ?= A
SAMPLES    ?= 5
SWEEPS     ?= 1500
NOISE      ?= 0.05
DT_MAX     ?= 0.02 0.015 0.01 0.0075 0.005
SEEDS      ?= 5
EPOCHS     ?= 60
PRE_EPOCHS ?= 30
FOLDS      ?= 5
LENGTHS    ?= 0.5,1,1.5,2,2.5,3,3.5,4,4.5,5,5.5,6,6.5,7,7.5
SETS       := structure sampling
ARMS       ?= ridge se3 pre

# ---- looks at the test files ----

# Every look gets a number and a reason before it happens: a row at the end of the log.  The reason is text, and no part of a command.
override export LOOK := $(value LOOK)
define look # WHO HINT AT
	@[ -n "$$LOOK" ] || { echo "$1: LOOK='why' says why the test files are looked at$2" >&2; exit 2; }
	@mkdir -p $(dir $(LOG)) && touch $(LOG)
	@n=$$(grep -c '^| [0-9][0-9]* |' $(LOG) || true); printf '| %d | %s | %s | %s |\n' $$((n + 1)) '$3' '$(ARMS)' "$$LOOK" >>$(LOG)
endef

# ---- streams: KIND of inherent structures, then columns ----

$(OUT)/caged.%.ggs: $(OUT)/raw.%.ggs
	gg-cage $(POTENTIAL) $(CAGE) $< -o $@
$(OUT)/plain.%.ggs: $(OUT)/caged.%.ggs
	gg-quench $(POTENTIAL) $(QUENCH) $< -o $@
$(OUT)/samples.%.ggs: $(OUT)/caged.%.ggs
	gg-quench $(POTENTIAL) $(QUENCH) --samples $(SAMPLES) --sweeps $(SWEEPS) $< -o $@
$(OUT)/noise.%.ggs: $(OUT)/caged.%.ggs
	gg-quench $(POTENTIAL) $(QUENCH) --samples $(SAMPLES) --noise $(NOISE) $< -o $@
$(OUT)/minimisers.%.ggs: $(OUT)/caged.%.ggs
	for dt in $(DT_MAX); do gg-quench $(POTENTIAL) $(QUENCH) --dt-max $$dt $<; done | cat >$@
$(OUT)/inputs.%.ggs: $(OUT)/%.ggs
	gg-features $(COLUMNS) --preset inherent --add displacement --positions pos_inherent --into node_features $< | \
	    gg-features $(COLUMNS) --add mean --field cage_size --positions pos_inherent --lengths $(LENGTHS) --into cage_features | \
	    gg-features $(COLUMNS) --add displacement --positions pos_inherent --into to_inherent -o $@

# ---- models: run.ARM.SET/model.ggm holds all seeds ----

NODE_structure := type,energy_inherent,node_features
NODE_sampling  := $(NODE_structure),cage_features
FIT_structure  := node_features
FIT_sampling   := node_features,cage_features
TRAIN          := $(OUT)/inputs.plain.train.ggs
POOLED         := $(OUT)/inputs.plain.pool.ggs
learn           = --set 'loss.species=[$(SPECIES)]' $(if $(filter-out propensity,$(TARGET)),--set 'heads.target=$(TARGET)')
network         = $(learn) --set 'inputs.node=[$(NODE_$1)]' $(MODELS)/se3_fields.yaml

# $1 options of gg-train, $2 set
train_ridge = gg-train -q $1 $(learn) --set 'fit.inputs=[$(FIT_$2)]' $(MODELS)/ridge.yaml
train_se3   = gg-train -q $1 --epochs $(EPOCHS) $(call network,$2)
train_pre   = gg-train -q $1 --epochs $(EPOCHS) --from $(OUT)/run.first.$2/model.ggm --set 'train.take=["layers.*"]' $(call network,$2)
train_eignn = gg-train -q $1 --epochs $(EPOCHS) $(learn) $(MODELS)/eignn.yaml
define arm
$(OUT)/run.$1.$2/model.ggm: $(TRAIN) $(if $(filter pre,$1),$(OUT)/run.first.$2/model.ggm)
	$$(call train_$1,$(if $(filter-out ridge,$1),--seeds $(SEEDS)),$2) $(TRAIN) -o $$(@D)
$(OUT)/folds.$1.$2/folds.jsonl: $(TRAIN) $(if $(filter pre,$1),$(OUT)/run.first.$2/model.ggm)
	$$(call train_$1,--folds $(FOLDS),$2) $(TRAIN) -o $$(@D)
endef
$(foreach s,$(SETS),$(foreach a,$(ARMS),$(eval $(call arm,$a,$s))))
$(OUT)/run.first.%/model.ggm: $(POOLED)
	gg-train -q --epochs $(PRE_EPOCHS) $(call network,$*) $(POOLED) -o $(@D)

# ---- scores: RESULTS/ARM.SET.KIND.tsv, a line for all seeds together and one for each, beside ridge on the plain structure ----

$(OUT)/ridge.ggs: $(OUT)/run.ridge.structure/model.ggm $(OUT)/inputs.plain.test.ggs
	gg-predict $^ | gg-select --keep type,time,$(TARGET)_pred --rename $(TARGET)_pred=$(TARGET)_pred.ridge -o $@
members = $(OUT)/run.$1.$2/model.ggm $(if $(filter-out ridge,$1),$(if $(filter-out 1,$(SEEDS)),$(OUT)/run.$1.$2/seed.*/model.ggm))
define score
$(RESULTS)/$1.$2.$3.tsv: $(OUT)/run.$1.$2/model.ggm $(OUT)/inputs.$3.test.ggs $(OUT)/ridge.ggs
	mkdir -p $$(@D)
	for m in $(call members,$1,$2); do \
	    gg-predict --average $$$$m $(OUT)/inputs.$3.test.ggs | \
	        gg-corr -q --no-spearman --species $(SPECIES) --target $(TARGET) --predictor $(TARGET)_pred --truth $(OUT)/ridge.ggs --against $(TARGET)_pred.ridge --tsv | \
	        sed "s:^:$1\t$2\t$3\t$$$$m\t:"; \
	done >$$@.part
	mv $$@.part $$@
endef
CELLS := $(foreach a,$(ARMS),$a.structure.plain $a.sampling.samples) \
         $(foreach k,samples noise minimisers,$(lastword $(ARMS)).structure.$k) $(lastword $(ARMS)).sampling.plain
$(foreach c,$(CELLS),$(eval $(call score,$(word 1,$(subst ., ,$c)),$(word 2,$(subst ., ,$c)),$(word 3,$(subst ., ,$c)))))
SCORES := $(CELLS:%=$(RESULTS)/%.tsv)

.PHONY: scores folds
scores: $(SCORES)
folds: $(foreach a,$(filter-out ridge,$(ARMS)),$(SETS:%=$(OUT)/folds.$a.%/folds.jsonl))
	@for f in $^; do echo "$$(basename $$(dirname $$f) | sed 's/folds.//') $$(tail -n 1 $$f)"; done
