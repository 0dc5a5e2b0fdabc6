/* contract_plan.h -- products of features as the kernels of contract want them: a tree of monomials, and what stands in it
 *
 *     C_{node,c} = 1/sqrt(n) sum_{nu, eta} U^nu_{eta,node} w^nu_{eta,c}
 *
 * so that y_{LM,c} = sum_nodes C A A A (contract_kernel.h) is sum_nu sum_eta w^nu_{eta,c} f^nu_{eta,M}(A_c) / sqrt(n), f the basis of
 * o3/product_basis.h, n the number of all eta into L.  C is made once a call: no eta is left in a loop over nodes. */
#ifndef GG_CONTRACT_PLAN_H
#define GG_CONTRACT_PLAN_H

#include "kernel/contract_kernel.h"
#include "nn/layer.h"
#include "o3/product_basis.h"

/* Weights of one output block and number of factors: [n_set][n_path][channels] from `offset` on. */
struct gg_contract_piece {
    int out, nu, n_path;
    int64_t offset;
};
/* A coefficient of a basis: node of the tree, weight of set 0 and channel 0, and the piece's weights from set to set. */
struct gg_contract_term {
    int node;
    int64_t weight, set_stride;
    double value; /* U / sqrt(n) */
};
struct gg_contract_plan {
    int channels, n_set;
    int width, n_group; /* lanes of a node, 8 or 16; groups of so many channels */
    struct gg_contract_tree tree;
    const struct gg_contract_level *level;
    int n_in;    /* components of A */
    int *in_at;  /* [n_in] their offset in a row of x */
    int *out_at; /* [tree.n_out] offset of (block, M) in a row of y */
    int n_piece;
    struct gg_contract_piece piece[GG_IRREPS_MAX * GG_PRODUCT_FACTORS];
    int n_term;
    struct gg_contract_term *term;
    int64_t n_weight;
};

/* in, out: blocks of equal multiplicity.  Refuses (GG_USAGE) what has no couplings, naming the key. */
int gg_contract_plan_init(struct gg_contract_plan *p, struct gg_arena *a, const struct gg_shape *in,
                          const struct gg_shape *out, int correlation, int n_set, struct gg_err *err);

/* Numbers of C of all sets and groups, [set][group][node][GG_CONTRACT_SLOT]. */
int64_t gg_contract_packed(const struct gg_contract_plan *p);
/* C of one set and group from the weights, and its gradient back to them (added). */
void gg_contract_pack(const struct gg_contract_plan *p, int set, int group, const gg_real *w, gg_real *C);
void gg_contract_unpack(const struct gg_contract_plan *p, int set, int group, const gg_real *dC, gg_real *dw);

#endif
