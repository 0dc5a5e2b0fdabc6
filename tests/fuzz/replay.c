/* replay.c -- runs a fuzz target on files and all files of folders, without a fuzzer; prints how many */
#include "fuzz.h"
#include "util/file.h"

#include <dirent.h>
#include <sys/stat.h>

static long run(const char *path)
{
    size_t bytes;
    struct gg_err err;
    char *data = gg_read_file(path, 1 << 24, &bytes, &err);
    must(data != NULL);
    unsigned char *exact = malloc(bytes + 1); /* what is behind the input belongs to nobody */
    must(exact != NULL);
    memcpy(exact, data, bytes);
    free(data);
    LLVMFuzzerTestOneInput(exact, bytes);
    free(exact);
    return 1;
}

static long run_folder(const char *path)
{
    DIR *d = opendir(path);
    long n = 0;
    must(d != NULL);
    for (struct dirent *e; (e = readdir(d));) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.')
            n += run(file);
    }
    closedir(d);
    return n;
}

int main(int argc, char **argv)
{
    long n = 0;
    for (int k = 1; k < argc; k++) {
        struct stat st;
        must(stat(argv[k], &st) == 0);
        n += S_ISDIR(st.st_mode) ? run_folder(argv[k]) : run(argv[k]);
    }
    printf("%ld inputs\n", n);
    return n > 0 ? 0 : 1;
}
