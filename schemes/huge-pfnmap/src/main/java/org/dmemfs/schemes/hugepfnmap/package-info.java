/**
 * A driver that no kernel has, over memory that {@code memmap=} kept from the kernel, made of nothing but what Linux 6.12
 * has: special entries at PMD and PUD, {@code follow_pfnmap_start}, {@code vmf_insert_pfn_pmd} and {@code _pud}, and
 * registered address spaces of frames for memory failure. Lock: the carve-out's.
 */
package org.dmemfs.schemes.hugepfnmap;
