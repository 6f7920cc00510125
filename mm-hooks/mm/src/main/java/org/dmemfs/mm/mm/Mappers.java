package org.dmemfs.mm.mm;

import java.util.List;

/**
 * The VMAs that may map the same pages: those of one inode, or those that one anonymous mapping has become. A VMA is among them
 * from before it has an entry until after its last entry has gone. Safe for any thread.
 */
abstract sealed class Mappers permits InodeMapping, AnonymousFamily {
    /** By which {@link ReverseMap} knows them, 0 as long as no page needed it. The reverse map's lock guards a change. */
    volatile int number;

    abstract void add(MappedArea area);

    abstract void remove(MappedArea area);

    abstract void replace(List<MappedArea> gone, List<MappedArea> come);

    /** Those that have a page, in the order in which they came. */
    abstract List<MappedArea> areasAt(long pageOffset);

    abstract boolean isEmpty();

    /** A page of theirs went bad and has no entry any more: what is kept of it beside the entries goes too. */
    abstract void lost(long pageOffset, long pfn);
}
