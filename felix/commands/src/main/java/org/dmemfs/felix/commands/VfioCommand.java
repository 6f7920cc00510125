package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaNeeds;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.StaleDpage;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vfio}: what devices have mapped, where it has come apart from its file, and what a map would take. */
@Component(service = VfioCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=vfio",
        "dmem.surroundings=MACHINE"})
public final class VfioCommand {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);
    private static final String SUMMARY = "Prints what devices have mapped; opens, maps, unmaps and closes a container.";

    private final Vfio vfio;
    private final AddressSpaces addressSpaces;

    /** Bound by Declarative Services. */
    @Activate
    public VfioCommand(@Reference Vfio vfio, @Reference AddressSpaces addressSpaces) {
        this.vfio = vfio;
        this.addressSpaces = addressSpaces;
    }

    /** The listing. */
    @Descriptor(SUMMARY)
    public void vfio(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        list(session, json);
    }

    /** Closing, and asking what all memory of a task would take. */
    @Descriptor(SUMMARY)
    public void vfio(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("close, or needs to be told what a device for the guest of a task would take") String verb,
            @Descriptor("the container, or the task's number or name") String name) {
        expect(verb, "close", "needs");
        if (verb.equals("needs")) {
            refusing(() -> new Answer(session, json).give(needsOfGuest(TaskName.find(addressSpaces, name))));
            return;
        }
        find(name).close();
        list(session, json);
    }

    /** All that a task has mapped of files, as its guest sees it from 0 on; asked of a container that nobody else sees. */
    private GuestNeeds needsOfGuest(Task task) {
        List<MapNeeds> maps = new ArrayList<>();
        try (Container container = vfio.open("needs of " + task.name(), task)) {
            long iova = 0;
            for (Vma vma : task.addressSpace().vmas()) {
                if (vma.file().isPresent()) {
                    long bytes = vma.end() - vma.start();
                    // as a VMM places memory: large entries need an iova that lies as the memory does
                    iova = aligned(iova, vma.start());
                    Set<DmaPermission> permissions = vma.has(VmFlag.WRITE) ? BOTH : Set.of(DmaPermission.READ);
                    maps.add(new MapNeeds("0x%x".formatted(vma.start()), bytes,
                            vma.file().map(MappableFile::name).orElse(""),
                            Needs.of(container.needs(iova, vma.start(), bytes, permissions))));
                    iova += bytes;
                }
            }
        }
        return new GuestNeeds(task.pid(), task.name(), maps);
    }

    private static long aligned(long iova, long virtualAddress) {
        long size = PageSize.SIZE_1G.bytes();
        long behind = (virtualAddress - iova) & size - 1;
        return iova + behind;
    }

    /** Opening. */
    @Descriptor(SUMMARY)
    public void vfio(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("open") String verb, @Descriptor("the container") String container,
            @Descriptor("the task's number or name") String task) {
        expect(verb, "open");
        if (vfio.containers().stream().anyMatch(each -> each.name().equals(container))) {
            throw new UsageException("a container %s is open: accepted is another name".formatted(container));
        }
        vfio.open(container, TaskName.find(addressSpaces, task));
        list(session, json);
    }

    /** Unmapping. */
    @Descriptor(SUMMARY)
    public void vfio(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("unmap") String verb, @Descriptor("the container") String container,
            @Descriptor("the first iova") String iova, @Descriptor("how many, such as 2M") String bytes) {
        expect(verb, "unmap");
        Container chosen = find(container);
        long first = WholeNumber.address(iova);
        long length = bytes(bytes);
        refusing(() -> chosen.unmapDma(first, length));
        list(session, json);
    }

    /** Mapping, and asking before. */
    @Descriptor(SUMMARY)
    public void vfio(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("map, or needs to be told what a map would take; with fewer words open NAME TASK, unmap NAME IOVA BYTES, close NAME") String verb,
            @Descriptor("the container") String container, @Descriptor("the first iova") String iova,
            @Descriptor("the virtual address") String address, @Descriptor("how many, such as 2M") String bytes) {
        expect(verb, "map", "needs");
        Container chosen = find(container);
        long first = WholeNumber.address(iova);
        long virtualAddress = WholeNumber.address(address);
        long length = bytes(bytes);
        if (verb.equals("needs")) {
            refusing(() -> new Answer(session, json)
                    .give(Needs.of(chosen.needs(first, virtualAddress, length, BOTH))));
            return;
        }
        refusing(() -> chosen.mapDma(first, virtualAddress, length, BOTH));
        list(session, json);
    }

    private void list(CommandSession session, boolean json) {
        new Answer(session, json).give(new Listing(vfio.containers().stream().map(Device::of).toList()));
    }

    private static void expect(String verb, String... accepted) {
        if (!List.of(accepted).contains(verb)) {
            throw new UsageException(
                    "vfio %s with so many words is not known: accepted are needs TASK, open NAME TASK, map NAME IOVA ADDRESS BYTES, needs NAME IOVA ADDRESS BYTES, unmap NAME IOVA BYTES and close NAME"
                            .formatted(verb));
        }
    }

    private Container find(String name) {
        return vfio.containers().stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new UsageException("no container %s is open: open are %s".formatted(name,
                        vfio.containers().stream().map(Container::name).toList())));
    }

    private static long bytes(String text) {
        try {
            return MemorySize.parse("bytes", text);
        } catch (ErrnoException noSize) {
            throw new UsageException(String.valueOf(noSize.getMessage()), noSize);
        }
    }

    private static void refusing(Runnable call) {
        try {
            call.run();
        } catch (ErrnoException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private record Map(String iova, String iovaEnd, String virtualAddress, long bytes, List<String> permissions,
            long entries4K, long entries2M, long entries1G, long references) {
        static Map of(DmaMap map) {
            return new Map("0x%x".formatted(map.iova()), "0x%x".formatted(map.iova() + map.bytes()),
                    "0x%x".formatted(map.virtualAddress()), map.bytes(),
                    map.permissions().stream().map(DmaPermission::name).sorted().toList(), map.entries4K(),
                    map.entries2M(), map.entries1G(), map.references());
        }

        String line() {
            return "  iova %s to %s (%s) from 0x%s, %s: %,d entries of 1G, %,d of 2M, %,d of 4K; %,d references"
                    .formatted(
                            iova, iovaEnd, MemorySize.format(bytes), virtualAddress.substring(2),
                            String.join("+", permissions),
                            entries1G, entries2M, entries4K, references);
        }
    }

    private record Stale(String iova, long bytes, String file, String fileOffset, String oldPhysicalAddress,
            String newPhysicalAddress) {
        static Stale of(StaleDpage stale) {
            return new Stale("0x%x".formatted(stale.iova()), stale.bytes(), stale.file(),
                    "0x%x".formatted(stale.fileOffset()), "0x%x".formatted(stale.oldPhysicalAddress()),
                    "0x%x".formatted(stale.newPhysicalAddress()));
        }

        String line() {
            return "  stale at iova %s: %s at offset %s is at %s now, and the device reaches %s".formatted(iova, file,
                    fileOffset, newPhysicalAddress, oldPhysicalAddress);
        }
    }

    private record Poisoned(String iova, String pfn) {
    }

    private record Device(String name, List<Map> maps, List<Stale> stale, List<Poisoned> poisoned) {
        static Device of(Container container) {
            return new Device(container.name(), container.maps().stream().map(Map::of).toList(),
                    container.staleDpages().stream().map(Stale::of).toList(),
                    container.poisonedEntries().stream()
                            .map(each -> new Poisoned("0x%x".formatted(each.iova()), "0x%x".formatted(each.pfn())))
                            .toList());
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("container %s: %,d maps".formatted(name, maps.size()));
            maps.forEach(map -> lines.add(map.line()));
            stale.forEach(each -> lines.add(each.line()));
            poisoned.forEach(each -> lines.add("  poisoned at iova %s: pfn %s".formatted(each.iova(), each.pfn())));
            return lines;
        }
    }

    private record Listing(List<Device> containers) implements Report {
        @Override
        public List<String> lines() {
            return containers.isEmpty()
                    ? List.of("no container is open")
                    : containers.stream().flatMap(each -> each.lines().stream()).toList();
        }
    }

    private record MapNeeds(String virtualAddress, long bytes, String file, Needs needs) {
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("%s of %s at %s:".formatted(MemorySize.format(bytes), file, virtualAddress));
            needs.lines().forEach(line -> lines.add("  " + line));
            return lines;
        }
    }

    private record GuestNeeds(int pid, String task, List<MapNeeds> maps) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("a device for the guest of task %d (%s) needs %,d maps, %,d references, %,d IOMMU entries"
                    .formatted(
                            pid, task, maps.size(), maps.stream().mapToLong(map -> map.needs().references()).sum(),
                            maps.stream().mapToLong(map -> map.needs().entries()).sum()));
            maps.forEach(map -> lines.addAll(map.lines()));
            return lines;
        }
    }

    private record Needs(long entries4K, long entries2M, long entries1G, long references, long absentBytes,
            long memlockBytes, long memlockLeftBytes, int mapsLeft, boolean withinLimits) implements Report {
        static Needs of(DmaNeeds needs) {
            return new Needs(needs.entries4K(), needs.entries2M(), needs.entries1G(), needs.references(),
                    needs.absentBytes(), needs.memlockBytes(), needs.memlockLeftBytes(), needs.mapsLeft(),
                    needs.isWithinLimits());
        }

        long entries() {
            return entries4K + entries2M + entries1G;
        }

        @Override
        public List<String> lines() {
            return List.of(
                    "at most %,d entries of 1G, %,d of 2M, %,d of 4K; %,d references; %s would be faulted in".formatted(
                            entries1G, entries2M, entries4K, references, MemorySize.format(absentBytes)),
                    "%s count against RLIMIT_MEMLOCK; %,d maps are left: %s the limits".formatted(
                            MemorySize.format(memlockBytes), mapsLeft, withinLimits ? "within" : "beyond"));
        }
    }
}
