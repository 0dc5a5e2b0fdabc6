/* contract_kernel.h -- the inner loops of contract: polynomials in Horner's form, lanes = channels of several nodes
 *
 *     y_q = sum_a A_a (C_a + sum_b A_b (C_ab + sum_c A_c C_abc)),   a <= b <= c
 *
 * An inner node of such a tree holds a coefficient even where it is 0, so the tree is two numbers a node, in pre-order. */
#ifndef GG_CONTRACT_KERNEL_H
#define GG_CONTRACT_KERNEL_H

#include "util/real.h"
#include <stdint.h>

enum {
    GG_CONTRACT_SLOT =
        16, /* lanes that share coefficients: 16 channels of a node, or 8 channels of two nodes */
    GG_CONTRACT_LANES = 128, /* worked on at once: numbers from one row of A, y to the next */
};

struct gg_contract_tree {
    int depth;             /* 1 .. 4: factors of the longest monomial */
    int n_out;             /* polynomials y_q, one after the other */
    int n_node;            /* of all */
    const int *n_root;     /* [n_out] nodes a */
    const int *n_child;    /* [n_node] */
    const uint8_t *factor; /* [n_node] row of A that it multiplies */
};

/* Rows are aligned to 64 bytes. */
struct gg_contract_job {
    const struct gg_contract_tree *tree;
    const gg_real *C; /* [n_node][GG_CONTRACT_SLOT] */
    const gg_real *A; /* [factor][GG_CONTRACT_LANES] */
    gg_real *y;       /* [n_out][GG_CONTRACT_LANES]: forward writes it */
    const gg_real *dy;
    gg_real *dA; /* backward adds into it, and into */
    gg_real *dC; /* [n_node][GG_CONTRACT_SLOT]: the sum over slots */
};

struct gg_contract_level {
    const char *name; /* as in conv_kernel.h */
    void (*forward)(const struct gg_contract_job *job);
    void (*backward)(const struct gg_contract_job *job);
};
extern const struct gg_contract_level gg_contract_plain, gg_contract_avx2, gg_contract_avx512;

/* That of gg_conv_best(). */
const struct gg_contract_level *gg_contract_best(void);

#endif
