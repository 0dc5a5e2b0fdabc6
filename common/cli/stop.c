/* stop.c -- signals as a request that a long run looks at between two steps */
#include "cli/cli.h"

#include <signal.h>

static volatile int requested;

static void on_signal(int signal_number)
{
    if (requested && signal_number == SIGINT) {
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    requested = 1;
}

const volatile int *gg_cli_catch_stop(void)
{
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGUSR1, &a, NULL);
    return &requested;
}
