package org.dmemfs.kvm.tdp;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.MappedEntries;

/**
 * A machine's second-level table: guest physical address to frame, four levels of 512 entries. Guarded by the machine's
 * mmu lock.
 */
final class SecondLevelTable {
    private static final int TOP = 4;
    private static final PageSize[] SIZES = PageSize.values();

    private final TableMemory memory = new TableMemory();
    private final long root = memory.allocate();
    private final long[] leaves = new long[SIZES.length];
    private int leafLevel;

    /** The leaf that maps an address, or 0; its size is then {@link #leafSize}. */
    long walk(long guestPhysicalAddress) {
        long table = root;
        for (int level = TOP;; level--) {
            long entry = memory.get(table, index(guestPhysicalAddress, level));
            if (!SecondLevelEntry.present(entry)) {
                return 0;
            }
            if (isLeaf(entry, level)) {
                leafLevel = level;
                return entry;
            }
            table = SecondLevelEntry.address(entry);
        }
    }

    /** The size of the leaf that the last walk found. */
    PageSize leafSize() {
        return SIZES[leafLevel - 1];
    }

    /** Sets bits in the leaf of an address that is mapped. */
    void mark(long guestPhysicalAddress, long bits) {
        long table = root;
        for (int level = TOP;; level--) {
            int index = index(guestPhysicalAddress, level);
            long entry = memory.get(table, index);
            if (isLeaf(entry, level)) {
                memory.set(table, index, entry | bits);
                return;
            }
            table = SecondLevelEntry.address(entry);
        }
    }

    /** Takes bits out of the leaf of an address that is mapped. */
    void writeProtect(long guestPhysicalAddress) {
        long table = root;
        for (int level = TOP;; level--) {
            int index = index(guestPhysicalAddress, level);
            long entry = memory.get(table, index);
            if (!SecondLevelEntry.present(entry)) {
                return;
            }
            if (isLeaf(entry, level)) {
                memory.set(table, index, SecondLevelEntry.writeProtected(entry));
                return;
            }
            table = SecondLevelEntry.address(entry);
        }
    }

    /** Takes the right to store out of every leaf that has a byte of the range. */
    void writeProtect(long start, long end) {
        writeProtect(root, TOP, start, end);
    }

    private void writeProtect(long table, int level, long start, long end) {
        int shift = shift(level);
        long last = end - 1;
        for (long at = start; at <= last; at = (at >> shift) + 1 << shift) {
            int index = index(at, level);
            long entry = memory.get(table, index);
            if (!SecondLevelEntry.present(entry)) {
                continue;
            }
            if (isLeaf(entry, level)) {
                memory.set(table, index, SecondLevelEntry.writeProtected(entry));
            } else {
                writeProtect(SecondLevelEntry.address(entry), level - 1, at,
                        Math.min(end, (at >> shift) + 1 << shift));
            }
        }
    }

    /** Replaces the leaf of an address by smaller ones with the same rights, until it is one of 4K. */
    void split(long guestPhysicalAddress) {
        long table = root;
        for (int level = TOP; level > 1; level--) {
            int index = index(guestPhysicalAddress, level);
            long entry = memory.get(table, index);
            if (isLeaf(entry, level)) {
                long below = memory.allocate();
                for (int part = 0; part < TableMemory.ENTRIES; part++) {
                    memory.set(below, part, SecondLevelEntry.part(entry, part, SIZES[level - 2]));
                }
                leaves[level - 1]--;
                leaves[level - 2] += TableMemory.ENTRIES;
                entry = SecondLevelEntry.table(below);
                memory.set(table, index, entry);
            }
            table = SecondLevelEntry.address(entry);
        }
    }

    /** Puts a leaf in place; smaller ones that stood there go. */
    void map(long guestPhysicalAddress, PageSize size, long leaf) {
        int target = levelOf(size);
        long table = root;
        for (int level = TOP; level > target; level--) {
            int index = index(guestPhysicalAddress, level);
            long entry = memory.get(table, index);
            if (SecondLevelEntry.present(entry) && isLeaf(entry, level)) {
                drop(table, index, entry, level);
                entry = 0;
            }
            if (!SecondLevelEntry.present(entry)) {
                entry = SecondLevelEntry.table(memory.allocate());
                memory.set(table, index, entry);
            }
            table = SecondLevelEntry.address(entry);
        }
        int index = index(guestPhysicalAddress, target);
        long old = memory.get(table, index);
        if (SecondLevelEntry.present(old)) {
            drop(table, index, old, target);
        }
        memory.set(table, index, leaf);
        leaves[target - 1]++;
    }

    /** Takes every leaf away that has a byte of the range, whole. Says whether there was one. */
    boolean zap(long start, long end) {
        return zap(root, TOP, start, end);
    }

    private boolean zap(long table, int level, long start, long end) {
        int shift = shift(level);
        boolean any = false;
        long last = end - 1;
        for (long at = start; at <= last; at = (at >> shift) + 1 << shift) {
            int index = index(at, level);
            long entry = memory.get(table, index);
            if (!SecondLevelEntry.present(entry)) {
                continue;
            }
            long entryStart = at >> shift << shift;
            long entryEnd = entryStart + (1L << shift);
            if (isLeaf(entry, level) || entryStart >= start && entryEnd <= end) {
                any |= drop(table, index, entry, level);
            } else {
                any |= zap(SecondLevelEntry.address(entry), level - 1, at, Math.min(end, entryEnd));
            }
        }
        return any;
    }

    private boolean drop(long table, int index, long entry, int level) {
        memory.set(table, index, 0);
        if (isLeaf(entry, level)) {
            leaves[level - 1]--;
            return true;
        }
        boolean any = false;
        long below = SecondLevelEntry.address(entry);
        for (int i = 0; i < TableMemory.ENTRIES; i++) {
            long child = memory.get(below, i);
            if (SecondLevelEntry.present(child)) {
                any |= drop(below, i, child, level - 1);
            }
        }
        memory.release(below);
        return any;
    }

    MappedEntries entries() {
        return new MappedEntries(leaves[0], leaves[1], leaves[2]);
    }

    /** How many pages of 4K the table itself takes. */
    long tables() {
        return memory.tables();
    }

    void close() {
        memory.close();
    }

    private static boolean isLeaf(long entry, int level) {
        return level == 1 || (entry & SecondLevelEntry.LARGE) != 0;
    }

    private static int levelOf(PageSize size) {
        return size.ordinal() + 1;
    }

    private static int shift(int level) {
        return 12 + 9 * (level - 1);
    }

    private static int index(long guestPhysicalAddress, int level) {
        return (int) (guestPhysicalAddress >>> shift(level)) & TableMemory.ENTRIES - 1;
    }
}
