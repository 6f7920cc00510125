package org.dmemfs.mm;

/**
 * Counts of one address space.
 *
 * @param pudFaults faults that a 1G entry answered
 * @param pmdFaults faults that a 2M entry answered
 * @param pteFaults faults that a 4K entry answered
 * @param spuriousFaults faults that found their entry in place
 * @param pageTablePages frames of 4K that its page tables take now, the top level included
 * @param mapped4K entries of 4K in place now
 * @param mapped2M entries of 2M in place now
 * @param mapped1G entries of 1G in place now
 */
public record MappingCounts(long pudFaults, long pmdFaults, long pteFaults, long spuriousFaults, long pageTablePages,
        long mapped4K, long mapped2M, long mapped1G) {
}
