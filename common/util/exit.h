/* exit.h -- the status with which a process ends although nobody of gg ended it (err.c) */
#ifndef GG_EXIT_H
#define GG_EXIT_H

/* libgomp ends the process with status 1 where it gets no memory or no thread, which is gg-cmp's word for a difference.  Once watched, a
 * process that ends with 1 ends with GG_SYSTEM instead, unless it has said that it means it. */
void gg_exit_watch(void);
int gg_exit_no(void); /* GG_NO, and meant */

#endif
