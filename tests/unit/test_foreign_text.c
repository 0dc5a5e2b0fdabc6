/* test_foreign_text.c -- the rules of LAMMPS files and extended XYZ, a case for each */
#include "foreign_fixture.h"

/* `from` replaced by `to` in a whole file must be refused with this status and words. */
struct change {
    const char *file, *from, *to;
    int status;
    const char *says;
};

static void check_changes(const struct change *c, size_t n)
{
    for (; n-- > 0; c++) {
        struct bytes b = {0};
        const char *at = strstr(c->file, c->from);
        struct imported y;
        assert_non_null(at);
        put(&b, c->file, (size_t)(at - c->file));
        put_text(&b, c->to);
        put_text(&b, at + strlen(c->from));
        int status = import_bytes(&y, "some.file", b, plain, -1);
        if (status != c->status || !strstr(y.err.text, c->says))
            fail_msg("'%s' for '%s': status %d, '%s'", c->to, c->from, status, y.err.text);
        forget(&y);
        free(b.p);
    }
}

static void bad_dumps(void **state)
{
    (void)state;
    const struct change cases[] = {
        {dump_frame, "100\n", "-1\n", GG_INPUT, "line 2: TIMESTEP -1"},
        {dump_frame, "100\n", "1e300\n", GG_INPUT, "TIMESTEP"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n3\n", GG_TRUNCATED, "ends where an atom is wanted"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n1\n", GG_INPUT, "line 11: '1 1 5"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n9000000000000000\n", GG_TRUNCATED, "ends where an atom is wanted"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n2 2\n", GG_INPUT, "one number is wanted for NUMBER OF ATOMS"},
        {dump_frame, "ITEM: TIMESTEP\n100\n", "ITEM: UNITS\nlj\n", GG_INPUT, "ATOMS before TIMESTEP"},
        {dump_frame, "ITEM: NUMBER OF ATOMS\n2\n", "", GG_INPUT, "ATOMS before NUMBER"},
        {dump_frame, "0 4\n0 4\n", "0 4\n4 0\n", GG_INPUT, "box from 4 to 0 along y"},
        {dump_frame, "0 4\n0 4\n", "0 4\n0 nan\n", GG_INPUT, "2 numbers are wanted for BOX BOUNDS"},
        {dump_frame, "pp pp pp", "pp pp x", GG_INPUT, "BOX BOUNDS: 'x'; pp, ff, ... are wanted"},
        {dump_frame, "0 4\n0 4\n", "0 4 1\n0 4\n", GG_INPUT, "only 2 numbers are wanted"},
        {dump_frame, "pp pp pp", "abc origin", GG_INPUT, "4 numbers are wanted"},
        {dump_frame, "pp pp pp", "origin abc", GG_INPUT, "BOX BOUNDS: 'origin'"},
        {dump_frame, "pp pp pp", "xy xz yz pp pp pp", GG_INPUT, "3 numbers are wanted"},
        {dump_frame, "id type xu yu zu", "id type xu yu q", GG_INPUT, "no columns x y z"},
        {dump_frame, "id type xu yu zu", "id mass xu yu zu", GG_INPUT,
         "no column type, typelabel or element"},
        {dump_frame, "id type xu yu zu", "id type vx xu yu zu", GG_INPUT, "line 10: 5 columns; 6 are wanted"},
        {dump_frame, "2 2 1.25", "2 2 1.25 7", GG_INPUT, "line 10: more than 5 columns"},
        {dump_frame, "2 2 1.25", "2 2 nan", GG_INPUT, "column 3: 'nan' is no finite number"},
        {dump_frame, "2 2 1.25", "2 2 inf", GG_INPUT, "no finite number"},
        {dump_frame, "2 2 1.25", "2 2 1.25x", GG_INPUT, "'1.25x' is no finite number"},
        {dump_frame, "2 2 1.25", "1 2 1.25", GG_INPUT, "atom id 1 comes twice"},
        {dump_frame, "2 2 1.25", "2.5 2 1.25", GG_INPUT, "column 1: '2.5' is no whole number"},
        {dump_frame, "2 2 1.25", "2 0 1.25", GG_INPUT, "code 0; codes 1 to 64"},
        {dump_frame, "2 2 1.25", "2 1.5 1.25", GG_INPUT, "species '1.5'"},
        {dump_frame, "2 2 1.25", "2 2 1e30", GG_INPUT, "field 'pos': particle 1"},
        {dump_frame, "ITEM: TIMESTEP", "ITEM: SOMETHING", GG_INPUT, "'ITEM: SOMETHING'"},
        {dump_frame, "ITEM: TIMESTEP", "ITEM: UNITS\nLJ 7\nITEM: TIMESTEP", GG_INPUT,
         "a word is wanted for UNITS"},
        {dump_frame, "pp pp pp\n0 4\n0 4\n-1 3", "xy xz yz pp pp pp\n0 4 1e10\n0 4 0\n-1 3 0", GG_INPUT,
         "box from"},
        {dump_frame, "pp pp pp\n0 4\n0 4\n-1 3", "abc origin pp pp pp\n4 0 0 1e30\n0 4 0 0\n0 0 4 0",
         GG_INPUT, "box of vectors with 4 from 1e+30"},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

static void bad_data_files(void **state)
{
    (void)state;
    const struct change cases[] = {
        {data_file, "2 atoms", "3 atoms", GG_TRUNCATED, "ends after 2 of 3 atoms"},
        {data_file, "2 atoms", "0 atoms", GG_INPUT, "0 atoms"},
        {data_file, "2 atoms", "1e12 atoms", GG_INPUT, "1e+12 atoms"},
        {data_file, "0 4 ylo yhi\n", "", GG_INPUT, "Atoms before their number or the box"},
        {data_file, "0 4 ylo yhi", "0 4 5 dvec", GG_INPUT, "no line of the header"},
        {data_file, "0 4 ylo yhi", "0 4 ylo yhi 5", GG_INPUT, "no line of the header"},
        {data_file, "0 4 ylo yhi", "0 4 ylo zhi", GG_INPUT, "no line of the header"},
        {data_file, "2 atoms", "2 atoms more", GG_INPUT, "no line of the header"},
        {data_file, "2 atom types", "2 atom colours", GG_INPUT, "no line of the header"},
        {data_file, "0 4 ylo yhi", "here 4 ylo yhi", GG_INPUT, "no line of the header"},
        {data_file, "0 4 ylo yhi", "4 4 ylo yhi", GG_INPUT, "box from 4 to 4"},
        {data_file, "# atomic", "# hybrid", GG_INPUT, "--atom-style 'hybrid STYLE STYLE' says of which"},
        {data_file, "# atomic", "# tdpd", GG_INPUT, "--atom-style 'tdpd N' says how many"},
        {data_file, "# atomic", "# colour", GG_INPUT, "atom style 'colour' is not known"},
        {data_file, "# atomic", "# full", GG_INPUT, "8 columns; atom style full has 7, or 10"},
        {data_file, "# atomic", "", GG_INPUT, "does not name its atom style"},
        {data_file, "-0.5 0 0 0", "-0.5 0.5 0 0", GG_INPUT, "'0.5' is no whole number"},
        {data_file, "2 atom types", "2 2 atom types", GG_INPUT, "no line of the header"},
        {data_file, "2 2 1.25", "2 2 x", GG_INPUT, "column 3: 'x'"},
        {data_file, "2 2 1.25", "1 2 1.25", GG_INPUT, "comes twice"},
        {data_file, "Atoms # atomic", "Velocities", GG_TRUNCATED, "without a section Atoms"},
        {data_file, "-1 3 zlo zhi\n", "-1 3 zlo zhi\n9e8 9e8 9e8 xy xz yz\n", GG_INPUT, "box with tilts"},
        {data_file, "0.75 1 0 0\n", "0.75 1 0 0\n\nVelocities\n\n", GG_TRUNCATED,
         "ends after 0 of 2 velocities"},
        {data_file, "0.75 1 0 0\n",
         "0.75 1 0 0\n\nVelocities\n\n1 0 0 0\n2 0 0 0\n\nVelocities\n\n1 0 0 0\n2 0 0 0\n", GG_INPUT,
         "Velocities for the second time"},
        {data_file, "0.75 1 0 0\n", "0.75 1 0 0\n\nVelocities\n\n1 0 0 0\n3 0 0 0\n", GG_INPUT,
         "Velocities: "},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

static void bad_xyz(void **state)
{
    (void)state;
    const struct change cases[] = {
        {xyz_frame, "2\nL", "3\nL", GG_TRUNCATED, "ends after 2 of 3 particles"},
        {xyz_frame, "2\nL", "0\nL", GG_INPUT, "a number of particles"},
        {xyz_frame, "2\nL", "1\nL", GG_INPUT, "line 4: a number of particles"},
        {xyz_frame, "4 0 0 0 4 0 0 0 4\"", "4 0 0 0 4 0 0 0\"", GG_INPUT, "9 numbers are wanted"},
        {xyz_frame, "4 0 0 0 4 0 0 0 4\"", "4 0 0 4 0 0 0 0 4\"", GG_INPUT, ""},
        {xyz_frame, "Lattice=\"4 0 0 0 4 0 0 0 4\" ", "", GG_USAGE, "give --box"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T\"", GG_INPUT, "three of T, F"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T T", GG_INPUT, "quotes and brackets close"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=[T, T, T", GG_INPUT, "quotes and brackets close"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=[[[T, T, T]]]", GG_INPUT, "quotes and brackets close"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T maybe\"", GG_INPUT, "three of T, F"},
        {xyz_frame, "pbc=\"T T T\"", "=3", GG_INPUT, "a key is wanted"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T T\" pbc=\"T T T\"", GG_INPUT, "comes twice"},
        {xyz_frame, "pbc=\"T T T\"", "temperature=hot", GG_INPUT, "a number is wanted"},
        {xyz_frame, "pbc=\"T T T\"", "temperature=-1", GG_INPUT, "must be positive"},
        {xyz_frame, "species:S:1:", "species:S:1:id:I:1:", GG_INPUT, "4 columns; 5 are wanted"},
        {xyz_frame, "species:S:1:", "", GG_INPUT, "no property 'species'"},
        {xyz_frame, "pos:R:3", "pos:R:2", GG_INPUT, "more than 3 columns"},
        {xyz_frame, "pos:R:3", "pos:S:3", GG_INPUT, "3 coordinates are wanted"},
        {xyz_frame, "pos:R:3", "pos:I:3", GG_INPUT, "'0.125' is no whole number"},
        {xyz_frame, "species:S:1", "species:R:1", GG_INPUT, "names or whole numbers"},
        {xyz_frame, "pos:R:3", "pos:R:3:pos:R:3", GG_INPUT, "column 'pos' comes twice"},
        {xyz_frame, "pos:R:3", "pos:Q:3", GG_INPUT, "NAME:R|I|S|L:COUNT"},
        {xyz_frame, "pos:R:3", "pos:R:99999999999999999999", GG_INPUT, "NAME:R|I|S|L:COUNT"},
        {xyz_frame, "pos:R:3", "pos:R", GG_INPUT, "NAME:R|I|S|L:COUNT"},
        {xyz_frame, "A 5", "Ni 5", GG_INPUT, "species 'Ni'; --species Ni,B names them"},
        {xyz_frame, "A 5", "A nan", GG_INPUT, "no finite number"},
        {xyz_frame, "A 5", "A", GG_INPUT, "3 columns; 4 are wanted"},
        {xyz_frame, "pos:R:3", "pos:R:3:image:R:1:id:R:1", GG_INPUT, "4 columns; 6 are wanted"},
        {xyz_frame, "0.75\nB 1.25 2.5 -0.5", "0.75\n", GG_INPUT, ""},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

static const char *const csv_frame =
    "frame,id,node,pos.0,pos.1,pos.2,type,gg_frame\n"
    "0,a,0,1,1,1,0,\"Lattice=\"\"4 0 0 0 4 0 0 0 4\"\" pbc=\"\"T T T\"\" gg_dim=3 "
    "gg_fields=\"\"pos:f64:node/3:structure:1x1o:sigma type:i32:node:structure::\"\" gg_nodes=2\"\n"
    "0,a,1,2,2,2,1,\n";

static void bad_csv(void **state)
{
    (void)state;
    const struct change cases[] = {
        {csv_frame, "node,pos.0", "node,\"pos.0", GG_INPUT, "quotes that do not close"},
        {csv_frame, "0,a,0,1", "0,a,0,\"1", GG_INPUT, "quotes that do not close"},
        {csv_frame, "gg_nodes=2", "gg_nodes=two", GG_INPUT, "gg_nodes=\"two\"; a number is wanted"},
        {csv_frame, "gg_nodes=2", "gg_nodes=3", GG_TRUNCATED, "2 rows up to line 3; gg_nodes=3 are wanted"},
        {csv_frame, "gg_nodes=2", "gg_nodes=1", GG_INPUT, "gg_nodes=1 are wanted"},
        {csv_frame, "gg_fields=", "fields=", GG_INPUT, "column gg_frame does not say what the frame is"},
        {csv_frame, "pos:f64:", "pos:f65:", GG_INPUT, "gg_fields"},
        {csv_frame, "pos:f64:node/3", "pos:f64:node/3/2", GG_INPUT, "more numbers than there are"},
        {csv_frame, "pos:f64:node/3", "pos:f64:node/9999999", GG_INPUT, "more numbers than there are"},
        {csv_frame, "pos.1,pos.2,type", "pos.1,type,pos.2", GG_INPUT,
         "announces 6 numbers that are not there"},
        {csv_frame, "gg_dim=3", "gg_dim=x", GG_INPUT, "gg_dim=\"x\"; a number is wanted"},
        {csv_frame, "gg_dim=3", "gg_dim=4", GG_INPUT, "gg_dim=4; 2 or 3 is wanted"},
        {csv_frame, "4 0 0 0 4 0 0 0 4", "4 0 0 0 4 0 0 0", GG_INPUT, "9 numbers are wanted"},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

/* More of a kind than anybody has: keys of a frame, columns, species. */
static void too_many(void **state)
{
    (void)state;
    struct bytes keys = text("2\nLattice=\"4 0 0 0 4 0 0 0 4\" "),
                 columns = text("2\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3"),
                 species = text("65\n\n");
    char word[64];
    for (int k = 0; k < 300; k++) {
        snprintf(word, sizeof word, "k%d=1 ", k);
        put_text(&keys, word);
        snprintf(word, sizeof word, ":c%d:R:1", k);
        put_text(&columns, word);
    }
    for (int k = 0; k < 65; k++) {
        snprintf(word, sizeof word, "S%c%c 0 0 0\n", 'a' + k % 26, 'a' + k / 26);
        put_text(&species, word);
    }
    put_text(&keys, "\nA 0 0 0\nB 1 1 1\n");
    put_text(&columns, "\nA 0 0 0\nB 1 1 1\n");
    must_refuse("a.xyz", keys, "more than 256 keys");
    must_refuse("a.xyz", columns, "more than 258 columns");
    must_refuse("a.xyz", species, "more than 64 species");
}

/* Lines without an end and zero bytes do not take memory or hide text. */
static void bad_lines(void **state)
{
    (void)state;
    struct bytes b = text("ITEM: TIMESTEP\n");
    struct imported y;
    for (int k = 0; k < 70000; k++)
        put(&b, "7", 1);
    assert_int_equal(import_bytes(&y, "a.dump", b, plain, -1), GG_INPUT);
    assert_non_null(strstr(y.err.text, "line 2: more than 65535 characters"));
    forget(&y);
    memset(b.p + 20, 0, 1);
    b.p[30] = '\n';
    assert_int_equal(import_bytes(&y, "a.dump", b, plain, -1), GG_INPUT);
    assert_non_null(strstr(y.err.text, "a zero byte in the text"));
    forget(&y);
    free(b.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_dumps), cmocka_unit_test(bad_data_files), cmocka_unit_test(bad_xyz),
        cmocka_unit_test(bad_csv),   cmocka_unit_test(too_many),       cmocka_unit_test(bad_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
