package org.dmemfs.schemes.hugetlb;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.reserve.PhysicalBytes;

/**
 * The huge pages of one size, free and used, by node. A page's last reference brings it back here, whoever dropped it. A page
 * that had an owner is made zero before its next.
 */
final class HugePool {
    static final long NONE = -1;

    private final PageSize pageSize;
    private final PageFrames frames;
    private final PhysicalBytes bytes;
    private final Map<Integer, Deque<Long>> free = new TreeMap<>();
    private final Map<Integer, Long> totals = new TreeMap<>();
    private final Map<Long, State> pages = new HashMap<>();
    private long reserved;

    /** A page of the pool. */
    private static final class State {
        final int node;
        boolean used;
        boolean hadOwner;
        boolean bad;

        State(int node) {
            this.node = node;
        }
    }

    HugePool(PageSize pageSize, PageFrames frames, PhysicalBytes bytes) {
        this.pageSize = pageSize;
        this.frames = frames;
        this.bytes = bytes;
    }

    PageSize pageSize() {
        return pageSize;
    }

    /**
     * Fills it from the page allocator.
     *
     * @throws ErrnoException ENOMEM where a node has not that many pages, and then the pool is as it was
     */
    synchronized void grow(int node, long count) {
        Deque<Long> taken = new ArrayDeque<>();
        try {
            for (long page = 0; page < count; page++) {
                taken.add(frames.take(node, pageSize, this::released));
            }
        } catch (ErrnoException lacking) {
            taken.forEach(frames::give);
            throw lacking;
        }
        free.computeIfAbsent(node, _ -> new ArrayDeque<>()).addAll(taken);
        totals.merge(node, count, Long::sum);
        taken.forEach(pfn -> pages.put(pfn, new State(node)));
    }

    /** Gives every page that is free and good back to the page allocator; the others are lost to it. */
    synchronized void drain() {
        free.values().forEach(stack -> stack.forEach(pfn -> {
            frames.give(pfn);
            pages.remove(pfn);
        }));
        free.clear();
    }

    /** Promises pages to a file; false where they are promised already. */
    synchronized boolean reserve(long count) {
        if (reserved + count > free.values().stream().mapToLong(Deque::size).sum()) {
            return false;
        }
        reserved += count;
        return true;
    }

    synchronized void unreserve(long count) {
        reserved -= count;
    }

    /** Takes a page that was promised, of the first node of a list that has one, or {@link #NONE}. */
    synchronized long takeReserved(List<Integer> nodes) {
        for (int node : nodes) {
            Deque<Long> stack = free.get(node);
            Long pfn = stack == null ? null : stack.pollFirst();
            if (pfn != null) {
                State state = state(pfn);
                if (state.hadOwner) {
                    bytes.fill(pfn << PageSize.SIZE_4K.shift(), pageSize.bytes(), (byte) 0);
                }
                state.used = true;
                state.hadOwner = true;
                reserved--;
                return pfn;
            }
        }
        return NONE;
    }

    private State state(long pfn) {
        State state = pages.get(pfn);
        if (state == null) {
            throw new IllegalStateException("the frame 0x%x is no huge page of this pool".formatted(pfn));
        }
        return state;
    }

    /** {@code free_huge_page}: the last reference has gone. */
    private synchronized void released(long pfn) {
        State state = state(pfn);
        state.used = false;
        if (!state.bad) {
            frames.get(pfn);
            free.computeIfAbsent(state.node, _ -> new ArrayDeque<>()).addFirst(pfn);
        }
    }

    /** The first frame of the page that has a frame, or {@link #NONE}. */
    synchronized long pageOf(long pfn) {
        long head = pfn & -pageSize.naturePages();
        return pages.containsKey(head) ? head : NONE;
    }

    /** A page has gone bad; true where it is used. A free one leaves the pool at once ({@code dissolve_free_huge_page}). */
    synchronized boolean retire(long head) {
        State state = state(head);
        if (!state.bad) {
            state.bad = true;
            totals.merge(state.node, -1L, Long::sum);
            if (!state.used) {
                free.getOrDefault(state.node, new ArrayDeque<>()).remove(head);
            }
        }
        return state.used;
    }

    synchronized Map<Integer, Long> totalBytes() {
        Map<Integer, Long> all = new TreeMap<>();
        totals.forEach((node, count) -> all.put(node, count * pageSize.bytes()));
        return all;
    }

    /** Free and not promised; a promise is not made of any node, so it is counted against the last ones. */
    synchronized Map<Integer, Long> freeBytes() {
        Map<Integer, Long> left = new TreeMap<>();
        totals.keySet().forEach(
                node -> left.put(node, (long) free.getOrDefault(node, new ArrayDeque<>()).size() * pageSize.bytes()));
        return left;
    }

    /** How many pages are promised and not taken. */
    synchronized long reserved() {
        return reserved;
    }
}
