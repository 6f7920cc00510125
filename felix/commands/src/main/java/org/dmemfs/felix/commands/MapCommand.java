package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.felix.UsageException;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.Vma;
import org.dmemfs.mm.WalkStep;
import org.dmemfs.reserve.Reservation;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code map}: one address of a task, from the page table's top to what the kernel's other parts answer for it. */
@Component(service = MapCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=map",
        "dmem.surroundings=MACHINE"})
public final class MapCommand {
    private static final long PAGE_BYTES = PageSize.SIZE_4K.bytes();
    private static final long ADDRESS_BITS = 0x000f_ffff_ffff_f000L;

    private final AddressSpaces addressSpaces;
    private final SystemCalls systemCalls;
    private final DmemPool pool;
    private final Dmemfs dmemfs;
    private final Reservation reservation;

    /** Bound by Declarative Services. */
    @Activate
    public MapCommand(@Reference AddressSpaces addressSpaces, @Reference SystemCalls systemCalls,
            @Reference DmemPool pool, @Reference Dmemfs dmemfs, @Reference Reservation reservation) {
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
        this.pool = pool;
        this.dmemfs = dmemfs;
        this.reservation = reservation;
    }

    /** The command. */
    @Descriptor("Walks one address of a task through all levels, and asks get_user_pages, follow_pfn, mincore and PAT.")
    public void map(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("the task's number or name") String task,
            @Descriptor("a virtual address, hexadecimal with 0x or decimal") String address) {
        Task mapping = TaskName.find(addressSpaces, task);
        new Answer(session, json).give(walk(mapping, WholeNumber.address(address)));
    }

    private Walk walk(Task task, long virtualAddress) {
        AddressSpace memory = task.addressSpace();
        Vma vma = memory.findVma(virtualAddress);
        if (vma == null || virtualAddress < vma.start() || virtualAddress >= vma.end()) {
            throw new UsageException("0x%x is not mapped by task %d (%s): mapped are %s".formatted(virtualAddress,
                    task.pid(), task.name(), memory.vmas().stream()
                            .map(each -> "0x%x to 0x%x".formatted(each.start(), each.end())).toList()));
        }
        List<WalkStep> steps = memory.walk(virtualAddress);
        PageSize size = memory.mappingLevel(virtualAddress);
        Optional<WalkStep> leaf = steps.stream().filter(WalkStep::leaf).findFirst();
        Frame frame = size == null || leaf.isEmpty()
                ? null
                : frame(((leaf.get().entry() & ADDRESS_BITS & -size.bytes())
                        + (virtualAddress & size.bytes() - 1)) >> 12);
        return new Walk(task.pid(), task.name(), "0x%x".formatted(virtualAddress), Area.of(vma),
                steps.stream().map(Level::of).toList(), size == null ? null : size.label(), frame,
                answers(task, virtualAddress, frame));
    }

    private Frame frame(long pfn) {
        boolean dmem = pool.isDmem(pfn);
        PageSize dpageSize = dmem ? pool.pageSize().orElse(null) : null;
        long physicalAddress = pfn << 12;
        int node = reservation.regions().stream()
                .filter(region -> region.startPhysicalAddress() <= physicalAddress
                        && physicalAddress < region.endPhysicalAddress())
                .mapToInt(region -> region.node()).findFirst().orElse(-1);
        return new Frame("0x%x".formatted(pfn), dmem,
                dpageSize == null ? null : "0x%x".formatted(physicalAddress & -dpageSize.bytes()),
                dpageSize == null ? null : dpageSize.label(), dmem ? node : null,
                dpageSize == null ? null : pool.references(pfn), dmemfs.placeOf(pfn)
                        .map(place -> "%s%s at offset 0x%x".formatted(place.mount(), place.path(), place.offset()))
                        .orElse(null));
    }

    private Answers answers(Task task, long virtualAddress, @Nullable Frame frame) {
        long page = virtualAddress & -PAGE_BYTES;
        AddressSpace memory = task.addressSpace();
        // Asked for an untouched page, gup would put one there.
        String gup = frame == null ? "a fault first" : KernelAnswer.inAWord(() -> {
            List<Long> pinned = memory.getUserPages(page, 1, false);
            memory.unpinUserPages(pinned);
            return "pfn 0x%x".formatted(pinned.getFirst());
        });
        return new Answers(gup, KernelAnswer.inAWord(() -> "pfn 0x%x".formatted(memory.followPfn(virtualAddress))),
                KernelAnswer.inAWord(() -> systemCalls.of(task).mincore(page, PAGE_BYTES)[0]),
                frame == null ? "no frame to be asked for" : memoryType(task.node(), Long.decode(frame.pfn())));
    }

    // On behalf of a task of its own: where the kernel oopses, the one that is looked at lives on.
    private String memoryType(int node, long pfn) {
        try (Task asking = addressSpaces.newTask("map", node)) {
            return KernelAnswer.inAWord(() -> systemCalls.memoryTypes().lookup(asking, pfn));
        }
    }

    private record Area(String start, String end, List<String> flags, @Nullable String file) {
        static Area of(Vma vma) {
            return new Area("0x%x".formatted(vma.start()), "0x%x".formatted(vma.end()),
                    vma.flags().stream().sorted().map(Enum::name).toList(),
                    vma.file().map(file -> file.name()).orElse(null));
        }
    }

    private record Level(String level, int index, String entry, List<String> bits, boolean leaf) {
        static Level of(WalkStep step) {
            return new Level(step.level(), step.index(), "0x%016x".formatted(step.entry()),
                    step.bits().stream().sorted(Comparator.naturalOrder()).map(EntryBit::name).toList(), step.leaf());
        }
    }

    private record Frame(String pfn, boolean dmem, @Nullable String dpage, @Nullable String dpageSize,
            @Nullable Integer node, @Nullable Integer references, @Nullable String file) {
        String text() {
            return dmem
                    ? "pfn %s: dpage %s of %s, node %d, references %d, %s".formatted(pfn, dpage, dpageSize, node,
                            references, file == null ? "in no file" : file)
                    : "pfn %s: no dmem".formatted(pfn);
        }
    }

    private record Answers(String getUserPages, String followPfn, String mincore, String memoryType) {
    }

    private record Walk(int pid, String task, String virtualAddress, Area area, List<Level> levels,
            @Nullable String size, @Nullable Frame frame, Answers answers) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("task %d (%s), %s in %s to %s %s%s".formatted(pid, task, virtualAddress, area.start(),
                    area.end(), String.join(" ", area.flags()), area.file() == null ? "" : ", " + area.file()));
            levels.forEach(each -> lines.add("%-3s [%3d] %s %s".formatted(each.level(), each.index(), each.entry(),
                    String.join(" ", each.bits()))));
            lines.add(size == null || frame == null ? "no entry maps it" : "mapped by an entry of " + size);
            if (frame != null) {
                lines.add(frame.text());
            }
            lines.add("get_user_pages: " + answers.getUserPages());
            lines.add("follow_pfn: " + answers.followPfn());
            lines.add("mincore: " + answers.mincore());
            lines.add("PAT: " + answers.memoryType());
            return lines;
        }
    }
}
