package org.dmemfs.linux.native_;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;

/**
 * Whether this host can make a page bad, found by doing it. The page is touched by process_vm_readv alone, which answers
 * EFAULT: should the host not do as it says, no signal meets this process.
 */
final class UserfaultSelfTest {
    private static final long PAGE = PageSize.SIZE_4K.bytes();

    private UserfaultSelfTest() {
    }

    /**
     * The facility, tested: of two pages one goes bad, in a window that is there and in one that comes later.
     *
     * @throws ErrnoException where the host lacks it, with why
     */
    static Userfault pass() {
        HostMemory memory = MemorySelfTest.pass();
        LibC libc = new LibC();
        Userfault userfault = Userfault.open(libc);
        try (SharedMemory file = memory.createSparse("dmem-self-test", 2 * PAGE);
                AddressWindow before = memory.reserve(2 * PAGE, PageSize.SIZE_4K);
                AddressWindow after = memory.reserve(2 * PAGE, PageSize.SIZE_4K)) {
            before.map(0, file, 0, 2 * PAGE);
            ProcessMemory bytes = new ProcessMemory(libc);
            bytes.store(before.segment().address(), 1);
            bytes.store(before.segment().address() + PAGE, 2);
            userfault.poison(file, 0);
            after.map(0, file, 0, 2 * PAGE);
            for (long base : List.of(before.segment().address(), after.segment().address())) {
                MemorySelfTest.require(faults(bytes, base), "a bad page can be read");
                MemorySelfTest.require(bytes.load(base + PAGE) == 2, "the page behind a bad one lost its bytes");
            }
            return userfault;
        } catch (ErrnoException absent) {
            userfault.close();
            throw absent;
        }
    }

    private static boolean faults(ProcessMemory bytes, long address) {
        try {
            bytes.load(address);
            return false;
        } catch (ErrnoException fault) {
            return fault.errno() == Errno.EFAULT;
        }
    }
}
