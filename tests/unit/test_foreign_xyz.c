/* test_foreign_xyz.c -- the relatives of XYZ made here: RUMD, atooms, plain XYZ, tables of gg-dump; what is refused, and cuts */
#include "foreign_fixture.h"

static const char *const rumd2 =
    "2\nioformat=2 timeStepIndex=4 logLin=0,1,3,16,0 numTypes=2 integrator=IntegratorNVT,0.25,0.5,0.4,0 "
    "sim_box=RectangularSimulationBox,4,5,6 mass=1,1 columns=type,x,y,z,imx,imy,imz,vx,vy,vz,pe\n"
    "1 1.5 -2 0 1 0 -1 1 2 3 -0.5\n0 -1 2 2.5 0 0 0 4 5 6 -1.5\n";
static const char *const rumd1 =
    "1\nioformat=1 dt=0.5 boxLengths=4,5,6 numTypes=1 mass=1 columns=type,x,y,z,pe\n0 1 1 1 2\n";
static const char *const atooms = "2\ndt:0.25 step:8 cell:4,5,6 columns:name,pos,radius,neighbors\n A 1.5 -2 "
                                  "0 0.5 1,2\n B -1 2 2.5 0.75 3\n";
static const char *const atooms2d = "2\ncolumns:id,pos cell:4,5\n1 1.5 -2\n2 -1 2\n";
static const char *const plain_xyz = "2\nAtoms. Timestep: 70\nA 1 2 3 9\nB 4 5 6 9\n";
static const char *const csv =
    "frame,id,node,pos.x,pos.y,pos.z,type,q,gg_frame\n"
    "0,a,0,1,2,3,1,,\"Lattice=\"\"4 0 0 0 4 0 0 0 4\"\" pbc=\"\"T T F\"\" id=\"\"a\"\" gg_dim=3 "
    "gg_fields=\"\"pos:f64:node/3:structure:1x1o:sigma  type:i32:node:structure:: "
    "q:f32:node:target:0e:\"\"\"\n"
    "0,a,1,3,2,1,0,0.5,\n";

static void read_one(struct imported *x, const char *content, struct gg_foreign_options o)
{
    struct bytes b = text(content);
    if (import_bytes(x, "a", b, o, -1))
        fail_msg("%s", x->err.text);
    assert_int_equal(gg_frame_check(&x->frame, &x->err), 0);
    free(b.p);
}

static double number(const struct imported *x, const char *name, uint64_t k)
{
    const struct gg_field *f = gg_frame_find(&x->frame, name);
    if (!f)
        fail_msg("no field %s", name);
    return gg_field_get(f, k);
}

static void good(void **state)
{
    (void)state;
    struct imported x;
    read_one(&x, rumd2, plain);
    assert_true(number(&x, "step", 0) == 4 && number(&x, "run_time", 0) == 1 &&
                number(&x, "temperature", 0) == 0.5);
    assert_true(number(&x, "pos", 0) == 1.5 && number(&x, "pos", 1) == 3 && number(&x, "image", 0) == 1);
    assert_true(number(&x, "image", 1) == -1 && number(&x, "image", 2) == -1 && number(&x, "type", 0) == 1);
    assert_true(number(&x, "velocity", 5) == 6 && number(&x, "pe", 1) == -1.5);
    assert_true(number(&x, "mass", 1) == 1 && number(&x, "logLin", 3) == 16); /* numbers of the frame */
    assert_string_equal(gg_meta_get(&x.meta, "source.left_out"), "integrator (text)");
    forget(&x);
    read_one(&x, rumd1, plain);
    assert_true(number(&x, "pe", 0) == 2 && !gg_frame_find(&x.frame, "run_time"));
    forget(&x);
    read_one(&x, atooms, plain);
    assert_true(number(&x, "step", 0) == 8 && number(&x, "run_time", 0) == 2 &&
                number(&x, "radius", 1) == 0.75);
    assert_true(number(&x, "pos", 1) == 3 && number(&x, "type", 1) == 1);
    assert_string_equal(gg_meta_get(&x.meta, "source.left_out"), "neighbors (text)");
    forget(&x);
    read_one(&x, atooms2d, plain);
    assert_int_equal(x.frame.dim, 2);
    assert_true(number(&x, "type", 0) == 0 && number(&x, "pos", 1) == 3 && number(&x, "pos", 2) == 0);
    forget(&x);
    read_one(&x, plain_xyz, plain);
    assert_true(x.frame.pbc == 0 && number(&x, "step", 0) == 70 && number(&x, "pos", 5) == 6);
    assert_string_equal(gg_meta_get(&x.meta, "source.left_out"), "columns 5 to 5 (without names)");
    forget(&x);
    read_one(&x, csv, plain);
    assert_string_equal(x.frame.id, "a");
    assert_true(x.frame.pbc == 3 && number(&x, "pos", 3) == 3 && number(&x, "q", 1) == 0.5 &&
                isnan(number(&x, "q", 0)));
    assert_int_equal(gg_frame_find(&x.frame, "q")->role, GG_TARGET);
    forget(&x);
}

/* The largest number of 64 bits that a double holds, and one more than it. */
static void unsigned_numbers(void **state)
{
    (void)state;
    struct imported x;
    struct bytes b =
        text("frame,id,node,pos.x,pos.y,pos.z,type,q,gg_frame\n"
             "0,a,0,1,2,3,1,18446744073709549568,\"Lattice=\"\"4 0 0 0 4 0 0 0 4\"\" pbc=\"\"T T F\"\" "
             "id=\"\"a\"\" gg_dim=3 gg_fields=\"\"pos:f64:node/3:structure:1x1o:sigma "
             "type:i32:node:structure:: q:u64:node:other::\"\"\"\n");
    if (import_bytes(&x, "a", b, plain, -1))
        fail_msg("%s", x.err.text);
    assert_true(*(uint64_t *)gg_frame_find(&x.frame, "q")->data == UINT64_MAX - 2047);
    forget(&x);
    memcpy(strstr((char *)b.p, "18446744073709549568"), "18446744073709551616", 20);
    must_refuse("a", b, "field 'q': 1.8446744073709552e+19 is no u64");
}

static void bad(void **state)
{
    (void)state;
    const struct {
        const char *file, *from, *to, *says;
    } cases[] = {{rumd2, "ioformat=2", "ioformat=3", "1 and 2 are read"},
                 {rumd2, "Rectangular", "LeesEdwards", "rectangular boxes are read"},
                 {rumd2, "Box,4,5,6", "Box,4,5", "three lengths are wanted"},
                 {rumd2, "sim_box", "box", "no sim_box= and no boxLengths="},
                 {rumd2, "NVT,0.25", "NVT,fast", "a time step is wanted"},
                 {rumd2, "timeStepIndex=4", "timeStepIndex=four", "a number is wanted"},
                 {rumd2, "=type,x", "=kind,x", "no type"},
                 {rumd2, "x,y,z,", "x,y,w,", "x, y, z are wanted"},
                 {rumd2, "x,y,z,", "x,y,y,", "column 'y' comes twice"},
                 {rumd2, "columns=", "columnz=", "no columns="},
                 {rumd2, "1 0 -1 1 2 3", "0.5 0 -1 1 2 3", "'0.5' is no whole number"},
                 {rumd2, "-0.5\n", "-0.5 7\n", "line 3: more than 11 columns"},
                 {atooms, "cell:4,5,6", "cell:4", "two or three lengths"},
                 {atooms, "step:8", "step:8.5", "a whole number is wanted"},
                 {atooms, "columns:name", "columns:label", "no id, name or species"},
                 {atooms, "1.5 -2", "1.5 x", "no finite number"},
                 {atooms, "A 1.5", "Ni 1.5", "particle 0: species 'Ni'"},
                 {csv, "pos.z,type", "pos.z,kind", "'type': gg_fields announces"},
                 {csv, "i32:node", "i99:node", "is no NAME:TYPE:AXES"},
                 {csv, "1,3,2,1,0,0.5,", "1,3,2,1,0.5,0.5,", "0.5 is no i32"},
                 {csv, "1,3,2,1,0,0.5,", "1,3,2,1,0,0.5", "line 3: 8 columns; 9 are wanted"},
                 {csv, "1,3,2,1,0,0.5,", "1,3,2,x,0,0.5,", "column 6: 'x' is no number"},
                 {csv, "q:f32:node", "q:f16:node", "field 'q': f16 is not read from text"},
                 {csv, "q:f32:node", "q:f32:time", "is no NAME:TYPE:AXES"},
                 {csv, "target:0e:", "target:0e:%zz", "is no NAME:TYPE:AXES"},
                 {csv, " q:f32:node", " type:f32:node", "column 'type' comes twice"},
                 {csv,
                  "q:f32:node:target:0e:", "gg_dim:f64::other:: gg_dim:f64::other::", "'gg_dim' comes twice"},
                 {csv, ",gg_frame", ",other", "no column gg_frame"},
                 {rumd2, "NVT,0.25,0.5", "NVT,0.25,hot", "a temperature is wanted behind the time step"},
                 {rumd2, "numTypes=2", "numTypes=two", "a number is wanted"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *at = strstr(cases[k].file, cases[k].from);
        struct bytes b = {0};
        struct imported x;
        assert_non_null(at);
        put(&b, cases[k].file, (size_t)(at - cases[k].file));
        put_text(&b, cases[k].to);
        put_text(&b, at + strlen(cases[k].from));
        int status = import_bytes(&x, "a", b, plain, -1);
        if (!status || !strstr(x.err.text, cases[k].says))
            fail_msg("%s -> %s: status %d, '%s'", cases[k].from, cases[k].to, status, x.err.text);
        forget(&x);
        free(b.p);
    }
}

/* More columns than any table has; rows that are there twice. */
static void too_wide(void **state)
{
    (void)state;
    struct bytes table = {0}, rows = text("1\n\nA 1 2 3"), velocities = text(data_file);
    put_text(&table, "frame,id,node,");
    for (int k = 0; k < 4096; k++)
        put_text(&table, "a,");
    put_text(&table, "\n");
    for (int k = 0; k < 1100; k++)
        put_text(&rows, " 0");
    put_text(&rows, "\n");
    put_text(&velocities, "\nVelocities\n\n1 0 0 0");
    for (int k = 0; k < 1100; k++)
        put_text(&velocities, " 0");
    put_text(&velocities, "\n");
    struct bytes twice = text(data_file);
    put_text(&twice, "\nVelocities\n\n2 0 0 0\n2 0 0 0\n");
    must_refuse("a", twice, "Velocities: atom id 2 comes twice");
    must_refuse("a", table, "line 1: more than 4096 columns");
    must_refuse("a", rows, "more than 4 columns");
    must_refuse("a", velocities, "line 22: more than 4 columns");
}

/* Cut anywhere: whole rows are missing, or a line feed; the end of a table cannot be told. */
static void cut(void **state)
{
    (void)state;
    const char *files[] = {rumd2, rumd1, atooms, atooms2d, plain_xyz};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        for (size_t n = 0; n < strlen(files[k]); n++) {
            struct bytes b = {0};
            struct imported x;
            put(&b, files[k], n);
            int status = import_bytes(&x, "a", b, plain, -1);
            if (!status)
                fail_msg("file %zu cut to %zu was taken", k, n);
            forget(&x);
            free(b.p);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good), cmocka_unit_test(unsigned_numbers),
                                       cmocka_unit_test(bad), cmocka_unit_test(too_wide),
                                       cmocka_unit_test(cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
