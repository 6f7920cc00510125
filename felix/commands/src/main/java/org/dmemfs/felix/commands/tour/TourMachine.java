package org.dmemfs.felix.commands.tour;

import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.vfio.Vfio;

/**
 * The machine that a tour goes through.
 *
 * @param reservation what its boot took
 * @param memory its bytes
 * @param pool its dpages
 * @param addressSpaces its memory manager
 * @param dmemfs its file system
 * @param hypervisor its best kind of guest
 * @param vfio its devices
 * @param kernelLog what it printed
 * @param pageSize of the mount
 */
public record TourMachine(Reservation reservation, PhysicalMemory memory, DmemPool pool, AddressSpaces addressSpaces,
        Dmemfs dmemfs, Hypervisor hypervisor, Vfio vfio, KernelLog kernelLog, PageSize pageSize) {
    /**
     * The size of the tour's file.
     *
     * @return bytes: 1 GiB for 1G dpages, otherwise 512 MiB
     */
    long fileBytes() {
        return Math.max(512L << 20, pageSize.bytes());
    }

    /**
     * The same machine with another kind of guest and page size.
     *
     * @param guest the kind of guest
     * @param size of the mount
     * @return the machine
     */
    public TourMachine with(Hypervisor guest, PageSize size) {
        return new TourMachine(reservation, memory, pool, addressSpaces, dmemfs, guest, vfio, kernelLog, size);
    }
}
