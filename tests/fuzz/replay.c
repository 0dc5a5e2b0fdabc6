/* replay.c -- runs a fuzz target on files and all files of folders, without a fuzzer; prints how many */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

/* The bytes as they are: gg_read_file would unpack what an input has packed. */
static long run(const char *path)
{
    struct stat st;
    FILE *from = fopen(path, "rb");
    must(from != NULL && fstat(fileno(from), &st) == 0);
    size_t bytes = (size_t)st.st_size;
    unsigned char *exact = malloc(bytes + !bytes); /* what is behind the input belongs to nobody */
    must(exact != NULL && fread(exact, 1, bytes, from) == bytes);
    fclose(from);
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
