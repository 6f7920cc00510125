package org.dmemfs.vfio.type1;

import org.dmemfs.core.SparseWords;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/**
 * The second-level table of one IOMMU domain: four levels, 48 bits of iova, superpages of 2M and 1G. Its memory is its
 * own, off the heap. A table without entries is given back at once, so that a superpage may take its place. Guarded by the
 * container's lock.
 */
final class IoPageTable implements AutoCloseable {
    static final int ADDRESS_BITS = 48;
    private static final int MOST_TABLES = 1 << 19;
    private static final int TABLE_WORDS_SHIFT = 9;
    private static final int TOP_SHIFT = ADDRESS_BITS - TABLE_WORDS_SHIFT;
    private static final int LEAF_SHIFT = PageSize.SIZE_4K.shift();
    private static final int LARGEST_SHIFT = PageSize.SIZE_1G.shift();
    private static final int DIRECTORY_SHIFT = PageSize.SIZE_2M.shift();
    private static final long ROOT = 0;

    private final SparseWords words = new SparseWords((long) MOST_TABLES << LEAF_SHIFT);
    private final SparseWords used = new SparseWords((long) MOST_TABLES * Long.BYTES);
    /** The table of 2M entries that was last filled, or ROOT, and which 1G of iova it has: runs follow one another. */
    private long directory = ROOT;
    private long directoryNumber;
    private long firstFree;
    private int nextTable = 1;
    private int freeTables;

    /** The entry that maps an address, for the 4K frame of that address; 0 where there is none. */
    long lookup(long iova) {
        long table = ROOT;
        for (int shift = TOP_SHIFT;; shift -= TABLE_WORDS_SHIFT) {
            long entry = words.getLong(word(table, iova, shift));
            if (entry == 0) {
                return 0;
            }
            if (IoEntry.isPage(entry, shift)) {
                return IoEntry.sized(entry, shift) + (iova & (1L << shift) - 1 & -1L << LEAF_SHIFT);
            }
            table = IoEntry.tableNumber(entry);
        }
    }

    /**
     * Maps contiguous frames with the largest entries that both sides' alignment allows.
     *
     * @param counts has the run's entries added; of no use after a failure
     * @throws ErrnoException ENOMEM where the table cannot grow; nothing of the run is mapped then
     */
    void install(long iova, long pfn, long frames, long permissionBits, EntryCounts counts) {
        long end = iova + (frames << LEAF_SHIFT);
        boolean within = directory != ROOT && iova >> LARGEST_SHIFT == directoryNumber
                && end - 1 >> LARGEST_SHIFT == directoryNumber;
        try {
            fill(within ? directory : ROOT, within ? DIRECTORY_SHIFT : TOP_SHIFT, iova, end,
                    (pfn << LEAF_SHIFT) - iova, permissionBits, counts);
        } catch (ErrnoException noMemory) {
            clear(iova, end, new EntryList());
            throw noMemory;
        }
    }

    private void fill(long table, int shift, long iova, long end, long offset, long permissionBits,
            EntryCounts counts) {
        long size = 1L << shift;
        long added = 0;
        if (shift == DIRECTORY_SHIFT) {
            directory = table;
            directoryNumber = iova >> LARGEST_SHIFT;
        }
        try {
            long next;
            for (long at = iova; at < end; at = next) {
                next = Math.min(end, (at | size - 1) + 1);
                long word = word(table, at, shift);
                if (shift <= LARGEST_SHIFT && next - at == size && (at + offset & size - 1) == 0) {
                    words.setLong(word, IoEntry.page(at + offset, permissionBits, shift));
                    counts.add(sizeOf(shift), 1);
                    added++;
                    continue;
                }
                long entry = words.getLong(word);
                if (entry == 0) {
                    entry = IoEntry.table(newTable());
                    words.setLong(word, entry);
                    added++;
                }
                fill(IoEntry.tableNumber(entry), shift - TABLE_WORDS_SHIFT, at, next, offset, permissionBits, counts);
            }
        } finally {
            used.setLong(table, used.getLong(table) + added);
        }
    }

    /** Takes the entries of a range out. The range cuts no entry. */
    void clear(long iova, long end, EntryList taken) {
        clear(ROOT, TOP_SHIFT, iova, end, taken);
    }

    private void clear(long table, int shift, long iova, long end, EntryList taken) {
        long size = 1L << shift;
        long removed = 0;
        long next;
        for (long at = iova; at < end; at = next) {
            next = Math.min(end, (at | size - 1) + 1);
            long word = word(table, at, shift);
            long entry = words.getLong(word);
            if (entry == 0) {
                continue;
            }
            if (IoEntry.isPage(entry, shift)) {
                taken.add(IoEntry.sized(entry, shift));
            } else {
                long child = IoEntry.tableNumber(entry);
                clear(child, shift - TABLE_WORDS_SHIFT, at, next, taken);
                if (used.getLong(child) > 0) {
                    continue;
                }
                free(child);
            }
            words.setLong(word, 0);
            removed++;
        }
        used.setLong(table, used.getLong(table) - removed);
    }

    /** Lists the entries of a range, which cuts none. */
    void list(long iova, long end, EntryList listed) {
        list(ROOT, TOP_SHIFT, iova, end, listed);
    }

    private void list(long table, int shift, long iova, long end, EntryList listed) {
        long next;
        for (long at = iova; at < end; at = next) {
            next = Math.min(end, (at | (1L << shift) - 1) + 1);
            long entry = words.getLong(word(table, at, shift));
            if (entry != 0 && IoEntry.isPage(entry, shift)) {
                listed.add(IoEntry.sized(entry, shift));
            } else if (entry != 0) {
                list(IoEntry.tableNumber(entry), shift - TABLE_WORDS_SHIFT, at, next, listed);
            }
        }
    }

    /** Tables in use, the root included. */
    int tables() {
        return nextTable - freeTables;
    }

    private long newTable() {
        if (freeTables > 0) {
            long table = firstFree;
            firstFree = words.getLong(table << TABLE_WORDS_SHIFT);
            words.setLong(table << TABLE_WORDS_SHIFT, 0);
            freeTables--;
            return table;
        }
        if (nextTable == MOST_TABLES) {
            throw new ErrnoException(Errno.ENOMEM,
                    "the IOMMU's page table has %d tables, the most that it can have".formatted(MOST_TABLES));
        }
        return nextTable++;
    }

    /** A free table names the next one in its first word. */
    private void free(long table) {
        words.setLong(table << TABLE_WORDS_SHIFT, firstFree);
        firstFree = table;
        freeTables++;
        directory = table == directory ? ROOT : directory;
    }

    private static long word(long table, long iova, int shift) {
        return table << TABLE_WORDS_SHIFT | iova >>> shift & (1 << TABLE_WORDS_SHIFT) - 1;
    }

    private static PageSize sizeOf(int shift) {
        return switch (shift) {
            case 12 -> PageSize.SIZE_4K;
            case 21 -> PageSize.SIZE_2M;
            default -> PageSize.SIZE_1G;
        };
    }

    @Override
    public void close() {
        words.close();
        used.close();
    }
}
