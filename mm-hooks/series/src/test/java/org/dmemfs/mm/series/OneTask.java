package org.dmemfs.mm.series;

import java.util.Set;
import java.util.concurrent.Callable;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.junit.jupiter.api.AfterEach;

/** One task on a machine of the repaired series, for tests of its calls. */
abstract class OneTask {
    static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    static final long PAGE = 4096;

    final TestMachine machine = TestMachine.repaired();
    final Task task = machine.newTask();
    final AddressSpace space = task.addressSpace();
    final MemoryCalls calls = machine.spaces.of(task);

    @AfterEach
    void powerOff() {
        machine.close();
    }

    long dmem(PageSize size) {
        return space.mmap(0, TestMachine.GIB, READ_WRITE, Set.of(MapFlag.SHARED), machine.file(size, TestMachine.GIB),
                0);
    }

    long touched(PageSize size) {
        long address = dmem(size);
        space.storeByte(address, (byte) 1);
        return address;
    }

    long anonymous(long bytes, MapFlag kind) {
        return space.mmap(0, bytes, READ_WRITE, Set.of(kind, MapFlag.ANONYMOUS), null, 0);
    }

    /** The errno's name, "oops" for the death of the task, or the value. */
    static String answer(Callable<?> call) {
        try {
            return String.valueOf(call.call());
        } catch (ErrnoException failure) {
            return failure.errno().name();
        } catch (SignalException signal) {
            return signal.signal().kind() == BusSignal.Kind.KILLED ? "oops" : signal.signal().kind().name();
        } catch (Exception other) {
            return other.toString();
        }
    }

    void use(SeriesVersion series, int without) {
        if (without == 0) {
            machine.with(series);
        } else {
            machine.with(series, without);
        }
    }
}
