package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.GuestKit;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A guest that stores without a pause, many times between two looks at what was shot down: once the call that took its
 * memory has returned, not one more store reaches the old frame.
 */
class CachedTranslationTest extends GuestKit {
    private static final int STORES_IN_A_ROW = 38;
    private static final long ELSEWHERE = DATA_PFN + PageSize.SIZE_1G.naturePages();

    private final PhysicalMemory memory = SmallHost.memory();
    private final TdpHypervisor hypervisor = new TdpHypervisor(memory, SmallHost.reservation(), new DmemFrames(),
            new KernelLog(), SeriesVersion.REPAIRED, Set.of(), new AtomicLong()::get);

    @Override
    protected Bench bench() {
        return new Bench(hypervisor, memory);
    }

    private CompletableFuture<Exit> storing() {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        MachineCode code = code().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RAX, 1);
        int again = code.position();
        code.add(GeneralRegister.RAX, 1);
        for (int store = 0; store < STORES_IN_A_ROW; store++) {
            code.store(GeneralRegister.RDI, GeneralRegister.RAX);
        }
        VirtualProcessor processor = processor(code.jump(again).toBytes());
        CompletableFuture<Exit> exit = start(processor);
        awaitStores(DATA_PFN);
        return exit;
    }

    private void awaitStores(long pfn) {
        long before = bytes().loadLong(pfn << 12);
        while (bytes().loadLong(pfn << 12) < before + 100) {
            Thread.onSpinWait();
        }
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                ending("truncated", test -> test.space().cut(DATA_HVA, DATA_BYTES), Exit.Fault.class),
                ending("one page of it punched", test -> test.space().cut(DATA_HVA, PageSize.SIZE_2M.bytes()),
                        Exit.Fault.class),
                ending("slot deleted", test -> test.machine().deleteSlot(DATA_SLOT), Exit.Mmio.class),
                ending("slot moved", test -> test.machine().moveSlot(DATA_SLOT, 2 * DATA), Exit.Mmio.class));
    }

    private static Arguments ending(String name, Consumer<CachedTranslationTest> ending, Class<? extends Exit> exit) {
        return Arguments.of(name, ending, exit);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void memoryIsLostWhenTheCallReturns(String name, Consumer<CachedTranslationTest> ending, Class<? extends Exit> why)
            throws Exception {
        CompletableFuture<Exit> exit = storing();
        ending.accept(this);
        bytes().storeLong(DATA_PFN << 12, -7);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isInstanceOf(why);
        assertThat(bytes().loadLong(DATA_PFN << 12)).as("the next owner's bytes").isEqualTo(-7);
    }

    @Test
    void anotherFrameAtTheSameAddressIsUsedFromTheNextStoreOn() throws Exception {
        CompletableFuture<Exit> exit = storing();
        space().back(DATA_HVA, ELSEWHERE, PageSize.SIZE_2M, 1);
        space().zap(DATA_HVA, PageSize.SIZE_2M.bytes());
        bytes().storeLong(DATA_PFN << 12, -7);
        awaitStores(ELSEWHERE);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(-7);
        machine().deleteSlot(DATA_SLOT);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Mmio(DATA, true));
    }

    @Test
    void aFrameThatGoesBadUnderItIsMetAtTheNextStore() throws Exception {
        CompletableFuture<Exit> exit = storing();
        memory().poison(DATA_PFN);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Poison(DATA_HVA, 12));
    }

    @Test
    void everyRoundOfTheDirtyLogHasThePageThatIsStoredTo() throws Exception {
        CompletableFuture<Exit> exit = storing();
        machine().logDirtyPages(DATA_SLOT, true);
        for (int round = 0; round < 100; round++) {
            awaitStores(DATA_PFN);
            assertThat(machine().dirtyLog(DATA_SLOT)[0]).as("round " + round).isEqualTo(1);
        }
        machine().deleteSlot(DATA_SLOT);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.Mmio.class);
    }

    @Test
    void anEntryThatGoesBetweenItsFaultAndItsLookupIsFaultedAgain() throws Exception {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        MachineCode code = code().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RAX, 1)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(0x10);
        VirtualProcessor processor = processor(code.toBytes());
        space().afterNextFault(() -> {
            space().zap(DATA_HVA, PageSize.SIZE_2M.bytes());
            space().afterNextFault(() -> space().zap(DATA_HVA, PageSize.SIZE_2M.bytes()));
        });
        assertThat(start(processor).get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.PortWrite.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(1);
    }

    @Test
    void anEntryThatGoesWhileItsProcessorComesBackIsNotKept() throws Exception {
        CompletableFuture<Exit> exit = storing();
        for (int round = 0; round < 2000; round++) {
            long old = round % 2 == 0 ? DATA_PFN : ELSEWHERE;
            long next = round % 2 == 0 ? ELSEWHERE : DATA_PFN;
            space().back(DATA_HVA, next, PageSize.SIZE_2M, 1);
            space().zap(DATA_HVA, PageSize.SIZE_2M.bytes());
            bytes().storeLong(old << 12, -7);
            Thread.onSpinWait();
            assertThat(bytes().loadLong(old << 12)).as("round " + round).isEqualTo(-7);
        }
        machine().deleteSlot(DATA_SLOT);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.Mmio.class);
    }
}
