/* events.h -- the numbers of metrics.jsonl as an event file that TensorBoard reads */
#ifndef GG_EVENTS_H
#define GG_EVENTS_H

#include "util/err.h"

#include <stdint.h>

/* Records as TensorFlow writes them (tensorflow/core/lib/io/record_writer.h, core/util/event.proto, core/framework/summary.proto):
 *
 *     u64 length, u32 masked crc32c of these 8 bytes, the bytes of a message Event, u32 masked crc32c of them; little-endian
 *     Event { 1: double wall_time; 2: int64 step; 3: string file_version; 5: Summary { 1: Value { 1: string tag; 2: float simple_value } } }
 *
 * Each run of a training writes a file of its own; TensorBoard leaves out what an earlier one has beyond the step at which a later
 * one begins. */
struct gg_events {
    int fd;
    char *path;
};

/* Makes FOLDER/events.out.tfevents.SECONDS.PID and writes its first record, the version.  GG_SYSTEM. */
int gg_events_open(struct gg_events *e, const char *folder, struct gg_err *err);

/* A line of metrics.jsonl.  Its step and each of its numbers become an event with a scalar; of lines without a step, nothing.  Tags:
 * "loss", "loss_validation", "lr"; "rho_config/validation/propensity/A/t=10".  One write a line. */
int gg_events_line(struct gg_events *e, const char *line, struct gg_err *err);

void gg_events_close(struct gg_events *e);

/* ((crc >> 15) | (crc << 17)) + 0xa282ead8: what stands in the file for a checksum. */
uint32_t gg_events_masked(uint32_t crc);

#endif
