/* test_pattern.c -- names chosen by pattern */
#include "util/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void matches(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *name;
        bool does;
    } all[] = {{"layers.*", "layers.0.embed.bias", true},
               {"layers.*", "layer.0", false},
               {"*", "", true},
               {"", "", true},
               {"", "x", false},
               {"layers.0-2.*", "layers.0.conv.mix", true},
               {"layers.0-2.*", "layers.2.conv.mix", true},
               {"layers.0-2.*", "layers.3.conv.mix", false},
               {"layers.0-2.*", "layers.20.conv.mix", false},
               {"layers.8-12.*", "layers.10.conv.mix", true},
               {"layers.8-12.*", "layers.1.conv.mix", false},
               {"layers.2-0.*", "layers.1.conv.mix", false},
               {"layers.1.0-1.*", "layers.1.1.conv", true},
               {"layers.?.conv.mix", "layers.7.conv.mix", true},
               {"layers.?.conv.mix", "layers.17.conv.mix", false},
               {"*.radial.0", "layers.1.conv.radial.0", true},
               {"*.radial.0", "layers.1.conv.radial.01", false},
               {"*conv*radial*", "layers.1.conv.radial.0", true},
               {"heads.a-b.*", "heads.a-b.weight", true},
               {"heads.a-b.*", "heads.b.weight", false},
               {"x1-3", "x", false}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (gg_pattern_matches(all[k].pattern, all[k].name) != all[k].does)
            fail_msg("'%s' and '%s'", all[k].pattern, all[k].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(matches)};
    return cmocka_run_group_tests_name("patterns", tests, NULL, NULL);
}
