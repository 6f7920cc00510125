package org.dmemfs.conformance.tests.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sequences of calls. Most are about whole pages; some cut pages, and a few are not even multiples of 4K. */
final class RandomCalls {
    private static final long NATURE_PAGE = 4096;

    private final Pair pair;
    private final Random random;

    RandomCalls(Pair pair, long seed) {
        this.pair = pair;
        this.random = new Random(seed);
    }

    List<Call> sequence(int length) {
        List<Call> calls = new ArrayList<>();
        if (pair.hasFile()) {
            calls.add(new Call.Truncate(pair.fileBytes()));
        }
        calls.add(new Call.Mmap(pair.page().bytes(), 2 * pair.page().bytes(), Access.READ_WRITE, true, 0));
        while (calls.size() < length) {
            calls.add(next(calls.size()));
        }
        return calls;
    }

    private Call next(int value) {
        int kind = random.nextInt(100);
        if (kind < 20) {
            long bytes = bytes();
            return new Call.Mmap(offset(bytes), bytes, access(), random.nextInt(8) != 0, fileOffset());
        }
        if (kind < 28) {
            long bytes = bytes();
            return new Call.Munmap(offset(bytes), bytes);
        }
        if (kind < 36) {
            long bytes = bytes();
            return new Call.Mprotect(offset(bytes), bytes, access());
        }
        if (kind < 43) {
            long oldBytes = bytes();
            long newBytes = random.nextInt(3) == 0 ? oldBytes : bytes();
            return new Call.Mremap(offset(Math.max(oldBytes, newBytes)), oldBytes, newBytes);
        }
        if (kind < 50) {
            long oldBytes = bytes();
            long newBytes = random.nextInt(3) == 0 ? oldBytes : bytes();
            return new Call.MremapTo(offset(Math.max(oldBytes, newBytes)), oldBytes, newBytes, offset(newBytes));
        }
        if (kind < 60) {
            long bytes = bytes();
            return new Call.Mincore(offset(bytes), bytes);
        }
        if (kind < 68 && pair.hasFile()) {
            return new Call.Truncate(fileBytes());
        }
        return kind < 84 ? new Call.Load(word()) : new Call.Store(word(), value);
    }

    private Access access() {
        return switch (random.nextInt(8)) {
            case 0 -> Access.NONE;
            case 1, 2 -> Access.READ;
            default -> Access.READ_WRITE;
        };
    }

    private long bytes() {
        return Math.max(0, (1 + random.nextInt(pair.pagesAtOnce())) * pair.page().bytes() + skew());
    }

    /** Such that the range, rounded up to whole pages, stays in the window. */
    private long offset(long bytes) {
        long page = pair.page().bytes();
        int pages = (int) (Math.ceilDiv(bytes, page) + 1);
        long skew = skew();
        return random.nextInt((int) (pair.windowBytes() / page) - pages + 1) * page + Math.max(0, skew);
    }

    /** Usually none; else a part of a page. */
    private long skew() {
        long page = pair.page().bytes();
        return switch (random.nextInt(24)) {
            case 0 -> -page;
            case 1 -> NATURE_PAGE * (pair.huge() ? 1 + random.nextInt(3) : 0);
            case 2 -> pair.huge() ? -NATURE_PAGE : 0;
            case 3 -> random.nextInt(3) == 0 ? 512 : 0;
            default -> 0;
        };
    }

    private long fileOffset() {
        long page = pair.page().bytes();
        long skew = Math.max(0, skew());
        return pair.hasFile() ? random.nextInt((int) (pair.fileBytes() / page) + 1) * page + skew : 0;
    }

    private long fileBytes() {
        long page = pair.page().bytes();
        return Math.max(0, random.nextInt((int) (pair.fileBytes() / page) + 1) * page - Math.max(0, skew()));
    }

    private long word() {
        long page = pair.page().bytes();
        return random.nextInt((int) (pair.windowBytes() / page)) * page + random.nextInt(3) * (page / 4) + 8;
    }
}
