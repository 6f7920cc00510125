package org.dmemfs.reserve;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * The kernel's direct map: every byte of RAM at its physical address. All access to memory that can go bad passes here,
 * so that a bad frame is an errno and never the end of the JVM: plain loads and stores only, since a compare-and-set or a
 * native call on a bad frame would end it.
 *
 * <p>Safe for any thread as RAM is: 8-byte accesses at 8-byte addresses are atomic, nothing is ordered.
 */
public final class PhysicalBytes {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final MemorySegment directMap;
    private final PoisonedFrames poisoned;
    private final WrittenMemory written = new WrittenMemory();
    private final ReportedFrames reported = new ReportedFrames();

    /**
     * The bytes of a machine.
     *
     * @param directMap spans physical addresses from 0 to the end of RAM; every byte of it can be touched
     * @param poisoned the machine's bad frames
     */
    public PhysicalBytes(MemorySegment directMap, PoisonedFrames poisoned) {
        this.directMap = directMap;
        this.poisoned = poisoned;
    }

    /**
     * Reads 8 bytes, little-endian.
     *
     * @param physicalAddress of the first byte; all 8 within one frame
     * @return the value
     * @throws ErrnoException EHWPOISON where the frame is bad, EFAULT outside RAM, ENODEV where the machine has gone
     */
    public long loadLong(long physicalAddress) {
        check(physicalAddress, Long.BYTES);
        try {
            long value = directMap.get(LONG, physicalAddress);
            settle(physicalAddress, Long.BYTES);
            return value;
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, Long.BYTES, failure);
        }
    }

    /**
     * Writes 8 bytes, little-endian.
     *
     * @param physicalAddress of the first byte; all 8 within one frame
     * @param value the value
     * @throws ErrnoException as {@link #loadLong}
     */
    public void storeLong(long physicalAddress, long value) {
        check(physicalAddress, Long.BYTES);
        try {
            directMap.set(LONG, physicalAddress, value);
            settle(physicalAddress, Long.BYTES);
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, Long.BYTES, failure);
        }
    }

    /**
     * Reads a byte.
     *
     * @param physicalAddress its address
     * @return the value
     * @throws ErrnoException as {@link #loadLong}
     */
    public byte loadByte(long physicalAddress) {
        check(physicalAddress, 1);
        try {
            byte value = directMap.get(BYTE, physicalAddress);
            settle(physicalAddress, 1);
            return value;
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, 1, failure);
        }
    }

    /**
     * Writes a byte.
     *
     * @param physicalAddress its address
     * @param value the value
     * @throws ErrnoException as {@link #loadLong}
     */
    public void storeByte(long physicalAddress, byte value) {
        check(physicalAddress, 1);
        try {
            directMap.set(BYTE, physicalAddress, value);
            settle(physicalAddress, 1);
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, 1, failure);
        }
    }

    /**
     * Copies out of RAM.
     *
     * @param physicalAddress first byte
     * @param target where to
     * @param targetOffset in bytes
     * @param bytes how many, not negative
     * @throws ErrnoException as {@link #loadLong}; some bytes may have been copied
     */
    public void copyOut(long physicalAddress, MemorySegment target, long targetOffset, long bytes) {
        check(physicalAddress, bytes);
        try {
            MemorySegment.copy(directMap, physicalAddress, target, targetOffset, bytes);
            settle(physicalAddress, bytes);
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, bytes, failure);
        }
    }

    /**
     * Copies into RAM.
     *
     * @param source where from
     * @param sourceOffset in bytes
     * @param physicalAddress first byte
     * @param bytes how many, not negative
     * @throws ErrnoException as {@link #loadLong}; some bytes may have been copied
     */
    public void copyIn(MemorySegment source, long sourceOffset, long physicalAddress, long bytes) {
        check(physicalAddress, bytes);
        try {
            MemorySegment.copy(source, sourceOffset, directMap, physicalAddress, bytes);
            settle(physicalAddress, bytes);
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, bytes, failure);
        }
    }

    /**
     * Copies within RAM. Ranges that overlap are copied as if the source had been set aside first.
     *
     * @param physicalAddress first byte of the source
     * @param targetPhysicalAddress first byte of the target
     * @param bytes how many, not negative
     * @throws ErrnoException as {@link #loadLong}; some bytes may have been copied
     */
    public void copy(long physicalAddress, long targetPhysicalAddress, long bytes) {
        check(physicalAddress, bytes);
        check(targetPhysicalAddress, bytes);
        try {
            MemorySegment.copy(directMap, physicalAddress, directMap, targetPhysicalAddress, bytes);
            settle(physicalAddress, bytes);
            settle(targetPhysicalAddress, bytes);
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            boolean source = poisoned.firstIn(targetPhysicalAddress, bytes) < 0;
            throw failure(source ? physicalAddress : targetPhysicalAddress, bytes, failure);
        }
    }

    /**
     * Fills with one value.
     *
     * @param physicalAddress first byte
     * @param bytes how many, not negative
     * @param value the value
     * @throws ErrnoException as {@link #loadLong}; some bytes may have been written
     */
    public void fill(long physicalAddress, long bytes, byte value) {
        check(physicalAddress, bytes);
        try {
            directMap.asSlice(physicalAddress, bytes).fill(value);
            settle(physicalAddress, bytes);
        } catch (InternalError | IndexOutOfBoundsException | IllegalStateException failure) {
            throw failure(physicalAddress, bytes, failure);
        }
    }

    /**
     * What of this memory has been in an owner's hands.
     *
     * @return one record for the memory's life, kept by who hands it out
     */
    public WrittenMemory written() {
        return written;
    }

    /**
     * What of this memory was reported as bad.
     *
     * @return one record for the memory's life
     */
    public ReportedFrames reported() {
        return reported;
    }

    private void check(long physicalAddress, long bytes) {
        long pfn = poisoned.firstIn(physicalAddress, bytes);
        if (pfn >= 0) {
            throw bad(pfn << 12);
        }
    }

    /**
     * After an access that a frame may have gone bad under: compiled code throws the error of an access at its next
     * safepoint only. A native call has one, so that the error comes here, where it is caught. Nobody locks this object.
     */
    private void settle(long physicalAddress, long bytes) {
        long pfn = poisoned.firstIn(physicalAddress, bytes);
        if (pfn >= 0 && !Thread.holdsLock(this)) {
            throw bad(pfn << 12);
        }
    }

    private ErrnoException failure(long physicalAddress, long bytes, Throwable failure) {
        if (failure instanceof InternalError) {
            long pfn = poisoned.firstIn(physicalAddress, bytes);
            return bad(pfn >= 0 ? pfn << 12 : physicalAddress);
        }
        if (failure instanceof IllegalStateException) {
            return new ErrnoException(Errno.ENODEV, "the machine whose memory this was has gone", failure);
        }
        return new ErrnoException(Errno.EFAULT, "%d bytes at 0x%x are not all within RAM and the other buffer"
                .formatted(bytes, physicalAddress), failure);
    }

    private static ErrnoException bad(long physicalAddress) {
        return new ErrnoException(Errno.EHWPOISON,
                "the memory at physical address 0x%x has a hardware error".formatted(physicalAddress));
    }
}
