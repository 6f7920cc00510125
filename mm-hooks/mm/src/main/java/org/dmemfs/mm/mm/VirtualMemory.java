package org.dmemfs.mm.mm;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.MemoryTypes;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The memory manager of a machine. The hook set and the machine-check handler may come and go; what it needs otherwise ends
 * it, and every task with it.
 */
@Component(service = {AddressSpaces.class, SystemCalls.class, PageFrames.class,
        FrameFailure.class}, configurationPid = VirtualMemory.PID)
@Designate(ocd = VirtualMemory.Configuration.class)
public final class VirtualMemory implements AddressSpaces, SystemCalls, PageFrames, FrameFailure {
    static final String PID = "org.dmemfs.mm.mm";
    private static final int FIRST_PID = 1;

    private final Platform platform;
    private final ReservedMemoryTypes memoryTypes;
    private final KernelPages pages;
    private final ConcurrentSkipListMap<Integer, ProcessTask> tasks = new ConcurrentSkipListMap<>();
    private final AtomicInteger lastPid = new AtomicInteger(FIRST_PID - 1);
    private final Object hookChange = new Object();
    private @Nullable HookSet hookSet;
    private volatile boolean gone;

    /** What can be configured. */
    @ObjectClassDefinition(name = "Memory manager", description = "The x86-64 memory manager of the machine")
    public @interface Configuration {
        /** Levels of page tables: 4 for 47-bit addresses, 5 for 56-bit addresses. */
        @AttributeDefinition(name = "Levels", description = "Levels of page tables: 4 for 47-bit addresses of a task, 5 for 56-bit addresses", options = {
                @Option(label = "4", value = "4"), @Option(label = "5", value = "5")})
        int levels() default 4;

        /** Where anonymous memory gets pages of 2M: always, madvise or never. */
        @AttributeDefinition(name = "Transparent huge pages", description = "Where anonymous memory gets pages of 2M", options = {
                @Option(label = "wherever one fits", value = "always"),
                @Option(label = "where MADV_HUGEPAGE was said", value = "madvise"),
                @Option(label = "nowhere", value = "never")})
        String transparentHugePages() default "madvise";
    }

    /** Boots with what the machine has. */
    @Activate
    public VirtualMemory(@Reference Reservation reservation, @Reference PhysicalMemory memory,
            @Reference DmemPages dmemPages, @Reference KernelLog log, Configuration configuration) {
        this(reservation, memory, dmemPages, log, configuration.levels(),
                TransparentHugePages.parse(configuration.transparentHugePages()));
    }

    /** The same without a framework, with huge pages where they are asked for. */
    public VirtualMemory(Reservation reservation, PhysicalMemory memory, DmemPages dmemPages, KernelLog log,
            int levels) {
        this(reservation, memory, dmemPages, log, levels, TransparentHugePages.MADVISE);
    }

    /** The same without a framework. */
    public VirtualMemory(Reservation reservation, PhysicalMemory memory, DmemPages dmemPages, KernelLog log,
            int levels, TransparentHugePages hugePages) {
        if (levels != 4 && levels != 5) {
            throw new ErrnoException(Errno.EINVAL, "page tables of " + levels + " levels are not accepted: 4 or 5");
        }
        platform = Platform.boot(reservation, memory, dmemPages, log, levels, hugePages);
        memoryTypes = new ReservedMemoryTypes(platform);
        pages = new KernelPages(platform);
    }

    /** The series comes, or another provider of it in place of the one before. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void bindHookSet(HookSet set) {
        synchronized (hookChange) {
            hookSet = set;
            change(Hooks.of(set));
        }
    }

    /** The series has been toggled. */
    public void updatedHookSet(HookSet set) {
        bindHookSet(set);
    }

    /** The series goes; what is mapped stays. */
    @SuppressWarnings("ReferenceEquality") // the one that was bound; SCR binds a new one before it unbinds the old
    public void unbindHookSet(HookSet set) {
        synchronized (hookChange) {
            if (hookSet == set) {
                hookSet = null;
                change(Hooks.of(null));
            }
        }
    }

    /** Machine checks are handled. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void bindMachineCheckHandler(MachineCheckHandler handler) {
        platform.machineChecks().bind(handler);
    }

    /** Machine checks are no longer handled. */
    public void unbindMachineCheckHandler(MachineCheckHandler handler) {
        platform.machineChecks().unbind(handler);
    }

    /** Every task exits. */
    @Deactivate
    public void stop() {
        gone = true;
        int ended = 0;
        for (ProcessTask task : tasks.values()) {
            task.close();
            ended++;
        }
        if (ended > 0) {
            platform.log().info("mm: stopped, " + ended + (ended == 1 ? " task has" : " tasks have") + " exited");
        }
    }

    /** Changes the hooks once, with every fault and system call out of every address space and every walker past. */
    private void change(Hooks hooks) {
        List<ProcessTask> all = List.copyOf(tasks.values());
        long[] stamps = new long[all.size()];
        int locked = 0;
        try {
            for (ProcessTask task : all) {
                stamps[locked] = task.addressSpace().descriptor().mmapLock().writeLock();
                locked++;
            }
            platform.hooks().change(hooks);
            for (ProcessTask task : all) {
                task.addressSpace().descriptor().processors().quiesce();
            }
        } finally {
            while (locked > 0) {
                locked--;
                all.get(locked).addressSpace().descriptor().mmapLock().unlockWrite(stamps[locked]);
            }
        }
    }

    /** Frames of anonymous memory that are handed out, to look for leaks. */
    public long framesInUse() {
        return platform.ram().framesInUse();
    }

    @Override
    public Task newTask(String name, int node) {
        requireRunning();
        if (!platform.topology().online().contains(node)) {
            throw new ErrnoException(Errno.EINVAL,
                    "node " + node + " is not one of the machine's nodes " + platform.topology().online());
        }
        return enlist(make(name, node));
    }

    private ProcessTask make(String name, int node) {
        return new ProcessTask(platform, lastPid.incrementAndGet(), name, node, ended -> tasks.remove(ended.pid()));
    }

    private Task enlist(ProcessTask task) {
        tasks.put(task.pid(), task);
        if (gone) {
            task.close();
            requireRunning();
        }
        return task;
    }

    @Override
    public List<Task> tasks() {
        return List.copyOf(tasks.values());
    }

    @Override
    public FileMapping newFileMapping() {
        return new InodeMapping();
    }

    @Override
    public boolean pfnValid(long pfn) {
        return platform.memoryMap().kindOf(pfn) == FrameKind.RAM
                || platform.memmap().hasDevicePages() && platform.memmap().isPresent(pfn);
    }

    @Override
    public void flushFrame(long pfn) {
        for (ProcessTask task : tasks.values()) {
            task.addressSpace().descriptor().processors().shootDown();
        }
    }

    @Override
    public @Nullable Outcome failed(long pfn) {
        return new PageFailure(platform).failed(pfn);
    }

    @Override
    public MemoryCalls of(Task task) {
        return own(task).addressSpace().rangeCalls();
    }

    @Override
    public Task fork(Task parent, String childName) {
        requireRunning();
        ProcessTask from = own(parent);
        ProcessTask child = make(childName, from.node());
        child.setMempolicy(from.policy());
        try {
            from.addressSpace().forkInto(child.addressSpace());
        } catch (ErrnoException failure) {
            child.close();
            throw failure;
        }
        return enlist(child);
    }

    @Override
    public MemoryTypes memoryTypes() {
        return memoryTypes;
    }

    @Override
    public long take(int node, PageSize size, LongConsumer released) {
        requireRunning();
        return pages.take(node, size, released);
    }

    @Override
    public void give(long pfn) {
        pages.give(pfn);
    }

    @Override
    public void get(long pfn) {
        pages.get(pfn);
    }

    @Override
    public void put(long pfn) {
        pages.put(pfn);
    }

    @Override
    public int references(long pfn) {
        return pages.references(pfn);
    }

    @Override
    public long freeBytes(int node, PageSize size) {
        return pages.freeBytes(node, size);
    }

    @Override
    public void addDevicePages(long startPhysicalAddress, long endPhysicalAddress) {
        pages.addDevicePages(startPhysicalAddress, endPhysicalAddress);
    }

    @Override
    public void removeDevicePages(long startPhysicalAddress, long endPhysicalAddress) {
        pages.removeDevicePages(startPhysicalAddress, endPhysicalAddress);
    }

    private ProcessTask own(Task task) {
        if (task instanceof ProcessTask own && own.isOn(platform)) {
            return own;
        }
        throw new ErrnoException(Errno.ESRCH, "the task " + task.name() + " is none of this machine's");
    }

    private void requireRunning() {
        if (gone) {
            throw new ErrnoException(Errno.ENODEV, "the machine's memory manager has stopped");
        }
    }
}
