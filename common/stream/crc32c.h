/* crc32c.h -- the checksum of the stream: Castagnoli's polynomial */
#ifndef GG_CRC32C_H
#define GG_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* CRC of a message; continue with the previous result as `crc`, start with 0.  gg_crc32c(0, "123456789", 9) = E3069283.
 * Uses the CPU's instruction (SSE4.2, ARMv8) in three interleaved chains where there is one, else a table. */
uint32_t gg_crc32c(uint32_t crc, const void *data, size_t bytes);
uint32_t gg_crc32c_table(uint32_t crc, const void *data, size_t bytes); /* the portable one: its test */

#endif
