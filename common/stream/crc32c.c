/* crc32c.c -- CRC32C by the CPU's instruction in three chains, or by table */
/* Castagnoli et al., IEEE Trans. Commun. 41 (1993); slicing by eight: Kounavis and Berry, ISCC 2005.
 * The instruction takes three cycles but a new one can start in each, so three neighbouring stretches of CHAIN bytes run
 * side by side.  A CRC is linear: crc(AB) = crc(A) x^(8 |B|) + crc(B) modulo the polynomial, which joins them. */
#include "stream/crc32c.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

enum { CHAIN = 8192 };
static const uint32_t polynomial = 0x82F63B78; /* 1EDC6F41 with its bits reversed */

static uint32_t slice[8][256];
static pthread_once_t slice_once = PTHREAD_ONCE_INIT;

static void slice_init(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
        slice[0][b] = crc;
    }
    for (int k = 1; k < 8; k++)
        for (int b = 0; b < 256; b++)
            slice[k][b] = slice[k - 1][b] >> 8 ^ slice[0][slice[k - 1][b] & 255];
}

uint32_t gg_crc32c_table(uint32_t crc, const void *data, size_t bytes)
{
    const unsigned char *p = data;
    pthread_once(&slice_once, slice_init);
    crc = ~crc;
    for (; bytes >= 8; bytes -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        word ^= crc;
        crc = 0;
        for (int k = 0; k < 8; k++)
            crc ^= slice[7 - k][word >> 8 * k & 255];
    }
    for (; bytes > 0; bytes--)
        crc = crc >> 8 ^ slice[0][(crc ^ *p++) & 255];
    return ~crc;
}

#if defined(__x86_64__)
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP(crc, word) ((uint32_t)_mm_crc32_u64(crc, word))
#define STEP_BYTE(crc, byte) _mm_crc32_u8(crc, byte)
static bool has_instruction(void)
{
    return __builtin_cpu_supports("sse4.2");
}
#elif defined(__aarch64__)
#define HARDWARE __attribute__((target("+crc")))
#define STEP(crc, word) __crc32cd(crc, word)
#define STEP_BYTE(crc, byte) __crc32cb(crc, byte)
static bool has_instruction(void)
{
    return getauxval(AT_HWCAP) & HWCAP_CRC32;
}
#endif

#ifdef HARDWARE
/* a b modulo the polynomial; bit 31 is x^0. */
static uint32_t multiply(uint32_t a, uint32_t b)
{
    uint32_t product = 0;
    for (uint32_t bit = 1u << 31; bit; bit >>= 1) {
        product ^= a & bit ? b : 0;
        b = b & 1 ? b >> 1 ^ polynomial : b >> 1;
    }
    return product;
}

static uint64_t word_at(const unsigned char *p)
{
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

HARDWARE static uint32_t three_chains(uint32_t crc, const unsigned char *p)
{
    const uint32_t x1 = 0x28461564, x2 = 0xBF455269; /* x^(8 CHAIN), x^(16 CHAIN) */
    uint32_t a = crc, b = 0, c = 0;
    for (int i = 0; i < CHAIN; i += 8) {
        a = STEP(a, word_at(p + i));
        b = STEP(b, word_at(p + i + CHAIN));
        c = STEP(c, word_at(p + i + 2 * CHAIN));
    }
    return multiply(x2, a) ^ multiply(x1, b) ^ c;
}

HARDWARE static uint32_t by_instruction(uint32_t crc, const unsigned char *p, size_t bytes)
{
    for (; bytes >= 3 * CHAIN; bytes -= 3 * CHAIN, p += 3 * CHAIN)
        crc = three_chains(crc, p);
    for (; bytes >= 8; bytes -= 8, p += 8)
        crc = STEP(crc, word_at(p));
    for (; bytes > 0; bytes--)
        crc = STEP_BYTE(crc, *p++);
    return crc;
}
#else
static bool has_instruction(void)
{
    return false;
}

static uint32_t by_instruction(uint32_t crc, const unsigned char *p, size_t bytes)
{
    return ~gg_crc32c_table(~crc, p, bytes);
}
#endif

uint32_t gg_crc32c(uint32_t crc, const void *data, size_t bytes)
{
    return has_instruction() ? ~by_instruction(~crc, data, bytes) : gg_crc32c_table(crc, data, bytes);
}
