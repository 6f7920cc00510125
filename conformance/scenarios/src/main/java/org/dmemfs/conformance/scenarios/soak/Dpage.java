package org.dmemfs.conformance.scenarios.soak;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the model knows of a dpage that somebody keeps. */
final class Dpage {
    private final long firstPfn;
    private final Map<Integer, Filling> fillings = new HashMap<>();
    private final BitSet bad = new BitSet();
    private boolean inFile = true;
    private int deviceReferences;

    Dpage(long firstPfn) {
        this.firstPfn = firstPfn;
    }

    long firstPfn() {
        return firstPfn;
    }

    Filling filling(int page) {
        return fillings.getOrDefault(page, Filling.ZERO);
    }

    void fill(int page, Filling filling) {
        fillings.put(page, filling);
    }

    /** The pages that somebody has stored to, ascending. */
    List<Integer> filledPages() {
        return fillings.keySet().stream().sorted().toList();
    }

    boolean isBad(int page) {
        return bad.get(page);
    }

    List<Integer> badPages() {
        return bad.stream().boxed().toList();
    }

    boolean hasBad() {
        return !bad.isEmpty();
    }

    void spoil(int page) {
        bad.set(page);
    }

    int references() {
        return deviceReferences + (inFile ? 1 : 0);
    }

    void leaveFile() {
        inFile = false;
    }

    void addDevice() {
        deviceReferences++;
    }

    void removeDevice() {
        deviceReferences--;
    }
}
