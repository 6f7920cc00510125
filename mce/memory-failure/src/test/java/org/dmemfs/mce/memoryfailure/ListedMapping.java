package org.dmemfs.mce.memoryfailure;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;

/** The mappings of a file, all of them of 1,024 pages from page offset 512 of the file. */
record ListedMapping(List<Vma> vmas) implements FileMapping {
    static final long PAGE_OFFSET = 512;

    static ListedMapping of(Vma... vmas) {
        return new ListedMapping(List.of(vmas));
    }

    static Vma at(Task task, long start) {
        return new Area(task, start);
    }

    @Override
    public void unmapRange(long firstPage, long pages) {
        throw new UnsupportedOperationException("signals unmap nothing");
    }

    @Override
    public void withdraw(String reason) {
        throw new UnsupportedOperationException("signals end nobody");
    }

    @Override
    public List<Vma> covering(long pageOffset) {
        return pageOffset >= PAGE_OFFSET && pageOffset < PAGE_OFFSET + 1024 ? vmas : List.of();
    }

    @Override
    public boolean isMapped() {
        return !vmas.isEmpty();
    }

    private record Area(Task task, long start) implements Vma {
        @Override
        public long end() {
            return start + (1024 << 12);
        }

        @Override
        public long pageOffset() {
            return PAGE_OFFSET;
        }

        @Override
        public Set<VmFlag> flags() {
            return Set.of(VmFlag.READ);
        }

        @Override
        public boolean has(VmFlag flag) {
            return flag == VmFlag.READ;
        }

        @Override
        public Optional<MappableFile> file() {
            return Optional.empty();
        }

        @Override
        public MemoryPolicy policy() {
            return MemoryPolicy.systemDefault();
        }
    }
}
