package org.dmemfs.schemes.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;
import org.dmemfs.schemes.Scheme;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every scheme does with every page size that it has, whatever its memory is made of. */
@Timeout(120)
public abstract class SchemeContract {
    private static final long NATURE = PageSize.SIZE_4K.bytes();
    private static final Map<Integer, Long> WISH = Map.of(0, SchemeMachine.SET_ASIDE_BYTES, 1,
            SchemeMachine.SET_ASIDE_BYTES);

    private SchemeMachine machine;
    private Scheme scheme;

    /** A machine with the scheme, on which no memory is set aside yet. */
    protected abstract SchemeMachine boot();

    @BeforeEach
    final void begin() {
        machine = boot();
        scheme = machine.scheme();
    }

    @AfterEach
    final void end() {
        machine.close();
    }

    private List<PageSize> sizes() {
        return scheme.description().pageSizes().stream().sorted().toList();
    }

    private static MemoryPolicy anywhere() {
        return MemoryPolicy.systemDefault();
    }

    @Test
    void twoGuestsHaveMemoryOfTheirOwnAndItComesBack() {
        for (PageSize size : sizes()) {
            try (Carveout carveout = scheme.setAside(size, WISH);
                    Task one = machine.addressSpaces().newTask("one", 0);
                    Task other = machine.addressSpaces().newTask("other", 1)) {
                Map<Integer, Long> free = carveout.freeBytes();
                assertThat(free).as("free at first in pages of %s", size).isEqualTo(carveout.sellableBytes());
                long bytes = size == PageSize.SIZE_1G ? PageSize.SIZE_1G.bytes() : 8L << 20;
                if (free.values().stream().mapToLong(Long::longValue).sum() < 2 * bytes) {
                    bytes = size.bytes();
                }
                GuestGrant first = carveout.give("first", bytes, anywhere(), 0);
                long touched = fill(one.addressSpace(), first.map(one), bytes, size, 1) * size.bytes();
                if (sum(carveout.freeBytes()) >= bytes) {
                    GuestGrant second = carveout.give("second", bytes, anywhere(), 1);
                    fill(other.addressSpace(), second.map(other), bytes, size, 2);
                    second.close();
                }
                assertThat(sum(carveout.freeBytes())).as("free with one guest")
                        .isEqualTo(sum(free) - (machine.isTakenByTouch() ? touched : bytes));
                first.close();
                assertThat(carveout.freeBytes()).as("free at the end").isEqualTo(free);
                assertThat(carveout.grants()).isEmpty();
            }
        }
    }

    /** Stores and loads at both ends of every page, up to 64 of them; says of how many. */
    private static long fill(AddressSpace memory, long start, long bytes, PageSize size, long value) {
        long step = Math.max(size.bytes(), bytes / 64);
        for (long offset = 0; offset < bytes; offset += step) {
            memory.storeLong(start + offset, value + offset);
            memory.storeLong(start + offset + size.bytes() - Long.BYTES, value - offset);
        }
        for (long offset = 0; offset < bytes; offset += step) {
            assertThat(memory.loadLong(start + offset)).isEqualTo(value + offset);
            assertThat(memory.loadLong(start + offset + size.bytes() - Long.BYTES)).isEqualTo(value - offset);
        }
        return bytes / step;
    }

    private static long sum(Map<Integer, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void memoryThatIsTakenBackIsMappedNoMore() {
        for (PageSize size : sizes()) {
            try (Carveout carveout = scheme.setAside(size, WISH);
                    Task task = machine.addressSpaces().newTask("vmm", 0)) {
                GuestGrant grant = carveout.give("guest", size.bytes(), anywhere(), 0);
                long start = grant.map(task);
                task.addressSpace().storeLong(start, 1);
                grant.close();
                grant.close();
                assertThatThrownBy(() -> task.addressSpace().loadLong(start)).as("pages of %s", size)
                        .isInstanceOfSatisfying(SignalException.class, met -> assertThat(met.signal().kind())
                                .isEqualTo(BusSignal.Kind.SEGV_MAPERR));
                assertErrno(Errno.ENODEV, () -> grant.map(task));
            }
        }
    }

    @Test
    void framesAreTheGuestsAndOnItsNodes() {
        for (PageSize size : sizes()) {
            try (Carveout carveout = scheme.setAside(size, WISH);
                    Task task = machine.addressSpaces().newTask("vmm", 1)) {
                GuestGrant grant = carveout.give("guest", size.bytes(), MemoryPolicy.preferred(1), 1);
                long start = grant.map(task);
                for (long offset = 0; offset < size.bytes(); offset += Math.max(NATURE, size.bytes() / 16)) {
                    task.addressSpace().storeLong(start + offset, 7 + offset);
                    long pfn = grant.frameAt(offset).orElseThrow();
                    assertThat(machine.memory().bytes().loadLong(pfn << 12)).as("the bytes behind the frame")
                            .isEqualTo(7 + offset);
                    assertThat(machine.reservation().memoryMap().nodeOf(pfn)).isEqualTo(1);
                }
                assertThat(grant.bytesByNode().keySet()).as("pages of %s", size).containsExactly(1);
                assertErrno(Errno.EINVAL, () -> grant.frameAt(grant.bytes()));
            }
        }
    }

    @Test
    void wrongWishesAreRefused() {
        Set<PageSize> others = EnumSet.allOf(PageSize.class);
        others.removeAll(scheme.description().pageSizes());
        others.forEach(size -> {
            assertErrno(Errno.EINVAL, () -> scheme.setAside(size, WISH));
            assertErrno(Errno.EINVAL, () -> scheme.metadata(size.bytes(), size));
        });
        PageSize size = sizes().getFirst();
        assertErrno(Errno.ENOMEM, () -> scheme.setAside(size, Map.of(0, 64L << 30)));
        assertErrno(Errno.EINVAL, () -> scheme.setAside(size, Map.of(0, size.bytes() + 1)));
        assertErrno(Errno.EINVAL, () -> scheme.metadata(0, size));
        try (Carveout carveout = scheme.setAside(size, WISH)) {
            assertErrno(Errno.EBUSY, () -> scheme.setAside(size, WISH));
            assertErrno(Errno.EINVAL, () -> carveout.give("guest", 0, anywhere(), 0));
            assertErrno(Errno.EINVAL, () -> carveout.give("guest", size.bytes(), anywhere(), 7));
            carveout.give("guest", 1, anywhere(), 0);
            assertErrno(Errno.EEXIST, () -> carveout.give("guest", size.bytes(), anywhere(), 0));
            assertThat(carveout.grants().getFirst().bytes()).as("rounded up").isEqualTo(size.bytes());
            if (machine.isTakenByTouch()) {
                carveout.give("big", 64L << 30, anywhere(), 0).close();
            } else {
                assertErrno(Errno.ENOMEM, () -> carveout.give("big", 64L << 30, anywhere(), 0));
            }
        }
    }

    @Test
    void carveoutEndsOnceAndMayComeAgain() {
        PageSize size = sizes().getFirst();
        Map<Integer, Long> few = Map.of(0, Math.max(4 * size.bytes(), 8L << 20));
        Carveout carveout = scheme.setAside(size, few);
        carveout.give("guest", size.bytes(), anywhere(), 0);
        carveout.close();
        carveout.close();
        assertErrno(Errno.ENODEV, () -> carveout.give("late", size.bytes(), anywhere(), 0));
        try (Carveout again = scheme.setAside(size, few)) {
            assertThat(again.grants()).isEmpty();
            assertThat(again.freeBytes()).isEqualTo(again.sellableBytes());
        }
    }

    @Test
    void costsAreOfTheKindsThatTheRulesName() {
        for (PageSize size : sizes()) {
            long bytes = 2 * SchemeMachine.SET_ASIDE_BYTES;
            List<MetadataCost> ruled = scheme.metadata(bytes, size);
            try (Carveout carveout = scheme.setAside(size, WISH)) {
                List<MetadataCost> counted = carveout.metadata();
                assertThat(counted.stream().map(MetadataCost::kind)).containsExactlyInAnyOrderElementsOf(
                        ruled.stream().map(MetadataCost::kind).toList());
                assertThat(counted).allMatch(cost -> cost.bytes() >= 0 && !cost.formula().isBlank());
                assertThat(atRest(counted)).as("pages of %s", size).isBetween(atRest(ruled),
                        atRest(ruled) + machine.roundingBytes());
            }
        }
    }

    /** What it costs without a guest: the rules count the file of one that has all of it. */
    private long atRest(List<MetadataCost> costs) {
        return costs.stream().filter(cost -> !machine.isTakenByTouch() || cost.kind() != MetadataKind.FILE_TREE)
                .mapToLong(MetadataCost::bytes).sum();
    }

    @Test
    void descriptionIsWhole() {
        assertThat(scheme.description().name()).startsWith(scheme.description().scheme() + "-");
        assertThat(scheme.description().title().contains("hypothetical"))
                .isEqualTo(scheme.description().hypothetical());
        assertThat(scheme.description().pageSizes()).isNotEmpty();
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrnoException.class,
                refused -> assertThat(refused.errno()).as(refused.getMessage()).isEqualTo(errno));
    }
}
