package org.dmemfs.conformance.scenarios;

import java.util.Map;

/** The machine that most scenarios are written for: two nodes, 2 GiB of dmem on each, dpages of 1G possible. */
final class SmallMachine {
    static final Map<String, String> OPTIONS = Map.of("machine", "2x8G", "cmdline", "dmem=2G:1G");

    private SmallMachine() {
    }
}
