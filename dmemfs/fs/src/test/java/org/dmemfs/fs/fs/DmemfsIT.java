package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The file system on the real pool, the real memory manager with the series, and bytes. */
class DmemfsIT {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);

    @TempDir
    private Path storage;

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void storesOfOneTaskAreTheFilesBytesForAnother(PageSize pageSize) throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=" + pageSize.label());
            OpenFile file = file(mount, "guest", 3);
            Task one = machine.addressSpaces().newTask("one", 0);
            Task other = machine.addressSpaces().newTask("other", 1);
            long address = map(one, file, 3);
            long elsewhere = map(other, file, 3);
            for (int index = 0; index < 3; index++) {
                long offset = index * pageSize.bytes() + pageSize.bytes() - 8;
                assertThat(one.addressSpace().loadLong(address + offset)).isZero();
                one.addressSpace().storeLong(address + offset, 1000 + index);
                assertThat(other.addressSpace().loadLong(elsewhere + offset)).isEqualTo(1000 + index);
                long frame = file.frameAt(offset).orElseThrow();
                assertThat(one.addressSpace().followPfn(address + offset)).isEqualTo(frame);
                assertThat(machine.memory().bytes().loadLong((frame << 12) + 4088)).isEqualTo(1000 + index);
            }
            assertThat(one.addressSpace().mappingLevel(address)).isEqualTo(pageSize);
            MappingCounts counts = one.addressSpace().counts();
            assertThat(Map.of(PageSize.SIZE_4K, counts.pteFaults(), PageSize.SIZE_2M, counts.pmdFaults(),
                    PageSize.SIZE_1G, counts.pudFaults())).containsEntry(pageSize, 3L);
            assertThat(machine.ledger().used()).isEqualTo(3);
            file.truncate(pageSize.bytes());
            assertSignal(BusSignal.Kind.BUS_ADRERR, () -> one.addressSpace().loadLong(address + pageSize.bytes()));
            assertThat(machine.ledger().used()).isEqualTo(1);
            file.truncate(3 * pageSize.bytes());
            assertThat(other.addressSpace().loadLong(elsewhere + 2 * pageSize.bytes() - 8)).isZero();
            one.close();
            other.close();
            file.close();
            mount.unmount();
            assertThat(machine.pool().usage().users()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void aMappingOfDmemIsRefusedWhatItIsRefused(PageSize pageSize) throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=" + pageSize.label());
            OpenFile file = file(mount, "guest", 2);
            Task task = machine.addressSpaces().newTask("task", 0);
            AddressSpace space = task.addressSpace();
            long bytes = 2 * pageSize.bytes();
            long address = map(task, file, 2);
            space.storeLong(address, 7);
            assertThat(address % pageSize.bytes()).isZero();
            assertErrno(Errno.EFAULT, () -> space.getUserPages(address, 1, true));
            assertThat(space.getUserPagesFast(address, 1, true)).isEmpty();
            assertErrno(Errno.EINVAL, () -> space.mprotect(address, bytes, Set.of(Protection.READ)));
            assertErrno(Errno.EINVAL,
                    () -> space.mmap(0, bytes, READ_WRITE, Set.of(MapFlag.PRIVATE), file, 0));
            try (OpenFile readOnly = mount.open("guest", OpenMode.READ_ONLY)) {
                assertErrno(Errno.EINVAL, () -> space.mmap(0, bytes, Set.of(Protection.READ),
                        Set.of(MapFlag.SHARED), readOnly, 0));
            }
            if (pageSize != PageSize.SIZE_4K) {
                assertErrno(Errno.EINVAL, () -> space.munmap(address + 4096, 4096));
                assertErrno(Errno.EINVAL, () -> space.mmap(0, bytes, READ_WRITE, Set.of(MapFlag.SHARED), file, 4096));
                assertErrno(Errno.EINVAL,
                        () -> space.mmap(0, bytes - 4096, READ_WRITE, Set.of(MapFlag.SHARED), file, 0));
                assertErrno(Errno.EINVAL, () -> space.mmap(address + bytes + 4096, bytes, READ_WRITE,
                        Set.of(MapFlag.SHARED, MapFlag.FIXED), file, 0));
            }
            MemorySegment buffer = MemorySegment.ofArray(new byte[16]);
            assertThat(space.accessRemote(address + pageSize.bytes() - 8, buffer, false)).isEqualTo(16);
            assertThat(machine.ledger().used()).as("remote access filled the second page").isEqualTo(2);
            space.munmap(address + pageSize.bytes(), pageSize.bytes());
            assertSignal(BusSignal.Kind.SEGV_MAPERR, () -> space.loadLong(address + pageSize.bytes()));
            assertThat(space.loadLong(address)).isEqualTo(7);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void oneBadFrameCostsItsOwn4K(PageSize pageSize) throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=" + pageSize.label());
            OpenFile file = file(mount, "guest", 2);
            Task task = machine.addressSpaces().newTask("task", 0);
            AddressSpace space = task.addressSpace();
            long address = map(task, file, 2);
            long within = pageSize == PageSize.SIZE_4K ? 0 : 5 * 4096;
            long bad = address + pageSize.bytes() + within;
            long good = pageSize == PageSize.SIZE_4K ? address : bad + 4096;
            space.storeLong(bad, 1);
            space.storeLong(good, 2);
            long pfn = file.frameAt(pageSize.bytes() + within).orElseThrow();
            machine.memory().poison(pfn);
            BusSignal expected = new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, bad, 12);
            assertThat(signal(() -> space.loadLong(bad))).isEqualTo(expected);
            assertThat(signal(() -> space.loadLong(bad + 8)).kind()).isEqualTo(BusSignal.Kind.BUS_MCEERR_AR);
            assertThat(task.signals()).hasSize(2).first().isEqualTo(expected);
            assertThat(space.loadLong(good)).isEqualTo(2);
            assertThat(space.mappingLevel(good)).isEqualTo(PageSize.SIZE_4K);
            Task next = machine.addressSpaces().newTask("next", 0);
            long elsewhere = map(next, file, 2);
            assertThat(signal(() -> next.addressSpace().loadLong(elsewhere + pageSize.bytes() + within)))
                    .isEqualTo(new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, elsewhere + pageSize.bytes() + within, 12));
            assertErrno(Errno.EHWPOISON,
                    () -> next.addressSpace().fixupUserFault(elsewhere + pageSize.bytes() + within, false));
            assertThat(machine.dmemfs().placeOf(pfn).orElseThrow().bad()).isTrue();
            assertThat(machine.memoryFailure().records()).singleElement().satisfies(record -> {
                assertThat(record.outcome()).isEqualTo(PoisonOutcome.USED_ANNOUNCED);
                assertThat(record.signalled()).extracting("signal").containsExactly(expected);
            });
            file.truncate(0);
            assertThat(machine.ledger().retired()).isEqualTo(1);
            assertThat(machine.ledger().used()).isZero();
        }
    }

    @Test
    void aPageThatGoesBadUnderNobodyIsKnownToTheFirstWhoMapsIt() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M");
            OpenFile file = mount.create("guest");
            file.fallocate(0, 4 << 20, MemoryPolicy.systemDefault(), 0);
            long pfn = file.frameAt(3 * 4096).orElseThrow();
            machine.memory().poison(pfn);
            assertThat(machine.memoryFailure().memoryFailure(pfn, Set.of(MemoryFailureFlag.MUST_KILL)))
                    .isEqualTo(PoisonOutcome.USED_ANNOUNCED);
            Task task = machine.addressSpaces().newTask("task", 0);
            long address = map(task, file, 2);
            assertThat(signal(() -> task.addressSpace().loadByte(address + 3 * 4096 + 1)).kind())
                    .isEqualTo(BusSignal.Kind.BUS_MCEERR_AR);
            assertThat(task.addressSpace().loadLong(address)).isZero();
            assertThat(task.addressSpace().mappingLevel(address + (2 << 20))).isNull();
        }
    }

    @ParameterizedTest(name = "{0}: nodes {1}")
    @CsvSource({"INTERLEAVE, 0 1 0 1", "BIND, 1 1 1 1", "PREFERRED, 1 1 1 1"})
    void theFirstFaultersPolicyChoosesTheNode(MemoryPolicy.Mode mode, String nodes) throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M");
            OpenFile file = file(mount, "guest", 4);
            Task task = machine.addressSpaces().newTask("task", 0);
            long address = map(task, file, 4);
            NodeMask mask = mode == MemoryPolicy.Mode.INTERLEAVE ? NodeMask.of(0, 1) : NodeMask.of(1);
            task.addressSpace().mbind(address, 8 << 20, new MemoryPolicy(mode, mask));
            StringBuilder found = new StringBuilder();
            for (int index = 0; index < 4; index++) {
                task.addressSpace().storeLong(address + ((long) index << 21), 1);
                long pfn = file.frameAt((long) index << 21).orElseThrow();
                found.append(pfn << 12 < 8L << 30 ? "0 " : "1 ");
            }
            assertThat(found.toString().strip()).isEqualTo(nodes);
        }
    }

    @Test
    void fallocateTakesUnderAPolicyAllOrNothing() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=1G");
            OpenFile file = mount.create("guest");
            assertThatThrownBy(() -> file.fallocate(0, 4L << 30, MemoryPolicy.bind(NodeMask.of(1)), 0))
                    .isInstanceOf(ErrnoException.class).hasMessageContainingAll("wants 4 dpages of 1G", "3 are free")
                    .extracting("errno").isEqualTo(Errno.ENOSPC);
            assertThat(machine.ledger().used()).isZero();
            file.fallocate(0, 4L << 30, MemoryPolicy.interleave(NodeMask.of(0, 1)), 0);
            assertThat(machine.pool().usage().nodes()).extracting("used").containsExactly(2L, 2L);
            file.punchHole(1L << 30, 2L << 30);
            assertThat(machine.ledger().used()).isEqualTo(2);
        }
    }

    @Test
    void whatADevicePinsOutlivesItsFile() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M");
            OpenFile file = file(mount, "guest", 1);
            file.fallocate(0, 2 << 20, MemoryPolicy.systemDefault(), 0);
            long pfn = file.frameAt(0).orElseThrow();
            machine.pool().get(pfn);
            file.close();
            mount.unlink("guest");
            assertThat(machine.ledger().used()).isEqualTo(1);
            assertThat(machine.dmemfs().placeOf(pfn)).isEmpty();
            mount.unmount();
            assertErrno(Errno.EBUSY, () -> machine.dmemfs().mount("/mnt", "pagesize=4K"));
            machine.pool().put(pfn);
            machine.dmemfs().mount("/mnt", "pagesize=4K");
        }
    }

    @Test
    void exhaustionIsSigbusAndTheKernelLogSaysWhoHasIt() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=1G");
            mount.create("hoarder").fallocate(0, 6L << 30, MemoryPolicy.systemDefault(), 0);
            Task task = machine.addressSpaces().newTask("late", 0);
            long address = map(task, file(mount, "guest", 1), 1);
            assertSignal(BusSignal.Kind.BUS_ADRERR, () -> task.addressSpace().loadLong(address));
            assertThat(machine.logged("SIGBUS to late")).singleElement().asString().contains("/mnt/guest",
                    "/mnt/hoarder", "1G");
        }
    }

    @Test
    void asPostedAFailedFaultAt4KIsAnOops() throws Exception {
        try (RunningMachine machine = machine("v2", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "");
            Task task = machine.addressSpaces().newTask("task", 0);
            OpenFile file = file(mount, "guest", 1);
            long address = map(task, file, 1);
            file.truncate(0);
            assertSignal(BusSignal.Kind.KILLED, () -> task.addressSpace().loadLong(address));
            assertThat(task.alive()).isFalse();
        }
    }

    @ParameterizedTest(name = "without patch {0} a 1G page is mapped at {1}")
    @CsvSource({"24, SIZE_4K", "28, SIZE_2M", "1, SIZE_1G"})
    void aPatchTakenOutOfTheRunningMachineCountsAtOnce(int patch, PageSize level) throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=1G");
            long before = machine.log.nextSequence();
            machine.configure("org.dmemfs.fs.fs", Map.of("without", new int[]{patch}, "maxAllocTryDpages", 2));
            OpenFile file = file(mount, "guest", 2);
            Task task = machine.addressSpaces().newTask("task", 0);
            org.awaitility.Awaitility.await().until(() -> file.mappingAlignment() == PageSize.SIZE_4K || patch != 24);
            long address = map(task, file, 1);
            org.awaitility.Awaitility.await().untilAsserted(() -> {
                file.truncate(0);
                file.truncate(2L << 30);
                task.addressSpace().storeLong(address, 1);
                assertThat(task.addressSpace().mappingLevel(address)).isEqualTo(level);
                assertThat(file.stat().dpages()).isEqualTo(2);
            });
            assertThat(machine.log.since(before)).noneMatch(line -> line.text().contains("BUG"));
        }
    }

    @Test
    void aStoppedFileSystemEndsItsMountsAndReturnsFresh() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M");
            OpenFile file = file(mount, "guest", 1);
            Task task = machine.addressSpaces().newTask("task", 0);
            long address = map(task, file, 1);
            task.addressSpace().storeLong(address, 7);
            machine.bundle("org.dmemfs.fs.fs").stop();
            assertSignal(BusSignal.Kind.BUS_ADRERR, () -> task.addressSpace().loadLong(address));
            assertErrno(Errno.ENODEV, () -> mount.stat("/"));
            assertErrno(Errno.ENODEV, file::size);
            assertThat(machine.logged("/mnt ended")).hasSize(1);
            assertThat(machine.pool().usage().users()).isZero();
            machine.bundle("org.dmemfs.fs.fs").start();
            assertThat(machine.dmemfs().mounts()).isEmpty();
            machine.dmemfs().mount("/mnt", "pagesize=4K");
        }
    }

    @Test
    void aStoppedPoolTakesTheFileSystemDownBeforeIt() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M");
            file(mount, "guest", 1).fallocate(0, 2 << 20, MemoryPolicy.systemDefault(), 0);
            machine.bundle("org.dmemfs.core.pool").stop();
            assertThat(machine.logged("/mnt ended")).singleElement().asString().contains("1 dpages");
            assertErrno(Errno.ENODEV, () -> mount.create("b"));
            machine.bundle("org.dmemfs.core.pool").start();
            machine.dmemfs().mount("/mnt", "pagesize=4K").create("a").fallocate(0, 4096,
                    MemoryPolicy.systemDefault(), 0);
            assertThat(machine.ledger().used()).isEqualTo(1);
        }
    }

    @Test
    void theFlagsOfAMappingAreThoseOfThePatches() throws Exception {
        try (RunningMachine machine = machine("repaired", Map.of())) {
            Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M");
            Task task = machine.addressSpaces().newTask("task", 0);
            long address = map(task, file(mount, "guest", 1), 1);
            assertThat(task.addressSpace().findVma(address)).isNotNull().satisfies(vma -> assertThat(vma.flags())
                    .contains(VmFlag.PFNMAP, VmFlag.DMEM, VmFlag.IO, VmFlag.DONTCOPY, VmFlag.HUGEPAGE));
        }
    }

    private RunningMachine machine(String series, Map<String, Object> fileSystem) throws Exception {
        return new RunningMachine(storage, "2x8G", "dmem=3G:1G", series, fileSystem);
    }

    private static OpenFile file(Mount mount, String path, long dpages) {
        OpenFile file = mount.create(path);
        file.truncate(dpages * mount.pageSize().bytes());
        return file;
    }

    private static long map(Task task, OpenFile file, long dpages) {
        return task.addressSpace().mmap(0, dpages * file.stat().blockBytes(), READ_WRITE, Set.of(MapFlag.SHARED), file,
                0);
    }

    private static BusSignal signal(org.assertj.core.api.ThrowableAssert.ThrowingCallable access) {
        return catchThrowableOfType(SignalException.class, access).signal();
    }

    private static void assertSignal(BusSignal.Kind kind,
            org.assertj.core.api.ThrowableAssert.ThrowingCallable access) {
        assertThat(signal(access).kind()).isEqualTo(kind);
    }

    private static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ErrnoException.class).extracting("errno").isEqualTo(errno);
    }
}
