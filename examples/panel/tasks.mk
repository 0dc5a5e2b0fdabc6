# tasks.mk -- what the arms of a story learn: TASK=glass (default) or planted
#
#   glass     propensity and displacement
#   planted   planted and planted_vector (gg-targets(1)) of the same inherent structures, at the same times, with as many runs: a known function of the
#             structure with known noise, whose correlation length grows from 0.6 at the first time of a frame to 1.5 at its last
#
# Arms, models and Makefiles call the first two by name; NAMED says what these are called, in a copy of them.
TASK ?= glass
TASKS := glass planted
$(if $(filter-out $(TASKS),$(TASK)),$(error TASK=$(TASK): $(TASKS) are there))

ifeq ($(TASK),glass)
  AT     := $(DATA)
  named   = $1
else
  AT     := $(DATA)/$(TASK)
  OUT    := $(OUT)/$(TASK)
  RESULTS := $(RESULTS)/$(TASK)
  named   = $(subst displacement,$(TASK)_vector,$(subst propensity,$(TASK),$1))
  export NAMED := s/propensity/$(TASK)/g; s/displacement/$(TASK)_vector/g
endif
# A stream of DATA, of this task.
at = $(patsubst $(DATA)/%,$(AT)/%,$1)

PLANT := gg-targets --add planted,planted_var,planted_vector,planted_vector_var --planted-length 0.6,1.5 --positions pos_inherent
$(DATA)/planted/%.ggs: $(DATA)/%.ggs
	mkdir -p $(@D)
	$(PLANT) $< -o $@
