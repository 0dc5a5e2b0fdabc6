# data.mk -- the configurations of the panel, by gg-md alone: Kob-Andersen, 4096 particles, 16 runs each at constant energy
#
#   train   T = 0.56, four liquids of ten configurations 110 apart (five relaxation times), one of each liquid in turn
#   fit     of these, three liquids; try the fourth: for choosing settings
#   test    T = 0.56, three further liquids of four
#   hot     T = 0.64, three liquids of two;  cold  T = 0.50, three of two
#
# Times are even in their logarithm between three that are to be compared: ballistic (0.2), in the plateau (1/7 of the relaxation time), and the
# relaxation time, at which F_s(k = 7.25) of A is 1/e.
ifdef SMALL
ifndef OWN_SMALL # a story may bring its own

TIMES         ?= 0.2,1,10
TIMES_OF_test ?= $(TIMES)
$(DATA)/prepared.ggs: $(ROOT)/examples/data/tiny.ggs
	mkdir -p $(@D)
	gg-quench -q $< | gg-features --add displacement --positions pos_inherent --into to_inherent -o $@
$(DATA)/train.ggs: $(DATA)/prepared.ggs
	gg-select --frames :4 $< -o $@
$(DATA)/fit.ggs: $(DATA)/prepared.ggs
	gg-select --frames :2 $< -o $@
$(DATA)/try.ggs: $(DATA)/prepared.ggs
	gg-select --frames 2:4 $< -o $@
$(DATA)/test.ggs: $(DATA)/prepared.ggs
	gg-select --frames 4: $< -o $@

endif
else

TIMES         ?= 0.2,3,22
TIMES_OF_test ?= $(TIMES)
TIMES_OF_hot  ?= 0.2,1.1,8
TIMES_OF_cold ?= 0.2,17,123
TIMES_t56 := 0.155,0.2,0.26,0.345,0.45,0.59,0.775,1.015,1.33,1.745,2.29,3,3.85,4.935,6.335,8.125,10.42,13.37,17.15,22,28.22
TIMES_t64 := 0.16,0.2,0.25,0.305,0.38,0.47,0.58,0.72,0.89,1.1,1.41,1.805,2.315,2.965,3.8,4.87,6.245,8,10.25
TIMES_t50 := 0.145,0.2,0.275,0.375,0.52,0.71,0.975,1.345,1.845,2.535,3.48,4.775,6.56,9.01,12.38,17,21.77,27.88,35.705,45.725,58.56,74.995,96.045,123
MD_t56 := --temperature 0.56 --wait 220 --apart 110 --times $(TIMES_t56) --sample-id KA3D/T0.56
MD_t64 := --temperature 0.64 --wait 80 --apart 40 --times $(TIMES_t64) --sample-id KA3D/T0.64
MD_t50 := --temperature 0.5 --wait 1085 --apart 615 --times $(TIMES_t50) --sample-id KA3D/T0.5
# LIQUID NUMBER-OF-CONFIGURATIONS SEED, liquid by liquid
define liquid
$(DATA)/md/$1.ggs:
	mkdir -p $$(@D)
	gg-md --threads 1 --start KA3D --n 4096 --runs 16 $(MD_$(firstword $(subst ., ,$1)))/$1 --configurations $2 --seed $3 -o $$@
endef
$(foreach k,1 2 3 4,$(eval $(call liquid,t56.train$k,10,$k)))
$(foreach k,1 2 3,$(eval $(call liquid,t56.test$k,4,10$k)))
$(foreach k,1 2 3,$(eval $(call liquid,t64.test$k,2,20$k)))
$(foreach k,1 2 3,$(eval $(call liquid,t50.test$k,2,30$k)))

PREPARE := gg-quench | gg-features --add displacement --positions pos_inherent --into to_inherent
TRAINED := $(foreach k,1 2 3 4,$(DATA)/md/t56.train$k.ggs)
in_turn  = for k in {0..9}; do for f in $1; do gg-select --frames $$k $$f; done; done
$(DATA)/train.ggs: $(TRAINED)
	{ $(call in_turn,$^); } | $(PREPARE) -o $@
$(DATA)/fit.ggs: $(DATA)/train.ggs
	gg-select --id '*/t56.train[123]*' $< -o $@
$(DATA)/try.ggs: $(DATA)/train.ggs
	gg-select --id '*/t56.train4*' $< -o $@
$(DATA)/test.ggs: $(foreach k,1 2 3,$(DATA)/md/t56.test$k.ggs)
$(DATA)/hot.ggs: $(foreach k,1 2 3,$(DATA)/md/t64.test$k.ggs)
$(DATA)/cold.ggs: $(foreach k,1 2 3,$(DATA)/md/t50.test$k.ggs)
$(DATA)/test.ggs $(DATA)/hot.ggs $(DATA)/cold.ggs:
	cat $^ | $(PREPARE) -o $@

endif
TIMES_OF_try  ?= $(TIMES_OF_test)
