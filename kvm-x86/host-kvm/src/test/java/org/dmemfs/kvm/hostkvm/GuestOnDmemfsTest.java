package org.dmemfs.kvm.hostkvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests of both kinds on files of a real dmemfs, with nothing scripted below them. */
@Timeout(120)
class GuestOnDmemfsTest {
    private static final long DATA = 1L << 30;
    private static final long CODE = 0x10000;
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final Exit DONE = new Exit.PortWrite(FillPattern.port(), 1, FillPattern.doneValue());

    @BeforeAll
    static void hostRunsGuests() {
        assumeTrue(Host.kvm() != null, "/dev/kvm of this host makes no machine");
    }

    @ParameterizedTest(name = "{0} guest, dpages of {1}, {2} memory")
    @CsvSource({"tdp, SIZE_4K, simulated, 16", "tdp, SIZE_2M, simulated, 64", "tdp, SIZE_1G, simulated, 1024",
            "host-kvm, SIZE_4K, simulated, 16", "host-kvm, SIZE_2M, simulated, 64",
            "host-kvm, SIZE_1G, simulated, 1024", "host-kvm, SIZE_2M, memfd, 64"})
    void itsStoresAreTheFilesBytesAndAGoneOrBadPageHurtsNobodyElse(String guest, PageSize pageSize, String memory,
            long mebibytes) {
        long bytes = mebibytes << 20;
        long dmem = Math.max(2 * pageSize.bytes(), 256L << 20);
        try (DmemMachine machine = new DmemMachine(memory, dmem, guest);
                Mount mount = machine.dmemfs().mount("/mnt", "pagesize=" + pageSize.label())) {
            OpenFile file = mount.create("/guest");
            Task task = machine.newTask();
            VirtualMachine vm = machine.hypervisor().create("guest", task.addressSpace());
            file.truncate(bytes);
            AddressSpace space = task.addressSpace();
            long data = space.mmap(0, bytes, READ_WRITE, Set.of(MapFlag.SHARED), file, 0);
            long code = space.mmap(0, 4096, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0);
            long filled = Math.min(bytes, 64L << 20);
            FillPattern pattern = new FillPattern(DATA, filled >> 12, 7);
            byte[] program = pattern.machineCode();
            space.copyIn(MemorySegment.ofArray(program), 0, code, program.length);
            vm.addSlot(new MemorySlot(0, CODE, 4096, code, false));
            vm.addSlot(new MemorySlot(1, DATA, bytes, data, false));
            VirtualProcessor processor = vm.createProcessor();

            processor.setRegisters(Registers.startingAt(CODE));
            assertThat(processor.run()).isEqualTo(DONE);
            assertPattern(space, data, pattern, 0, filled >> 12);
            assertThat(dataEntries(vm)).isEqualTo(switch (pageSize) {
                case SIZE_4K -> new MappedEntries(filled >> 12, 0, 0);
                case SIZE_2M -> new MappedEntries(0, filled >> 21, 0);
                case SIZE_1G -> new MappedEntries(0, 0, 1);
            });

            file.truncate(0);
            assertThat(dataEntries(vm)).isEqualTo(new MappedEntries(0, 0, 0));
            assertThat(used(machine)).as("dpages in use after the truncate").isZero();
            processor.setRegisters(Registers.startingAt(CODE));
            assertThat(processor.run()).isInstanceOf(Exit.Fault.class);
            assertThat(processor.registers().rdi()).isEqualTo(DATA);

            file.truncate(bytes);
            assertThat(processor.run()).as("after the regrow").isEqualTo(DONE);
            assertPattern(space, data, pattern, 0, filled >> 12);

            long bad = data + 5 * 4096;
            machine.memoryFailure().memoryFailure(space.followPfn(bad), Set.of(MemoryFailureFlag.ACTION_REQUIRED));
            processor.setRegisters(Registers.startingAt(CODE));
            assertThat(processor.run()).isEqualTo(new Exit.Poison(bad, 12));
            assertThat(processor.registers().rdi()).isEqualTo(DATA + 5 * 4096);
            assertPattern(space, data, pattern, 0, 5);
            assertPattern(space, data, pattern, 6, filled >> 12);

            space.munmap(data, bytes);
            processor.setRegisters(Registers.startingAt(CODE));
            assertThat(processor.run()).isInstanceOf(Exit.Fault.class);
            mount.unlink("/guest");
            file.close();
            PoolUsage usage = machine.pool().usage();
            assertThat(usage.nodes()).extracting(NodeUsage::retired).containsExactly(1L);
            assertThat(used(machine)).isZero();
            task.close();
            assertThat(vm.endReason().orElseThrow()).contains("task");
        }
    }

    /** The entries but for the one of the code. */
    private static MappedEntries dataEntries(VirtualMachine vm) {
        MappedEntries all = vm.mappedEntries();
        return new MappedEntries(all.of4K() - 1, all.of2M(), all.of1G());
    }

    private static long used(DmemMachine machine) {
        return machine.pool().usage().nodes().stream().mapToLong(NodeUsage::used).sum();
    }

    private static void assertPattern(AddressSpace space, long data, FillPattern pattern, long first, long end) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(4096, 8);
            for (long index = first; index < end; index++) {
                space.copyOut(data + (index << 12), page, 0, 4096);
                long expected = pattern.valueOfPage(index);
                for (long word = 0; word < 512; word++) {
                    if (page.getAtIndex(ValueLayout.JAVA_LONG, word) != expected) {
                        assertThat(page.getAtIndex(ValueLayout.JAVA_LONG, word)).as("page %d word %d", index, word)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }
}
