package org.dmemfs.fs.fs;

import java.util.Optional;
import java.util.Set;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;

/** A mapping, with the operations that its file gave it. */
record PlainVma(long start, long end, long pageOffset, Set<VmFlag> flags, MappableFile mapped, VmOperations operations,
        MemoryPolicy policy, Task task) implements Vma {
    @Override
    public boolean has(VmFlag flag) {
        return flags.contains(flag);
    }

    @Override
    public Optional<MappableFile> file() {
        return Optional.of(mapped);
    }

    PlainMapping mapping() {
        return (PlainMapping) mapped.mapping();
    }

    /** munmap of the whole. */
    void unmap() {
        mapping().vmas.remove(this);
        if (mapping().vmas.isEmpty()) {
            mapping().entries.clear();
        }
        operations.close(this);
    }
}
