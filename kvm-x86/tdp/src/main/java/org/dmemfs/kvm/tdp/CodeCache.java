package org.dmemfs.kvm.tdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decoded code of one processor, in straight runs: instructions that follow one another up to the first that goes
 * elsewhere or ends in another page. A run is found by the address of its first instruction. Used by one thread at a
 * time, in the guest.
 */
final class CodeCache {
    private static final int SLOTS = 1024;
    private static final int LONGEST_RUN = 64;
    private static final int LONGEST_INSTRUCTION = 15;
    private static final int PAGE_SHIFT = 12;
    private static final long PAGE = 1L << PAGE_SHIFT;

    private final Decoder decoder;
    private final @Nullable CodeRun[] runs = new CodeRun[SLOTS];
    private final long[] pages = new long[SLOTS];
    private long forgotten;

    CodeCache(Decoder decoder) {
        this.decoder = decoder;
        forget();
    }

    /** The run that starts at an address. */
    CodeRun find(long address) {
        CodeRun cached = runs[slot(address)];
        return cached != null && cached.address() == address ? cached : decode(address);
    }

    /** Drops all: bytes of it may have changed. */
    void forget() {
        forgotten++;
        Arrays.fill(runs, null);
        Arrays.fill(pages, -1);
    }

    /** Whether an instruction may have been decoded from a page. */
    boolean isFrom(long page) {
        return pages[slot(page)] == page;
    }

    private CodeRun decode(long address) {
        long before;
        CodeRun run;
        do {
            // to fetch the bytes may take a second-level fault, after which those before it may be old
            before = forgotten;
            run = decodeRun(address);
        } while (before != forgotten);
        runs[slot(address)] = run;
        note(address >>> PAGE_SHIFT);
        note(run.end() - 1 >>> PAGE_SHIFT);
        return run;
    }

    private CodeRun decodeRun(long address) {
        List<Instruction> instructions = new ArrayList<>();
        Instruction last = decoder.decode(address);
        instructions.add(last);
        // what is decoded before its turn touches no page that the guest has not come to
        long lastStart = (address | PAGE - 1) + 1 - LONGEST_INSTRUCTION;
        while (last.operation().goesOn() && last.next() <= lastStart && instructions.size() < LONGEST_RUN) {
            try {
                last = decoder.decode(last.next());
            } catch (GuestException unknown) {
                // the guest hears of it when it comes there
                break;
            }
            instructions.add(last);
        }
        return new CodeRun(instructions.toArray(new Instruction[0]));
    }

    private void note(long page) {
        pages[slot(page)] = page;
    }

    private static int slot(long number) {
        return (int) number & SLOTS - 1;
    }
}
