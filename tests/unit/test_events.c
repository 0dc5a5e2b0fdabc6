/* test_events.c -- event files: the bytes that TensorFlow's own begin with, and every number decoded from the records */
#include "learn/events.h"
#include "near.h"
#include "stream/crc32c.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/gg-events.XXXXXX";

/* Reads the one file in `folder`, and takes it away. */
static size_t take(unsigned char *bytes, size_t room)
{
    char path[600] = "";
    DIR *d = opendir(folder);
    for (const struct dirent *e; (e = readdir(d));)
        if (strncmp(e->d_name, "events.out.tfevents.", 20) == 0)
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    closedir(d);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, room, f);
    fclose(f);
    unlink(path);
    return n;
}

static uint64_t little(const unsigned char *at, int bytes)
{
    uint64_t x = 0;
    for (int k = bytes - 1; k >= 0; k--)
        x = x << 8 | at[k];
    return x;
}

/* One record: its message, and where the next begins. */
static const unsigned char *record(const unsigned char *at, size_t *length)
{
    *length = (size_t)little(at, 8);
    assert_int_equal(little(at + 8, 4), gg_events_masked(gg_crc32c(0, at, 8)));
    assert_int_equal(little(at + 12 + *length, 4), gg_events_masked(gg_crc32c(0, at + 12, *length)));
    return at + 12;
}

struct scalar {
    uint64_t step;
    char tag[100];
    float value;
};

/* wall_time, step, summary { value { tag, simple_value } }, each below 128 bytes long, in this order. */
static struct scalar scalar(const unsigned char *at)
{
    struct scalar s = {0};
    assert_int_equal(at[0], 1 << 3 | 1);
    double wall;
    memcpy(&wall, at + 1, 8);
    assert_true(wall > 1.5e9);
    at += 9;
    assert_int_equal(*at++, 2 << 3);
    for (int shift = 0, more = 1; more; shift += 7) {
        s.step |= (uint64_t)(*at & 127) << shift;
        more = *at++ & 128;
    }
    assert_int_equal(at[0], 5 << 3 | 2);
    assert_int_equal(at[2], 1 << 3 | 2);
    assert_int_equal(at[1], at[3] + 2);
    assert_int_equal(at[4], 1 << 3 | 2);
    memcpy(s.tag, at + 6, at[5]);
    at += 6 + at[5];
    assert_int_equal(at[0], 2 << 3 | 5);
    memcpy(&s.value, at + 1, 4);
    return s;
}

static void decoded(void **state)
{
    (void)state;
    static unsigned char bytes[4096];
    static const unsigned char begins[] = {0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22, 0x09};
    struct gg_events e;
    struct gg_err err = {0};
    const char *lines[] = {"{\"event\":\"start\",\"seed\":3}\n",
                           "{\"event\":\"eval\",\"step\":300,\"epoch\":2,\"split\":\"validation\",\"target\":"
                           "\"propensity\",\"t\":10,"
                           "\"species\":\"A\",\"rho_config\":0.5,\"rho_pooled\":null}\n",
                           "{\"event\":\"hidden\",\"step\":300,\"epoch\":2,\"layer\":\"layers.2.gate\","
                           "\"irrep\":\"1o\",\"channels\":8,\"rank\":2.5}\n",
                           "{\"event\":\"epoch\",\"step\":300,\"epoch\":2,\"loss\":0.25,\"lr\":0.001}\n"};
    const struct scalar wanted[] = {{300, "rho_config/validation/propensity/A/t=10", 0.5f},
                                    {300, "rank/layers.2.gate/1o", 2.5f},
                                    {300, "loss", 0.25f},
                                    {300, "lr", 0.001f}};
    assert_int_equal(gg_events_open(&e, folder, &err), 0);
    for (int k = 0; k < 4; k++)
        assert_int_equal(gg_events_line(&e, lines[k], &err), 0);
    gg_events_close(&e);
    size_t n = take(bytes, sizeof bytes), length;
    assert_memory_equal(bytes, begins, sizeof begins);
    const unsigned char *at = record(bytes, &length);
    assert_memory_equal(at + 9,
                        "\x1a\x0d"
                        "brain.Event:2",
                        15);
    at += length + 4;
    for (int k = 0; k < 4; k++) {
        at = record(at, &length);
        struct scalar s = scalar(at);
        assert_int_equal(s.step, wanted[k].step);
        assert_string_equal(s.tag, wanted[k].tag);
        close_to(s.value, wanted[k].value, 0);
        at += length + 4;
    }
    assert_ptr_equal(at, bytes + n);
}

static void refused(void **state)
{
    (void)state;
    struct gg_events e;
    struct gg_err err = {0};
    assert_int_equal(gg_events_open(&e, "/dev/null/events", &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    gg_events_close(&e);
    e.fd = 0;
    gg_events_close(&e); /* twice is safe */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(decoded), cmocka_unit_test(refused)};
    assert_non_null(mkdtemp(folder));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
