package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.M;
import static org.dmemfs.core.pool.TestMachine.refused;
import static org.dmemfs.core.pool.TestMachine.region;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PoolTrafficTest {
    private static final MemoryPolicy LOCAL = MemoryPolicy.systemDefault();

    static Stream<Arguments> policies() {
        return Stream.of(row("local, until the node is empty, then the nearest", LOCAL, 1, "1 1 2 2 0 0"),
                row("preferred falls back", MemoryPolicy.preferred(0), 1, "0 0 1 1 2 2"),
                row("bind keeps to its nodes", MemoryPolicy.bind(NodeMask.of(0, 2)), 1, "0 0 2 2 -"),
                row("bind begins at the local node", MemoryPolicy.bind(NodeMask.of(1, 2)), 1, "1 1 2 2 -"),
                row("bind outside of the machine is ignored", MemoryPolicy.bind(NodeMask.of(2, 7)), 2, "2 2 -"),
                row("interleave takes turns by dpage and falls back", MemoryPolicy.interleave(NodeMask.of(0, 2)), 1,
                        "0 2 0 2 1 1 -"));
    }

    private static Arguments row(String what, MemoryPolicy policy, int local, String nodes) {
        return Arguments.of(what, policy, local, nodes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    @DisplayName("each policy takes from these nodes, in this order, of three with 2 dpages each")
    void policy(String what, MemoryPolicy policy, int local, String nodes) {
        try (TestMachine machine = TestMachine.nodes(3, 2 * G)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            long step = 0;
            for (String node : nodes.split(" ", -1)) {
                if (node.equals("-")) {
                    long last = step;
                    refused(Errno.ENOMEM, () -> use.take(FILE, policy, last, local));
                } else {
                    assertThat(machine.nodeOf(use.take(FILE, policy, step++, local))).as(what)
                            .isEqualTo(Integer.parseInt(node));
                }
                machine.assertLedger();
            }
        }
    }

    @Test
    @DisplayName("a take by node and mask stays within the mask, whatever node it begins with")
    void nodeAndMask() {
        try (TestMachine machine = TestMachine.nodes(2, 2 * G)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            assertThat(machine.nodeOf(use.takeOnNodes(FILE, 1, NodeMask.of(0), 1).physicalAddress())).isZero();
            assertThat(machine.nodeOf(use.takeOnNodes(FILE, 1, NodeMask.of(0), 1).physicalAddress())).isZero();
            refused(Errno.ENOMEM, () -> use.takeOnNodes(FILE, 0, NodeMask.of(0), 1), "{0}");
            assertThat(machine.nodeOf(use.takeOnNodes(FILE, 0, null, 1).physicalAddress())).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"REPAIRED, 7, true", "REPAIRED, 8, true", "V1, 7, true", "V1, 8, false", "V2, 8, false"})
    @DisplayName("12.2.9: as posted, nodes above 7 are refused by node and mask")
    void nodesAboveSeven(SeriesVersion series, int node, boolean given) {
        try (TestMachine machine = TestMachine.nodes(series, 9, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            if (given) {
                assertThat(machine.nodeOf(use.takeOnNodes(FILE, node, null, 1).physicalAddress())).isEqualTo(node);
            } else {
                refused(Errno.ENOMEM, () -> use.takeOnNodes(FILE, node, null, 1), "node " + node);
            }
            assertThat(machine.nodeOf(use.take(FILE, LOCAL, 0, node))).as("by policy").isEqualTo(node);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1", "9", "1024", "2147483647"})
    @DisplayName("a node that is not there has nothing to give")
    void noSuchNode(int node) {
        try (TestMachine machine = TestMachine.nodes(2, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            refused(Errno.ENOMEM, () -> use.take(FILE, LOCAL, 0, node), "node " + node);
            refused(Errno.ENOMEM, () -> use.takeOnNodes(FILE, node, null, 1), "node " + node);
        }
    }

    @Test
    @DisplayName("12.2.9: the empty tail of the list: repaired, a take in vain asks every node once")
    void tailOfTheList() {
        try (TestMachine machine = TestMachine.nodes(2, G)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            use.takeRun(FILE, LOCAL, 0, 0, 1);
            use.takeRun(FILE, LOCAL, 0, 0, 1);
            machine.events.clear();
            refused(Errno.ENOMEM, () -> use.take(FILE, LOCAL, 0, 0));
            assertThat(machine.events).containsExactly("dmem_alloc_pages_node addr=0 node=0 try_max=1 result_nr=0",
                    "dmem_alloc_pages_node addr=0 node=1 try_max=1 result_nr=0");
        }
    }

    @Test
    @DisplayName("a run never spans regions, and is as long as the first region with a free dpage gives")
    void runsStayInTheirRegion() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, 2 * G, 128 * M),
                region(0, 2 * G - 128 * M, 128 * M))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(use.takeRun(FILE, LOCAL, 0, 0, 100)).isEqualTo(new DpageRun(2 * G, 64));
            assertThat(use.takeRun(FILE, LOCAL, 0, 0, 0)).isEqualTo(new DpageRun(2 * G - 128 * M, 1));
            assertThat(use.takeRun(FILE, LOCAL, 0, 0, Integer.MAX_VALUE).dpages()).isEqualTo(63);
            machine.assertLedger();
        }
    }

    static Stream<Arguments> wrongGives() {
        return Stream.of(Arguments.of("a dpage that is free", G + 4 * M), Arguments.of("not a dpage's start", G + 4096),
                Arguments.of("memory that is not dmem", 0L), Arguments.of("beyond the machine", 1L << 50),
                Arguments.of("a negative address", -4096L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongGives")
    @DisplayName("EINVAL for what was not taken")
    void wrongGive(String what, long physicalAddress) {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(use.take(FILE, LOCAL, 0, 0)).isEqualTo(G);
            refused(Errno.EINVAL, () -> use.give(FILE, physicalAddress), "0x");
            refused(Errno.EINVAL, () -> use.giveRun(FILE, new DpageRun(physicalAddress, 1)), "0x");
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("EINVAL for what was given back before, and for a holder who has nothing")
    void doubleGive() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = use.take(FILE, LOCAL, 0, 0);
            refused(Errno.EINVAL, () -> use.give(new Holder("file", "/b"), dpage), "/b");
            use.give(FILE, dpage);
            refused(Errno.EINVAL, () -> use.give(FILE, dpage));
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("holders are counted, the largest first, and those without a dpage are not there")
    void holders() {
        try (TestMachine machine = TestMachine.nodes(2, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            Holder other = new Holder("file", "/b");
            use.takeRun(FILE, LOCAL, 0, 0, 2);
            use.takeRun(other, LOCAL, 0, 1, 3);
            DpageRun gone = use.takeRun(new Holder("test", "c"), LOCAL, 0, 0, 1);
            use.giveRun(new Holder("test", "c"), gone);
            assertThat(machine.pool.holders()).containsExactly(new HolderUsage(other, 3), new HolderUsage(FILE, 2));
        }
    }

    @Test
    @DisplayName("holders that come and go are forgotten")
    void holdersAreSwept() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long kept = use.take(FILE, LOCAL, 0, 0);
            for (int file = 0; file < 5000; file++) {
                Holder holder = new Holder("file", "/" + file);
                use.give(holder, use.take(holder, LOCAL, 0, 0));
            }
            refused(Errno.EINVAL, () -> use.give(new Holder("file", "/0"), kept));
            assertThat(machine.pool.holders()).containsExactly(new HolderUsage(FILE, 1));
            use.give(FILE, kept);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("exhaustion names node, page size, wanted, free, the longest run and the largest holders")
    void exhaustion() {
        try (TestMachine machine = TestMachine.nodes(2, 2 * G)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            use.takeRun(FILE, LOCAL, 0, 1, 2);
            refused(Errno.ENOMEM, () -> use.takeOnNodes(FILE, 1, NodeMask.of(1), 4), "node 1", "1G", "wanted 4",
                    "free there 0", "free in all nodes 2", "longest free run 2", "file /a with 2");
        }
    }

    @Test
    @DisplayName("a reference keeps a dpage from being free after its holder gave it back")
    void reference() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = use.take(FILE, LOCAL, 0, 0);
            assertThat(machine.pool.references(dpage >> 12)).isEqualTo(1);
            machine.pool.get((dpage >> 12) + 511);
            assertThat(machine.node(0).pinned()).isEqualTo(1);
            use.give(FILE, dpage);
            assertThat(machine.pool.holders()).containsExactly(new HolderUsage(new Holder("device", "references"), 1));
            machine.assertLedger();
            machine.pool.put(dpage >> 12);
            assertThat(machine.node(0).free()).isEqualTo(64);
            assertThat(machine.pool.references(dpage >> 12)).isZero();
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("EINVAL: no reference on a free dpage, and none given back that was not taken")
    void wrongReferences() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            refused(Errno.EINVAL, () -> machine.pool.get(G >> 12));
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            refused(Errno.EINVAL, () -> machine.pool.get(G >> 12));
            refused(Errno.EINVAL, () -> machine.pool.get(5));
            long dpage = use.take(FILE, LOCAL, 0, 0);
            refused(Errno.EINVAL, () -> machine.pool.put(dpage >> 12), "holder");
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("12.2.6: as posted, V2's get dereferences a null node; V1 has no references at all")
    void postedReferences() {
        try (TestMachine machine = TestMachine.nodes(SeriesVersion.V2, 1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = use.take(FILE, LOCAL, 0, 0);
            refused(Errno.EFAULT, () -> machine.pool.get(dpage >> 12), "oops");
            assertThat(machine.log.lines()).anyMatch(line -> line.text().startsWith("BUG: kernel NULL pointer"));
        }
        try (TestMachine machine = TestMachine.nodes(SeriesVersion.V1, 1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = use.take(FILE, LOCAL, 0, 0);
            machine.pool.get(dpage >> 12);
            use.give(FILE, dpage);
            assertThat(machine.node(0).free()).isEqualTo(64);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SeriesVersion.class, names = {"REPAIRED", "V2"})
    @DisplayName("12.2.7: a run of mixed counts given back: repaired, those without another reference are free")
    void mixedCounts(SeriesVersion series) {
        try (TestMachine machine = TestMachine.nodes(series, 1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            DpageRun run = use.takeRun(FILE, LOCAL, 0, 0, 4);
            // Straight into the table: V2's own get oopses before it can count (12.2.6).
            machine.pool.read(carving -> carving.get(run.physicalAddress() + 4 * M));
            if (series == SeriesVersion.V2) {
                refused(Errno.EFAULT, () -> use.giveRun(FILE, run), "mixed");
            } else {
                use.giveRun(FILE, run);
                assertThat(machine.node(0).free()).isEqualTo(63);
                machine.assertLedger();
                machine.pool.put((run.physicalAddress() + 4 * M) >> 12);
                assertThat(machine.node(0).free()).isEqualTo(64);
            }
        }
    }

    @Test
    @DisplayName("is_dmem_pfn: true within the regions, slack included, and nowhere else")
    void isDmem() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(1, G + 128 * M, 128 * M),
                region(0, G, 256 * M))) {
            long first = G >> 12;
            assertThat(machine.pool.isDmem(first - 1)).isFalse();
            assertThat(machine.pool.isDmem(first)).isTrue();
            assertThat(machine.pool.isDmem(first + 65_535)).isTrue();
            assertThat(machine.pool.isDmem(first + 65_536)).isFalse();
            assertThat(machine.pool.isDmem((65 * G + 128 * M) >> 12)).isTrue();
            assertThat(machine.pool.isDmem(-1)).isFalse();
            assertThat(machine.pool.isDmem(Long.MAX_VALUE)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"11, SIZE_4K, 1, 3000", "12, SIZE_4K, 3, 3000", "13, SIZE_2M, 2, 400"})
    @DisplayName("the ledger holds after every operation of a random sequence, and all is free at its end")
    void ledger(long seed, PageSize size, int nodes, int operations) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Holder> holders = IntStream.range(0, 5).mapToObj(name -> new Holder("file", "/" + name)).toList();
        try (TestMachine machine = TestMachine.nodes(nodes, 128 * M)) {
            PoolUse use = machine.pool.use(size, "/mnt");
            List<DpageRun> held = new ArrayList<>();
            List<Holder> owners = new ArrayList<>();
            List<Long> referenced = new ArrayList<>();
            for (int operation = 0; operation < operations; operation++) {
                int choice = random.nextInt(10);
                if (choice < 4) {
                    Holder holder = holders.get(random.nextInt(5));
                    try {
                        held.add(use.takeRun(holder, MemoryPolicy.systemDefault(), 0, random.nextInt(nodes),
                                random.nextInt(1, 9)));
                        owners.add(holder);
                    } catch (ErrnoException exhausted) {
                        assertThat(exhausted.errno()).isEqualTo(Errno.ENOMEM);
                    }
                } else if (choice < 7 && !held.isEmpty()) {
                    int place = random.nextInt(held.size());
                    use.giveRun(owners.remove(place), held.remove(place));
                } else if (choice < 8 && !held.isEmpty()) {
                    long pfn = held.get(random.nextInt(held.size())).physicalAddress() >> 12;
                    machine.pool.get(pfn);
                    referenced.add(pfn);
                } else if (choice < 9 && !referenced.isEmpty()) {
                    machine.pool.put(referenced.remove(random.nextInt(referenced.size())));
                }
                machine.assertLedger();
            }
            while (!held.isEmpty()) {
                use.giveRun(owners.removeLast(), held.removeLast());
            }
            referenced.forEach(machine.pool::put);
            machine.assertLedger();
            machine.pool.usage().nodes().forEach(node -> assertThat(node.free()).isEqualTo(node.total()));
            assertThat(machine.pool.holders()).isEmpty();
        }
    }
}
