package org.dmemfs.conformance.tests.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.dmemfs.conformance.tests.machine.Assembled;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A file's memory from the first fault to the last reference, over page size, allocator, policy of the mapping and what
 * earlier owners left of the pool. The machine has two nodes; the task runs on node 0.
 */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("pools")
@SuppressWarnings("NullAway.Init") // JUnit sets the fields before it calls
class FileMemoryIT {
    private static final long SEED = 20261120;
    private static final long STALE = 0x5a5a_5a5a_5a5a_5a5aL;

    private static FelixMachine machine;

    private final Random random = new Random(SEED);

    @Parameter(0)
    private PageSize pageSize;

    @Parameter(1)
    private String allocator;

    @BeforeParameterizedClassInvocation
    static void boot(PageSize pageSize, String allocator) {
        machine = Assembled.boot(Map.of(Option.MACHINE, "2x8G", Option.CMDLINE,
                pageSize == PageSize.SIZE_1G ? "dmem=4G:1G" : "dmem=128M", Option.ALLOCATOR, allocator));
    }

    @AfterParameterizedClassInvocation
    static void end() {
        machine.close();
    }

    static Stream<Object[]> pools() {
        return Stream.of(PageSize.values())
                .flatMap(size -> Stream.of("bitmap", "llfree").map(allocator -> new Object[]{size, allocator}));
    }

    record Row(String name, MemoryPolicy policy, int onNode0, int onNode1, boolean fragmented) {
        @Override
        public String toString() {
            return name + (fragmented ? ", every other dpage taken" : ", nothing taken");
        }
    }

    static Stream<Row> rows() {
        return Stream.of(false, true)
                .flatMap(fragmented -> Stream.of(new Row("local", MemoryPolicy.systemDefault(), 2, 0, fragmented),
                        new Row("bind 1", MemoryPolicy.bind(NodeMask.of(1)), 0, 2, fragmented),
                        new Row("preferred 1", MemoryPolicy.preferred(1), 0, 2, fragmented),
                        new Row("interleave", MemoryPolicy.interleave(NodeMask.of(0, 1)), 1, 1, fragmented)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void memoryComesZeroedFromThePolicysNodeAndReturnsOnce(Row row) {
        System.out.println("seed " + SEED + ", " + pageSize + ", " + allocator + ": " + row);
        try (Mount mount = machine.service(Dmemfs.class).mount("/files", "pagesize=" + pageSize.bytes());
                Task task = machine.service(AddressSpaces.class).newTask("owner", 0)) {
            leaveWrittenMemory(mount, task.addressSpace(), row.fragmented());
            List<Long> before = used();

            useAFile(mount, task.addressSpace(), row, before);

            assertThat(used()).as("after the last reference").isEqualTo(before);
        }
        assertThat(used()).as("after the unmount").containsOnly(0L);
    }

    private void useAFile(Mount mount, AddressSpace memory, Row row, List<Long> before) {
        long bytes = 2 * pageSize.bytes();
        try (OpenFile file = mount.create("/file")) {
            file.truncate(bytes);
            long start = memory.mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE), Set.of(MapFlag.SHARED), file,
                    0);
            memory.mbind(start, bytes, row.policy());
            assertThat(words(memory, start, bytes)).as("at first sight").containsOnly(0L);
            assertThat(IntStream.range(0, 2).mapToLong(node -> used().get(node) - before.get(node)).toArray())
                    .as("dpages by node").containsExactly(row.onNode0(), row.onNode1());

            memory.storeLong(start, 1);
            file.truncate(pageSize.bytes());
            assertThat(used().stream().mapToLong(Long::longValue).sum())
                    .as("after the truncate").isEqualTo(before.stream().mapToLong(Long::longValue).sum() + 1);
            assertThat(memory.loadLong(start)).as("what stayed").isEqualTo(1);
            memory.munmap(start, bytes);
            mount.unlink("/file");
        }
    }

    /** Words that an earlier owner would have left others in. */
    private LongStream words(AddressSpace memory, long start, long bytes) {
        long step = pageSize.bytes() / 4;
        return LongStream.range(0, bytes / step).map(word -> memory.loadLong(start + word * step));
    }

    /** All of the pool was somebody's who wrote to it; of each two dpages one at random is still held. */
    private void leaveWrittenMemory(Mount mount, AddressSpace memory, boolean held) {
        long dpages = usages().stream().mapToLong(NodeUsage::free).sum();
        long bytes = dpages * pageSize.bytes();
        try (OpenFile old = mount.create("/old")) {
            old.truncate(bytes);
            long start = memory.mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE), Set.of(MapFlag.SHARED), old,
                    0);
            for (long offset = 0; offset < bytes; offset += pageSize.bytes() / 4) {
                memory.storeLong(start + offset, STALE);
            }
            memory.munmap(start, bytes);
            for (long pair = 0; held && pair < dpages; pair += 2) {
                old.punchHole((pair + random.nextInt(2)) * pageSize.bytes(), pageSize.bytes());
            }
        }
        if (!held) {
            mount.unlink("/old");
        }
        assertThat(used()).containsExactlyElementsOf(
                usages().stream().map(node -> held ? node.total() / 2 : 0L).toList());
    }

    private List<NodeUsage> usages() {
        List<NodeUsage> usages = machine.service(DmemPool.class).usage().nodes();
        assertThat(usages).allSatisfy(
                node -> assertThat(node.free() + node.used() + node.retired()).as("the ledger of node " + node.node())
                        .isEqualTo(node.total()));
        return usages;
    }

    private List<Long> used() {
        return new ArrayList<>(usages().stream().map(NodeUsage::used).toList());
    }
}
