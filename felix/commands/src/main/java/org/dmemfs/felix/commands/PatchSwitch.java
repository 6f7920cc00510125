package org.dmemfs.felix.commands;

import java.util.List;

/** Where a patch is taken out of a machine that runs: the configurations whose property {@code without} knows it. */
final class PatchSwitch {
    private PatchSwitch() {
    }

    /** Their persistent identities; empty for a patch that cannot be taken out alone. */
    static List<String> configurations(int v2) {
        return switch (v2) {
            case 4, 13, 14, 15, 17, 18, 19, 20, 21, 26, 27, 29 -> List.of("org.dmemfs.mm.series");
            case 23 -> List.of("org.dmemfs.mm.series", "org.dmemfs.fs.fs");
            case 6, 9, 10, 16, 24, 28, 32 -> List.of("org.dmemfs.fs.fs");
            case 7, 8 -> List.of("org.dmemfs.tracing.ftrace");
            case 12, 30, 35 -> List.of("org.dmemfs.core.pool");
            case 25, 36 -> List.of("org.dmemfs.vfio.type1");
            case 31 -> List.of("org.dmemfs.mce.memoryfailure");
            case 33 -> List.of("org.dmemfs.kvm.tdp");
            default -> List.of();
        };
    }
}
