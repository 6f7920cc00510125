package org.dmemfs.schemes.kit;

import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;

/** A machine of two nodes with 2G set aside on each, and the scheme that is its kernel. */
public interface SchemeMachine extends AutoCloseable {
    /** What is set aside on each node. */
    long SET_ASIDE_BYTES = 2L << 30;

    /** The scheme under test. */
    Scheme scheme();

    /** The machine's tasks. */
    AddressSpaces addressSpaces();

    /** Its bytes. */
    PhysicalMemory memory();

    /** What was set aside at boot. */
    Reservation reservation();

    /**
     * Whether a guest's pages are taken by touch alone: the memory that is free is then what nobody touched, more can be given than
     * there is, and the file that keeps the pages costs by what it has.
     */
    default boolean isTakenByTouch() {
        return false;
    }

    /** How much the structures of the second node's region may be rounded up: the rules take the memory for one region. */
    default long roundingBytes() {
        return 0;
    }

    @Override
    void close();
}
