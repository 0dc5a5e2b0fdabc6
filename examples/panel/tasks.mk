# tasks.mk -- what the arms of a story learn: TASK=glass (default), planted or second
#
#   glass     propensity and displacement
#   planted   planted and planted_vector (gg-targets(1)) of the same inherent structures, at the same times, with as many runs: a known function of the
#             structure with known noise, whose correlation length grows from 0.6 at the first time of a frame to 1.5 at its last
#   second    potential and field of the ions of a molten salt at T = 3, dilute and far from any glass: columns of an extended XYZ (charges.awk), on thermal
#             positions, without times and without noise; a second scalar is the potential of a weaker screening
#
# Arms, models and Makefiles call all by the names of the first; NAMED says what these are called, in a copy of them.
TASK ?= glass
TASKS := glass planted second
$(if $(filter-out $(TASKS),$(TASK)),$(error TASK=$(TASK): $(TASKS) are there))

# A stream of DATA, of this task.
at = $(patsubst $(DATA)/%,$(AT)/%,$1)
ifeq ($(TASK),glass)
  AT     := $(DATA)
  named   = $1
else
  AT      := $(DATA)/$(TASK)
  OUT     := $(OUT)/$(TASK)
  RESULTS := $(RESULTS)/$(TASK)
endif

# ---- planted ----

ifeq ($(TASK),planted)
  named = $(subst displacement,planted_vector,$(subst propensity,planted,$1))
  export NAMED := s/propensity/planted/g; s/displacement/planted_vector/g
endif
PLANT := gg-targets --add planted,planted_var,planted_vector,planted_vector_var --planted-length 0.6,1.5 --positions pos_inherent
$(DATA)/planted/%.ggs: $(DATA)/%.ggs
	mkdir -p $(@D)
	$(PLANT) $< -o $@

# ---- second: arms that need times, or inherent structures, are left out ----

ifeq ($(TASK),second)
  named = $(subst displacement,field,$(subst propensity,potential,$(subst propensity_var,softer,$1)))
  export NAMED := s/propensity_var/softer/g; s/propensity/potential/g; s/displacement/field/g; s/, times: each//; s/pos_inherent/pos/g; s/, energy_inherent//
  $(if $(filter time-decoder temperature,$(STORY)),$(error TASK=second: a salt has no times, which $(STORY) is about; TASK=planted has them))
  unfit := $(notdir $(basename $(shell grep -slE 'times:|to_inherent' arms/*.yaml pre/*.yaml /dev/null || true)))
  ARMS  := $(filter-out $(foreach n,$(unfit),$(firstword $(subst @, ,$n))),$(ARMS))
  TIMES :=
  $(foreach s,$(SETS) try,$(eval TIMES_OF_$s :=))
endif
SALT_MD := gg-md --threads 1 --start KA3D --density 0.7 --wait 2 --apart 2 $(if $(SMALL),--n 250,--n 4096)
# $1 temperature, $2 configurations, $3 seed.  Configurations of a gas that is so hot do not remember each other after 2.
salt = mkdir -p $(@D) && $(SALT_MD) --temperature $1 --configurations $2 --seed $3 --sample-id salt/T$1/s$3 | \
    gg-select --drop md_wait,md_fs_first,md_fs_second,md_drift | gg-dump --extxyz --species A,B - | awk -f $(HERE)/charges.awk >$(@:.ggs=.xyz) && \
    gg-import -q --species A,B $(@:.ggs=.xyz) -o $@
$(DATA)/second/train.ggs:
	$(call salt,3,$(if $(SMALL),4,40),1)
$(DATA)/second/fit.ggs: $(DATA)/second/train.ggs
	gg-select --frames :$(if $(SMALL),2,30) $< -o $@
$(DATA)/second/try.ggs: $(DATA)/second/train.ggs
	gg-select --frames $(if $(SMALL),2,30): $< -o $@
$(DATA)/second/test.ggs:
	$(call salt,3,$(if $(SMALL),2,12),2)
$(DATA)/second/hot.ggs:
	$(call salt,4,$(if $(SMALL),2,6),3)
$(DATA)/second/cold.ggs:
	$(call salt,2,$(if $(SMALL),2,6),4)
