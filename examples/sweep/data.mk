# data.mk -- what the sweeps train and test on: $(DATA)/NAME.train.ggs and NAME.test.ggs, always different liquids
#
#   T0.50   Kob-Andersen at T = 0.50 to the relaxation time: seven configurations of one liquid, seven of another.  The screening and the grid.
#   T0.64   the same mixture, hot, by gg-md alone: four liquids of ten configurations, three of two.  Nothing is chosen on it.
#   salt    no glass: a molten salt of charges 1 and -4 at T = 3, whose potential at each ion is known exactly (../panel/charges.awk), without
#           times; forty configurations, six of another liquid
#   tiny    examples/data/tiny.ggs, six and two; toy a salt as small: for SMALL=1
ifneq ($(wildcard $(SHARED)/data/ka-md-tau/ka_T0.50_A*.npz),)
  RAW_train := gg-import $(wildcard $(SHARED)/data/ka-md-tau/ka_T0.50_A*.npz)
  RAW_test  := gg-import $(wildcard $(SHARED)/data/ka-md-tau/ka_T0.50_B*.npz)
else # the shipped six, and the two that follow them
  RAW_train := cat $(ROOT)/examples/data/train.ggs
  RAW_test  := cat $(ROOT)/examples/data/test.ggs
endif
$(DATA)/T0.50.train.ggs $(DATA)/T0.50.test.ggs: $(DATA)/T0.50.%.ggs:
	mkdir -p $(@D)
	$(RAW_$*) | gg-quench -q -o $@

HOT := gg-md --threads 1 --start KA3D --n 4096 --temperature 0.64 --wait 80 --apart 40 --runs 16 --times 0.2,1.1,8
$(DATA)/md/train%.ggs:
	mkdir -p $(@D)
	$(HOT) --configurations 10 --seed $* --sample-id KA3D/T0.64/train$* -o $@
$(DATA)/md/test%.ggs:
	mkdir -p $(@D)
	$(HOT) --configurations 2 --seed 20$* --sample-id KA3D/T0.64/test$* -o $@
# One of each liquid in turn, so that the first few are of all four.
$(DATA)/T0.64.train.ggs: $(foreach k,1 2 3 4,$(DATA)/md/train$k.ggs)
	for k in {0..9}; do for f in $^; do gg-select --frames $$k $$f; done; done | gg-quench -q -o $@
$(DATA)/T0.64.test.ggs: $(foreach k,1 2 3,$(DATA)/md/test$k.ggs)
	cat $^ | gg-quench -q -o $@

# $1 particles, $2 configurations, $3 seed
salt = mkdir -p $(@D) && gg-md --threads 1 --start KA3D --density 0.7 --temperature 3 --wait 2 --apart 2 --n $1 --configurations $2 --seed $3 --sample-id salt/s$3 | \
    gg-select --drop md_wait,md_fs_first,md_fs_second,md_drift | gg-dump --extxyz --species A,B - | awk -f $(ROOT)/examples/panel/charges.awk >$(@:.ggs=.xyz) && \
    gg-import -q --species A,B $(@:.ggs=.xyz) -o $@ && rm $(@:.ggs=.xyz)
$(DATA)/salt.train.ggs:
	$(call salt,4096,40,1)
$(DATA)/salt.test.ggs:
	$(call salt,4096,6,2)

$(DATA)/tiny.train.ggs: $(ROOT)/examples/data/tiny.ggs
	mkdir -p $(@D)
	gg-select --frames :6 $< | gg-quench -q -o $@
$(DATA)/tiny.test.ggs: $(ROOT)/examples/data/tiny.ggs
	mkdir -p $(@D)
	gg-select --frames 6: $< | gg-quench -q -o $@
$(DATA)/toy.train.ggs:
	$(call salt,250,6,1)
$(DATA)/toy.test.ggs:
	$(call salt,250,2,2)
