package org.dmemfs.core;

/**
 * What an exchange of the allocator found, all of it read while no operation was under way: nothing was lost where the
 * digests are equal and both counts of free dpages agree.
 *
 * @param from the allocator before, or none
 * @param to the allocator since, or none
 * @param digestBefore of all allocation bits as the old allocator has them, and all poison bits
 * @param digestAfter of the same as the new allocator has them
 * @param oldRecountFree free dpages, counted one by one by the old allocator; without one, by references
 * @param poolFree free dpages by the pool's own references and poison list
 * @param dpagesHeld dpages with at least one reference
 * @param pauseNanoseconds how long operations were kept waiting
 */
public record ExchangeCertificate(String from, String to, long digestBefore, long digestAfter, long oldRecountFree,
        long poolFree, long dpagesHeld, long pauseNanoseconds) {
    /**
     * Whether the old allocator, the pool and the new allocator agree on every dpage.
     *
     * @return true where they do
     */
    public boolean agrees() {
        return digestBefore == digestAfter && oldRecountFree == poolFree;
    }
}
