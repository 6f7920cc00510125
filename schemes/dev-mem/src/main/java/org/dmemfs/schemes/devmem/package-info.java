/**
 * Memory that {@code mem=} or {@code memmap=} kept from the kernel, reached through /dev/mem: every entry is put in place by
 * mmap, in 4K, and there is no fault handler. Lock: the carve-out's.
 */
package org.dmemfs.schemes.devmem;
