/* test_util_file.c -- outputs that appear whole or not at all; reading through short counts; shortest decimals */
#include "util/file.h"
#include "util/read.h"
#include "util/arena.h"
#include "util/rng.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct gg_err err;
static char folder[] = "/tmp/gg-file-XXXXXX", path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/out", folder);
    return 0;
}

/* How many files in the folder match. */
static size_t count(const char *pattern)
{
    glob_t g;
    size_t n = glob(pattern, 0, NULL, &g) == 0 ? g.gl_pathc : 0;
    globfree(&g);
    return n;
}

static int remove_folder(void **state)
{
    (void)state;
    glob_t g;
    if (glob("*", 0, NULL, &g) == 0)
        for (size_t k = 0; k < g.gl_pathc; k++)
            unlink(g.gl_pathv[k]);
    globfree(&g);
    return rmdir(folder);
}

static void content_is(const char *name, const char *wanted)
{
    size_t bytes;
    char *text = gg_read_file(name, 1 << 20, &bytes, &err);
    assert_non_null(text);
    assert_int_equal(bytes, strlen(wanted));
    assert_string_equal(text, wanted);
    free(text);
}

static void commit_puts_under_the_name(void **state)
{
    (void)state;
    struct gg_sink s;
    assert_int_equal(gg_sink_open(&s, path, &err), 0);
    assert_int_equal(gg_sink_printf(&s, &err, "%s %d\n", "first", 1), 0);
    assert_int_equal(gg_sink_flush(&s, &err), 0);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(count("*"), s.nameless ? 0 : 1);
    assert_int_equal(count("out.tmp.*"), s.nameless ? 0 : 1);
    assert_int_equal(s.written, 8);
    assert_int_equal(gg_sink_commit(&s, &err), 0);
    content_is(path, "first 1\n");
    assert_int_equal(count("*"), 1);
    gg_sink_discard(&s); /* harmless now */
    content_is(path, "first 1\n");
}

static void discard_leaves_the_old_file(void **state)
{
    (void)state;
    struct gg_sink s;
    assert_int_equal(gg_sink_open(&s, path, &err), 0);
    assert_int_equal(gg_sink_write(&s, "second", 6, &err), 0);
    gg_sink_discard(&s);
    content_is(path, "first 1\n");
    assert_int_equal(count("*"), 1);
}

static void a_kill_leaves_nothing(void **state)
{
    (void)state;
    struct gg_sink s;
    int status;
    assert_int_equal(gg_sink_open(&s, path, &err), 0);
    bool nameless = s.nameless;
    gg_sink_discard(&s);
    if (!nameless)
        skip();
    pid_t child = fork();
    if (child == 0) {
        gg_sink_open(&s, path, &err);
        gg_sink_write(&s, "half", 4, &err);
        gg_sink_flush(&s, &err);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    content_is(path, "first 1\n");
    assert_int_equal(count("*"), 1);
}

static void a_link_stays_a_link_and_modes_stay(void **state)
{
    (void)state;
    struct gg_sink s;
    struct stat st;
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(symlink("out", "link"), 0);
    assert_int_equal(gg_sink_open(&s, "link", &err), 0);
    assert_int_equal(gg_sink_write(&s, "third\n", 6, &err), 0);
    assert_int_equal(gg_sink_commit(&s, &err), 0);
    content_is(path, "third\n");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void large_writes_arrive(void **state)
{
    (void)state;
    size_t n = 3000000, bytes;
    unsigned char *data = gg_xmalloc(n);
    for (size_t k = 0; k < n; k++)
        data[k] = (unsigned char)(k * 2654435761u >> 7);
    struct gg_sink s;
    assert_int_equal(gg_sink_open(&s, "large", &err), 0);
    for (size_t done = 0, step = 1; done < n; done += step, step = step * 5 % 900001 + 1) {
        step = step < n - done ? step : n - done;
        assert_int_equal(gg_sink_write(&s, data + done, step, &err), 0);
    }
    assert_int_equal(gg_sink_commit(&s, &err), 0);
    char *back = gg_read_file("large", n, &bytes, &err);
    assert_int_equal(bytes, n);
    assert_memory_equal(back, data, n);
    free(back);
    free(data);
}

static void what_cannot_be_written(void **state)
{
    (void)state;
    struct gg_sink s;
    FILE *in_the_way = fopen("way", "w");
    assert_non_null(in_the_way);
    fclose(in_the_way);
    assert_int_equal(gg_sink_open(&s, "way/file", &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_string_equal(err.text, "way: a folder is wanted here, and it is a file: give another name");
    unlink("way");
    assert_int_equal(gg_sink_open(&s, folder, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_int_equal(gg_sink_open(&s, "/dev/full", &err), 0);
    assert_true(s.in_place);
    assert_int_equal(gg_sink_write(&s, "x", 1, &err), 0);
    assert_int_equal(gg_sink_commit(&s, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_string_equal(err.text, "/dev/full: cannot write: No space left on device");
}

static void named_pipe_without_reader(void **state)
{
    (void)state;
    struct gg_sink s;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    assert_int_equal(gg_sink_open(&s, "pipe", &err), 0);
    assert_true(s.is_pipe && s.in_place);
    close(reader);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(gg_sink_write(&s, "x", 1, &err), 0);
    assert_int_equal(gg_sink_commit(&s, &err), -1);
    assert_int_equal(err.status, GG_PIPE);
    signal(SIGPIPE, SIG_DFL);
}

static void limits_of_reading(void **state)
{
    (void)state;
    size_t bytes;
    assert_null(gg_read_file("large", 2999999, &bytes, &err));
    assert_int_equal(err.status, GG_INPUT);
    assert_string_equal(err.text, "large: more than 2999999 bytes");
    assert_null(gg_read_file("nothing", 10, &bytes, &err));
    assert_int_equal(err.status, GG_SYSTEM);
    assert_null(gg_read_file("/", 10, &bytes, &err));
    assert_int_equal(err.status, GG_SYSTEM);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
}

/* A writer that dribbles, while a timer interrupts the reader: every byte arrives in one call. */
static void short_counts_and_interruptions(void **state)
{
    (void)state;
    int ends[2];
    enum { N = 4000 };
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        for (int k = 0; k < N; k++) {
            char c = (char)k;
            if (write(ends[1], &c, 1) != 1)
                _exit(1);
            if (k % 100 == 0)
                usleep(2000);
        }
        _exit(0);
    }
    close(ends[1]);
    struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART: read() returns EINTR */
    sigaction(SIGALRM, &action, NULL);
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    unsigned char data[N + 100];
    ptrdiff_t n = gg_read_full(ends[0], data, sizeof data, &err);
    setitimer(ITIMER_REAL, &never, NULL);
    assert_int_equal(n, N);
    for (int k = 0; k < N; k++)
        assert_int_equal(data[k], (unsigned char)k);
    close(ends[0]);
    waitpid(child, NULL, 0);
}

static void bad_descriptor(void **state)
{
    (void)state;
    char c;
    assert_int_equal(gg_read_full(-1, &c, 1, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
}

static void decimals(void **state)
{
    (void)state;
    char text[32];
    gg_print_float(text, 0.1f);
    assert_string_equal(text, "0.1");
    gg_print_double(text, 0.1);
    assert_string_equal(text, "0.1");
    gg_print_double(text, 1e-5);
    assert_string_equal(text, "1e-05");
    gg_print_double(text, -0.0);
    assert_string_equal(text, "-0");
    gg_print_double(text, 0.1 + 0.2);
    assert_string_equal(text, "0.30000000000000004");
    gg_print_float(text, -NAN);
    assert_string_equal(text, "nan");
    gg_print_double(text, -INFINITY);
    assert_string_equal(text, "-inf");
}

/* Bits of every kind, denormal numbers too: what is printed reads back. */
static void decimals_read_back(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    for (int k = 0; k < 20000; k++) {
        uint32_t bits = gg_rng_u32(&r);
        uint64_t wide = (uint64_t)bits << 32 | gg_rng_u32(&r);
        float x;
        double y;
        char text[32];
        memcpy(&x, &bits, sizeof x);
        memcpy(&y, &wide, sizeof y);
        gg_print_float(text, x);
        assert_true(isnan(x) || strtof(text, NULL) == x);
        gg_print_double(text, y);
        assert_true(isnan(y) || strtod(text, NULL) == y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commit_puts_under_the_name),
        cmocka_unit_test(discard_leaves_the_old_file),
        cmocka_unit_test(a_kill_leaves_nothing),
        cmocka_unit_test(a_link_stays_a_link_and_modes_stay),
        cmocka_unit_test(large_writes_arrive),
        cmocka_unit_test(what_cannot_be_written),
        cmocka_unit_test(named_pipe_without_reader),
        cmocka_unit_test(limits_of_reading),
        cmocka_unit_test(short_counts_and_interruptions),
        cmocka_unit_test(bad_descriptor),
        cmocka_unit_test(decimals),
        cmocka_unit_test(decimals_read_back),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
