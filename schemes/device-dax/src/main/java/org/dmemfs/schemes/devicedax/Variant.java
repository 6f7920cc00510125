package org.dmemfs.schemes.devicedax;

import java.util.List;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.schemes.KernelChange;

/**
 * What tells the variants apart.
 *
 * @param name behind device-dax-
 * @param kernel its version
 * @param machineSeries the machine that answers for the rest of it
 * @param pages where the struct pages are
 * @param changes what the kernel needs for it
 */
record Variant(String name, String kernel, SeriesVersion machineSeries, Pages pages, List<KernelChange> changes) {
    private static final String POSTED = "20200110190313.17144-1-joao.m.martins@oracle.com";

    static Variant inMemory() {
        return new Variant("5.10", "5.10", SeriesVersion.V2, Pages.IN_MEMORY, List.of());
    }

    static Variant onDevice() {
        return new Variant("5.10-on-device", "5.10", SeriesVersion.V2, Pages.ON_DEVICE, List.of());
    }

    static Variant compound() {
        return new Variant("6.12", "6.12", SeriesVersion.REPAIRED, Pages.COMPOUND, List.of());
    }

    static Variant pageless() {
        return new Variant("pageless-rfc", "5.5-rc with the patches of January 2020", SeriesVersion.V2, Pages.NONE,
                List.of(rfc()));
    }

    static Variant completed() {
        return new Variant("pageless-wip", "5.10-rc with the work in progress of October 2020",
                SeriesVersion.REPAIRED, Pages.NONE_COMPLETED,
                List.of(new KernelChange("device-dax without struct page, work in progress of October 2020", 15, 401,
                        38, List.of("special PMD and PUD", "follow_pfn at 2M and 1G", "device-dax faults at 3 sizes",
                                "several ranges a device", "KVM: huge mappings of frames without struct page",
                                "PAT, io and set_memory helpers", "memory failure by frame", "ptrace access"),
                        "the diffstat that its author gave in the discussion of DMEMFS, October 2020")));
    }

    private static KernelChange rfc() {
        return new KernelChange("device-dax without struct page, ten patches of 10 January 2020", 9, 382, 75,
                List.of("special PMD and PUD (bit 9 alone)", "follow_pfn at 2M and 1G", "device-dax faults at 3 sizes",
                        "VM_DONTCOPY checked at fault", "dax/pmem without a map", "vfio: follow_pfn",
                        "label area of e820 pmem"),
                POSTED);
    }
}
