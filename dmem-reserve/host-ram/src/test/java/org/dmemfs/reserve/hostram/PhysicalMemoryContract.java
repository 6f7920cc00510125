package org.dmemfs.reserve.hostram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.memblock.MemblockService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every provider of physical memory promises. Each test has a machine of its own, with one region at the top. */
abstract class PhysicalMemoryContract {
    private static final long FRAME = 4096;

    private Reservation reservation;
    private DmemRegion region;
    private PhysicalMemory memory;

    /** A small machine whose one region a provider can back. */
    abstract Reservation machine();

    /** Boots the provider; it must be closeable. */
    abstract PhysicalMemory open(Reservation booted);

    /** What a fresh machine costs the host. */
    abstract long hostBytesAtFirst(Reservation booted);

    static Reservation machine(String machine, String commandLine) {
        return new MemblockService().reserve(machine, commandLine);
    }

    @BeforeEach
    final void boot() {
        reservation = machine();
        region = reservation.regions().getFirst();
        memory = open(reservation);
    }

    @AfterEach
    final void shutDown() throws Exception {
        close(memory);
    }

    @Test
    final void everyByteIsZeroAtFirstSight() {
        byte[] bytes = new byte[1 << 20];
        MemorySegment buffer = MemorySegment.ofArray(bytes);
        for (long address = 0; address < region.endPhysicalAddress(); address += 64L << 20) {
            memory.bytes().copyOut(address, buffer, 0, bytes.length);
            assertThat(buffer.mismatch(MemorySegment.ofArray(new byte[bytes.length]))).as("at 0x%x", address)
                    .isEqualTo(-1);
        }
    }

    @Test
    final void whatIsStoredIsLoadedOnBothSidesOfTheRegionsEdge() {
        PhysicalBytes bytes = memory.bytes();
        long edge = region.startPhysicalAddress();
        bytes.fill(edge - FRAME, FRAME, (byte) 1);
        bytes.fill(edge, FRAME, (byte) 2);
        bytes.storeLong(edge - 8, 0x1122334455667788L);
        bytes.storeByte(edge, (byte) 0x99);
        assertThat(bytes.loadLong(edge - 8)).isEqualTo(0x1122334455667788L);
        assertThat(bytes.loadByte(edge - 8)).as("little-endian").isEqualTo((byte) 0x88);
        assertThat(bytes.loadLong(edge - 16)).isEqualTo(0x0101010101010101L);
        assertThat(bytes.loadLong(edge)).isEqualTo(0x0202020202020299L);
        assertThat(bytes.loadLong(edge + FRAME)).isZero();
    }

    @Test
    final void copiesCrossFramesAndTheRegionsEdge() {
        byte[] pattern = new byte[3 * (int) FRAME];
        for (int index = 0; index < pattern.length; index++) {
            pattern[index] = (byte) (index * 31);
        }
        byte[] read = new byte[pattern.length];
        long address = region.startPhysicalAddress() - FRAME - 7;
        memory.bytes().copyIn(MemorySegment.ofArray(pattern), 0, address, pattern.length);
        memory.bytes().copyOut(address, MemorySegment.ofArray(read), 0, read.length);
        assertThat(read).isEqualTo(pattern);
    }

    @Test
    final void theLastByteIsThereAndTheNextIsNot() {
        long end = reservation.memoryMap().endOfRam();
        memory.bytes().storeByte(end - 1, (byte) 5);
        assertThat(memory.bytes().loadByte(end - 1)).isEqualTo((byte) 5);
        assertErrno(Errno.EFAULT, () -> memory.bytes().loadByte(end));
        assertErrno(Errno.EFAULT, () -> memory.bytes().loadLong(end - 7));
        assertErrno(Errno.EFAULT, () -> memory.bytes().storeByte(-1, (byte) 1));
        assertErrno(Errno.EFAULT, () -> memory.bytes().fill(end - FRAME, FRAME + 1, (byte) 1));
        assertErrno(Errno.EFAULT, () -> memory.bytes().loadLong(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({"dmem", "kernel"})
    final void aHostRangeMappedElsewhereIsTheSameMemory(String part) {
        long unit = memory.hostRange(pfn(), 1).memory().backing().bytes();
        long address = part.equals("dmem") ? region.startPhysicalAddress() + unit % region.bytes() : 64L << 20;
        long length = part.equals("dmem") ? unit : FRAME;
        HostRange range = memory.hostRange(address >> 12, length >> 12);
        assertThat(range.bytes()).isEqualTo(length);
        memory.bytes().storeLong(address + 8, 42);
        try (AddressWindow window = Host.memory().reserve(Math.max(length, range.memory().backing().bytes()),
                range.memory().backing())) {
            window.map(0, range.memory(), range.offsetBytes(), length);
            assertThat(window.segment().get(ValueLayout.JAVA_LONG, 8)).isEqualTo(42);
            window.segment().set(ValueLayout.JAVA_LONG, length - 8, 43);
        }
        assertThat(memory.bytes().loadLong(address + length - 8)).isEqualTo(43);
    }

    @Test
    final void theWholeRegionLiesBehindOneDescriptor() {
        HostRange range = memory.hostRange(pfn(), region.bytes() >> 12);
        assertThat(range.bytes()).isEqualTo(region.bytes());
        assertThat(range.offsetBytes() + range.bytes()).isLessThanOrEqualTo(range.memory().bytes());
    }

    @Test
    final void framesThatAreNotAllBehindOneDescriptorAreRefused() {
        assertErrno(Errno.EINVAL, () -> memory.hostRange(pfn() - 1, 2));
        assertErrno(Errno.EINVAL, () -> memory.hostRange(pfn(), (region.bytes() >> 12) + 1));
        assertErrno(Errno.EINVAL, () -> memory.hostRange(pfn(), 0));
        assertErrno(Errno.EINVAL, () -> memory.hostRange(pfn(), Long.MAX_VALUE));
        assertErrno(Errno.EINVAL, () -> memory.hostRange(-1, 1));
        assertErrno(Errno.EINVAL, () -> memory.hostRange(Long.MAX_VALUE, 1));
        assertErrno(Errno.EINVAL, () -> memory.hostRange(reservation.memoryMap().endOfRam() >> 12, 1));
    }

    @Test
    final void aBadFrameIsAnErrnoAndItsNeighboursAreWell() {
        long bad = pfn() + 1;
        memory.bytes().fill(bad - 1 << 12, 3 * FRAME, (byte) 7);
        assertThat(memory.poison(bad)).isTrue();
        assertThat(memory.poison(bad)).as("the second time").isFalse();
        assertThat(memory.poisoned().all()).containsExactly(bad);
        assertErrno(Errno.EHWPOISON, () -> memory.bytes().loadLong(bad << 12));
        assertErrno(Errno.EHWPOISON, () -> memory.bytes().storeByte((bad << 12) + FRAME - 1, (byte) 1));
        assertErrno(Errno.EHWPOISON, () -> memory.bytes().fill(bad - 1 << 12, 3 * FRAME, (byte) 0));
        assertErrno(Errno.EHWPOISON,
                () -> memory.bytes().copyOut(bad - 1 << 12, MemorySegment.ofArray(new byte[8192]), 0, 8192));
        assertThat(memory.bytes().loadByte((bad << 12) - 1)).isEqualTo((byte) 7);
        assertThat(memory.bytes().loadByte(bad + 1 << 12)).isEqualTo((byte) 7);
    }

    @Test
    final void whatIsNotRamCannotGoBad() {
        assertErrno(Errno.ENXIO, () -> memory.poison(reservation.memoryMap().endOfRam() >> 12));
        assertErrno(Errno.ENXIO, () -> memory.poison(-1));
    }

    @Test
    final void whatItCostsIsReadBackFromTheHost() {
        assertThat(memory.hostBytes()).isEqualTo(hostBytesAtFirst(reservation));
        memory.bytes().storeByte(region.startPhysicalAddress(), (byte) 1);
        assertThat(memory.hostBytes()).isEqualTo(Math.max(FRAME, hostBytesAtFirst(reservation)));
        assertThat(memory.description()).isNotBlank();
    }

    @Test
    final void everythingIsGivenBackAtClose() throws Exception {
        HostRange range = memory.hostRange(pfn(), 1);
        assertThat(Host.holds("dmem")).isTrue();
        close(memory);
        assertThat(Host.holds("dmem")).isFalse();
        assertThat(Host.holds("kernel-ram")).isFalse();
        assertErrno(Errno.ENODEV, () -> memory.bytes().loadByte(0));
        assertErrno(Errno.ENODEV, () -> memory.bytes().fill(region.startPhysicalAddress(), FRAME, (byte) 1));
        assertErrno(Errno.ENODEV, memory::hostBytes);
        assertErrno(Errno.ENODEV, () -> memory.hostRange(pfn(), 1));
        assertErrno(Errno.ENODEV, () -> range.memory().allocatedBytes());
    }

    @Test
    final void aMachineWithoutRegionsCostsNothing() throws Exception {
        PhysicalMemory other = open(machine("1x256M", "quiet"));
        other.bytes().storeByte(0, (byte) 1);
        assertThat(other.hostBytes()).isZero();
        assertThat(other.description()).isNotBlank();
        close(other);
    }

    static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ErrnoException.class)
                .extracting(failure -> ((ErrnoException) failure).errno()).isEqualTo(errno);
    }

    static void assertNothingIsHeld() throws IOException {
        assertThat(Host.holds("dmem")).isFalse();
        assertThat(Host.holds("kernel-ram")).isFalse();
    }

    private long pfn() {
        return region.startPhysicalAddress() >> 12;
    }

    private static void close(PhysicalMemory memory) throws Exception {
        ((AutoCloseable) memory).close();
    }
}
