# data.mk -- the configurations of the panel, by gg-md alone: Kob-Andersen, 4096 particles, 16 runs each at constant energy
#
#   train   T = 0.56, four liquids of ten configurations 110 apart (five relaxation times), one of each liquid in turn
#   fit     of these, three liquids; try the fourth: for choosing settings
#   test    T = 0.56, three further liquids of four
#   hot     T = 0.64, three liquids of two;  cold  T = 0.50, three of two
#
# Times are ballistic (0.2), in the plateau (1/7 of the relaxation time) and the relaxation time, at which F_s(k = 7.25) of A is 1/e.
ifdef SMALL

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

else

MD_t56 := --temperature 0.56 --wait 220 --apart 110 --times 0.2,3,22 --sample-id KA3D/T0.56
MD_t64 := --temperature 0.64 --wait 80 --apart 40 --times 0.2,1.1,8 --sample-id KA3D/T0.64
MD_t50 := --temperature 0.5 --wait 1085 --apart 615 --times 0.2,17,123 --sample-id KA3D/T0.5
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
