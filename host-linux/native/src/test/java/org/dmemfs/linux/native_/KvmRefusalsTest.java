package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmemfs.linux.native_.SharedMemoryTest.assertRefused;
import static org.dmemfs.linux.native_.UserGuest.DATA;
import static org.dmemfs.linux.native_.UserGuest.DATA_SLOT;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.linux.native_.UserGuest.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the KVM facility refuses, and how long its devices, windows and machines hold each other. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class KvmRefusalsTest {
    private static final long PAGE = 4096;
    private static final KvmExit OUT_K = new KvmExit.Io(KvmExit.Direction.OUT, UserGuest.PORT, 1, 1,
            List.of((long) 'K'));

    private final HostMemory memory = Host.memory();
    private final KvmDevice kvm = Host.kvm();

    @AfterEach
    void closeDevice() {
        kvm.close();
    }

    @ParameterizedTest
    @CsvSource({"/dev/no-such-device, ENOENT", "/dev/null, EIO", "/dev, EISDIR"})
    void aDeviceThatIsNoKvmIsAbsentWithItsName(String path, Errno errno) {
        assertRefused(() -> KvmDevice.pass(path), errno);
        assertThatThrownBy(() -> KvmDevice.pass(path)).hasMessageContaining(path);
    }

    @Test
    void aClosedDeviceMakesNoMachineWhileItsMachinesLiveOn() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.FILL, DATA, 8)) {
            kvm.close();
            assertRefused(kvm::createVirtualMachine, Errno.ENODEV);
            assertThat(processor.run()).isEqualTo(OUT_K);
        }
    }

    @Test
    void aWindowStaysOpenWhileASlotLiesInIt() {
        try (SharedMemory file = memory.createSparse("held", PAGE);
                KvmVirtualMachine machine = kvm.createVirtualMachine()) {
            AddressWindow window = memory.reserve(PAGE, PageSize.SIZE_4K);
            window.map(0, file, 0, PAGE);
            machine.setMemorySlot(0, 0, window, 0, PAGE, Set.of());
            assertRefused(window::close, Errno.EBUSY);
            window.segment().set(JAVA_LONG, 0, 1);
            machine.setMemorySlot(0, 0, window, 0, PAGE, Set.of(KvmSlotFlag.LOG_DIRTY_PAGES));
            assertRefused(window::close, Errno.EBUSY);
            machine.deleteMemorySlot(0);
            window.close();
            assertRefused(() -> machine.setMemorySlot(0, 0, window, 0, PAGE, Set.of()), Errno.ENODEV);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 0, 4096", "1000000, 0, 0, 4096", "2, 1, 0, 4096", "2, -4096, 0, 4096",
            "2, 9223372036854771712, 0, 4096", "2, 0, 1, 4096", "2, 0, 0, 0", "2, 0, 0, 4097", "2, 0, 12288, 8192",
            "2, 0, -4096, 4096"})
    void aWrongSlotIsRefused(int slot, long guestPhysicalAddress, long windowOffset, long bytes) {
        try (AddressWindow window = memory.reserve(4 * PAGE, PageSize.SIZE_4K);
                KvmVirtualMachine machine = kvm.createVirtualMachine()) {
            assertRefused(
                    () -> machine.setMemorySlot(slot, guestPhysicalAddress, window, windowOffset, bytes, Set.of()),
                    Errno.EINVAL);
        }
    }

    @Test
    void overlapsAndMissingSlotsAndProcessorsAreRefused() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.FILL, DATA, 0)) {
            assertRefused(() -> guest.machine.setMemorySlot(5, DATA, guest.window, 0, PAGE, Set.of()), Errno.EEXIST);
            assertRefused(() -> guest.machine.deleteMemorySlot(5), Errno.ENOENT);
            assertRefused(() -> guest.machine.dirtyLog(5), Errno.ENOENT);
            assertRefused(() -> guest.machine.dirtyLog(DATA_SLOT), Errno.ENOENT);
            assertRefused(() -> guest.machine.createVcpu(0), Errno.EEXIST);
            assertRefused(() -> guest.machine.createVcpu(-1), Errno.EINVAL);
            assertRefused(() -> guest.machine.createVcpu(1_000_000), Errno.EINVAL);
            assertRefused(() -> processor.enterLongModeUser(5), Errno.EINVAL);
        }
    }

    @ParameterizedTest
    @EnumSource(KvmRegister.class)
    void everyGeneralRegisterIsSetAndReadBack(KvmRegister register) {
        try (KvmVirtualMachine machine = kvm.createVirtualMachine(); KvmVcpu processor = machine.createVcpu(0)) {
            KvmRegisters wanted = KvmRegisters.zero().with(register, 0x8d2);
            processor.setRegisters(wanted);
            assertThat(processor.registers()).isEqualTo(wanted);
        }
    }

    @Test
    void aVirtualThreadIsRefused() throws Exception {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.FILL, DATA, 1)) {
            CompletableFuture<Void> refused = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    assertRefused(processor::run, Errno.EINVAL);
                    refused.complete(null);
                } catch (AssertionError failure) {
                    refused.completeExceptionally(failure);
                }
            }).join();
            refused.get();
        }
    }
}
