package org.dmemfs.felix.commands;

import java.util.Collection;
import java.util.Optional;

/**
 * What a patch that is no switch provides: the bundle that has it, the contract by which it is reached, and what else a
 * component needs in order to be a consumer of this patch.
 *
 * @param bundle its symbolic name
 * @param contract the service
 * @param beside another service that a consumer needs as well; empty where the contract alone makes it one
 */
record PatchProvider(String bundle, String contract, String beside) {
    private static final String DMEMFS = "org.dmemfs.fs.Dmemfs";

    /** The provider of a patch; empty for one that is taken out otherwise. */
    static Optional<PatchProvider> of(int v2) {
        return Optional.ofNullable(switch (v2) {
            case 1 -> new PatchProvider("org.dmemfs.fs.fs", DMEMFS, "");
            case 2 -> new PatchProvider("org.dmemfs.reserve.memblock", "org.dmemfs.reserve.Reservation", "");
            case 3 -> new PatchProvider("org.dmemfs.core.pool", "org.dmemfs.core.DmemPool", "");
            // The same component as patch 01's; whoever has no address spaces maps nothing of what it mounts.
            case 5 -> new PatchProvider("org.dmemfs.fs.fs", DMEMFS, "org.dmemfs.mm.AddressSpaces");
            case 22 -> new PatchProvider("org.dmemfs.core.pool", "org.dmemfs.core.DmemPages", "");
            default -> null;
        });
    }

    /** Whether a component with these references needs it, and was left without. */
    boolean isMissedBy(Collection<String> contracts, Collection<String> lacking) {
        return lacking.contains(contract) && (beside.isEmpty() || contracts.contains(beside));
    }
}
