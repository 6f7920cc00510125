package org.dmemfs.fs.fs;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mce.TaskSignals;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.Tracepoint;

/** A machine as small as a file system can stand on: a pool that counts, mappings without levels, bytes in the heap. */
final class PlainMachine implements AddressSpaces, TaskSignals, PhysicalMemory, Tracepoint.Sink {
    static final long VIRTUAL_START = 0x7f00_0000_0000L;

    final CountingPool pool;
    final KernelLog log = new KernelLog();
    final TreeTrace trace = new TreeTrace();
    final Ownership ownership = new Ownership(new OwnerIndex(), new BadFrames());
    final FileSystemType type;
    final PlainTask task = new PlainTask("worker");
    final List<Announcement> announcements = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    volatile Settings settings = Settings.initial();
    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final PhysicalBytes bytes;

    /** What the signals were told. */
    record Announcement(FileMapping mapping, long pageOffset, int leastSignificantBit, Set<MemoryFailureFlag> flags) {
    }

    PlainMachine(long dpages) {
        this(dpages, 0);
    }

    PlainMachine(long dpages, int ramBytes) {
        pool = new CountingPool(dpages);
        bytes = new PhysicalBytes(MemorySegment.ofArray(new byte[ramBytes]), poisoned);
        Surroundings surroundings = new Surroundings(pool, this, this, this, log, trace, () -> settings);
        type = new FileSystemType(surroundings, ownership);
        pool.listener(new PoisonDelivery(surroundings, ownership));
        trace.tracepoints().forEach(tracepoint -> tracepoint.attach(this));
    }

    /** The settings of a series with a batch size and without patches. */
    static Settings settings(SeriesVersion series, int maxAllocTryDpages, int... without) {
        long out = 0;
        for (int patch : without) {
            out |= 1L << patch;
        }
        return new Settings(series, maxAllocTryDpages, false, out);
    }

    Mount mount(PageSize pageSize) {
        return type.mount("/mnt", "pagesize=" + pageSize.label());
    }

    OpenFile file(Mount mount, String path, long dpages) {
        OpenFile file = mount.create(path);
        file.truncate(dpages * mount.pageSize().bytes());
        return file;
    }

    /** A shared, readable and writable mapping of a number of dpages from an index. */
    PlainVma map(OpenFile file, long index, long dpages) {
        return map(file, index, dpages, EnumSet.of(VmFlag.READ, VmFlag.WRITE, VmFlag.SHARED));
    }

    PlainVma map(OpenFile file, long index, long dpages, Set<VmFlag> wanted) {
        PageSize pageSize = PageSize.ofBytes(file.stat().blockBytes()).orElseThrow();
        MappableFile.Mapped mapped = file.mmap(wanted, index * pageSize.naturePages(), dpages * pageSize.bytes());
        Set<VmFlag> flags = EnumSet.copyOf(wanted);
        flags.addAll(mapped.flags());
        PlainVma vma = new PlainVma(VIRTUAL_START, VIRTUAL_START + dpages * pageSize.bytes(),
                index * pageSize.naturePages(), flags, file, mapped.operations(), MemoryPolicy.systemDefault(), task);
        vma.mapping().vmas.add(vma);
        mapped.operations().open(vma);
        return vma;
    }

    /** The log's lines that have a text. */
    List<String> logged(String text) {
        List<String> found = new ArrayList<>();
        log.lines().forEach(line -> {
            if (line.text().contains(text)) {
                found.add(line.text());
            }
        });
        return found;
    }

    @Override
    public List<Task> collectAndSignal(FileMapping mapping, long pageOffset, int leastSignificantBit,
            Set<MemoryFailureFlag> flags) {
        announcements.add(new Announcement(mapping, pageOffset, leastSignificantBit, flags));
        return List.of();
    }

    @Override
    public void event(Tracepoint tracepoint, long first, long second, long third, long fourth) {
        events.add(tracepoint.name() + " " + first + " " + second);
    }

    @Override
    public FileMapping newFileMapping() {
        return new PlainMapping();
    }

    @Override
    public PhysicalBytes bytes() {
        return bytes;
    }

    @Override
    public PoisonedFrames poisoned() {
        return poisoned;
    }

    @Override
    public boolean poison(long pfn) {
        return poisoned.add(pfn);
    }

    @Override
    public Task newTask(String name, int node) {
        throw new UnsupportedOperationException("the file system starts no tasks");
    }

    @Override
    public List<Task> tasks() {
        return List.of(task);
    }

    @Override
    public boolean pfnValid(long pfn) {
        return false;
    }

    @Override
    public void flushFrame(long pfn) {
        throw new UnsupportedOperationException("the file system flushes no frames");
    }

    @Override
    public MemoryBacking backing() {
        throw new UnsupportedOperationException("the file system does not ask what stands behind memory");
    }

    @Override
    public String description() {
        return "bytes in the heap";
    }

    @Override
    public long hostBytes() {
        return 0;
    }

    @Override
    public HostRange hostRange(long pfn, long count) {
        throw new UnsupportedOperationException("the file system does not ask where memory lies");
    }
}
