package org.dmemfs.felix.commands.tour;

import java.util.List;
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
 * @param hypervisors its kinds of guest, in the order in which they are tried
 * @param vfio its devices
 * @param kernelLog what it printed
 * @param pageSize of the mount
 */
public record TourMachine(Reservation reservation, PhysicalMemory memory, DmemPool pool, AddressSpaces addressSpaces,
        Dmemfs dmemfs, List<Hypervisor> hypervisors, Vfio vfio, KernelLog kernelLog, PageSize pageSize) {
    /**
     * The size of the tour's file.
     *
     * @return bytes: 1 GiB for 1G dpages, otherwise 512 MiB
     */
    long fileBytes() {
        return Math.max(512L << 20, pageSize.bytes());
    }

    /**
     * The same machine with other kinds of guest and another page size.
     *
     * @param guests the kinds of guest, at least one
     * @param size of the mount
     * @return the machine
     */
    public TourMachine with(List<Hypervisor> guests, PageSize size) {
        return new TourMachine(reservation, memory, pool, addressSpaces, dmemfs, guests, vfio, kernelLog, size);
    }
}
