package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.linux.SharedMemory;

/**
 * A machine of 16 MiB whose first 1 GiB of addresses is mapped one to one for the user level. Slot 0, the first 2 MiB,
 * has page tables and code; slot 1 is the data. Code pages at 64 KiB, one per processor.
 */
final class UserGuest implements AutoCloseable {
    static final long DATA = PageSize.SIZE_2M.bytes();
    static final long BYTES = 16L << 20;
    static final int CODE_SLOT = 0;
    static final int DATA_SLOT = 1;
    static final int PORT = 0x3f8;

    private static final long TOP_TABLE = 0x1000;
    private static final long UPPER_TABLE = 0x2000;
    private static final long MIDDLE_TABLE = 0x3000;
    private static final long CODE = 0x10000;
    /** Present, writable, user, accessed, dirty. */
    private static final long ENTRY = 0x67;
    private static final long LARGE = 0x80;

    final SharedMemory file;
    final AddressWindow window;
    final KvmVirtualMachine machine;

    UserGuest(HostMemory memory, HostKvm kvm, Set<KvmSlotFlag> dataFlags) {
        this(memory, kvm, dataFlags, memory.createPopulated("guest", BYTES));
    }

    /** On memory of {@link #BYTES} that it closes in the end. */
    UserGuest(HostMemory memory, HostKvm kvm, Set<KvmSlotFlag> dataFlags, SharedMemory file) {
        this.file = file;
        window = memory.reserve(BYTES, PageSize.SIZE_2M);
        window.map(0, file, 0, BYTES);
        bytes().set(JAVA_LONG, TOP_TABLE, UPPER_TABLE | ENTRY);
        bytes().set(JAVA_LONG, UPPER_TABLE, MIDDLE_TABLE | ENTRY);
        for (long index = 0; index < 512; index++) {
            bytes().set(JAVA_LONG, MIDDLE_TABLE + 8 * index, index << 21 | ENTRY | LARGE);
        }
        machine = kvm.createVirtualMachine();
        machine.setMemorySlot(CODE_SLOT, 0, window, 0, DATA, Set.of());
        machine.setMemorySlot(DATA_SLOT, DATA, window, DATA, BYTES - DATA, dataFlags);
    }

    MemorySegment bytes() {
        return window.segment();
    }

    /** A processor about to run a code at the user level; rdx is the port and al is the letter K of an OUT. */
    KvmVcpu processor(int id, Code code, long rdi, long rcx) {
        KvmVcpu processor = machine.createVcpu(id);
        load(processor, code, rdi, rcx);
        return processor;
    }

    void load(KvmVcpu processor, Code code, long rdi, long rcx) {
        long address = CODE + processor.id() * 4096L;
        MemorySegment.copy(code.bytes(), 0, bytes(), JAVA_BYTE, address, code.bytes().length);
        processor.setRegisters(KvmRegisters.zero().with(KvmRegister.RIP, address).with(KvmRegister.RDI, rdi)
                .with(KvmRegister.RCX, rcx).with(KvmRegister.RDX, PORT).with(KvmRegister.RAX, 'K'));
        processor.enterLongModeUser(TOP_TABLE);
    }

    @Override
    public void close() {
        machine.close();
        window.close();
        file.close();
    }

    /** What a guest runs. Each ends, if it ends, with OUT of al to port dx, again and again. */
    enum Code {
        /** rep stosq: fills rcx words from rdi with rax. */
        FILL("f348ab"),
        /** mov [rdi], rax; add rdi, 12288; dec rcx; jnz: stores to every third page. */
        EVERY_THIRD_PAGE("4889074881c70030000048ffc975f1"),
        /** mov [rdi], rax. */
        STORE("488907"),
        /** mov rax, [rdi]. */
        LOAD("488b07"),
        /** in al, dx. */
        IN("ec"),
        /** inc qword [rdi]; jmp back: never ends. */
        COUNT("48ff07ebfb"),
        /** hlt, which the user level may not. */
        HALT("f4");

        /** out dx, al; jmp back. */
        private static final String END = "eeebfd";

        private final String instructions;

        Code(String instructions) {
            this.instructions = instructions;
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(instructions + END);
        }
    }
}
