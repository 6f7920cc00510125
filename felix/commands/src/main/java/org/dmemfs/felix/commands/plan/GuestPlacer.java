package org.dmemfs.felix.commands.plan;

/** Places guests one after the other; none goes away again. */
interface GuestPlacer {
    /**
     * Places one.
     *
     * @param group whose
     * @param bytes in whole pages
     * @param placement is told what it took of which node
     * @return on how many nodes it is, 0 where it fits nowhere
     */
    int place(GuestGroup group, long bytes, Placement placement);
}
