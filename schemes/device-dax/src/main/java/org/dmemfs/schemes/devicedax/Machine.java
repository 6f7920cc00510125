package org.dmemfs.schemes.devicedax;

import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;

/** What of the machine a device needs. */
record Machine(AddressSpaces addressSpaces, SystemCalls systemCalls, PageFrames frames, PhysicalMemory memory,
        Reservation reservation) {
}
