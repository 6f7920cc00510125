package org.dmemfs.conformance.tests.judge;

import java.util.EnumSet;
import java.util.Set;
import org.dmemfs.linux.HostProtection;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;

/**
 * What a mapping allows, in the words of both sides. There is no mapping that may be stored to and not loaded from: the
 * host's process_vm_readv refuses one that the processor would not.
 */
enum Access {
    NONE, READ, READ_WRITE;

    Set<Protection> protection() {
        return switch (this) {
            case NONE -> Set.of();
            case READ -> Set.of(Protection.READ);
            case READ_WRITE -> EnumSet.of(Protection.READ, Protection.WRITE);
        };
    }

    Set<HostProtection> hostProtection() {
        return switch (this) {
            case NONE -> Set.of();
            case READ -> Set.of(HostProtection.READ);
            case READ_WRITE -> EnumSet.allOf(HostProtection.class);
        };
    }

    static Access of(Set<HostProtection> protection) {
        return protection.contains(HostProtection.WRITE) ? READ_WRITE : protection.isEmpty() ? NONE : READ;
    }

    static Access of(Vma vma) {
        return vma.has(VmFlag.WRITE) ? READ_WRITE : vma.has(VmFlag.READ) ? READ : NONE;
    }
}
