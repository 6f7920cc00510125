package org.dmemfs.mm.mm;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;
import org.jspecify.annotations.Nullable;

/**
 * A VMA. Immutable: a split or a change of flags replaces it, so that whoever found one reads bounds that belong together
 * without a lock.
 */
final class MappedArea implements Vma {
    private final MemoryDescriptor space;
    private final long start;
    private final long end;
    private final long pageOffset;
    private final long flagBits;
    private final @Nullable MappableFile file;
    private final @Nullable VmOperations operations;
    private final @Nullable MemoryPolicy policy;

    MappedArea(MemoryDescriptor space, long start, long end, long pageOffset, long flagBits,
            @Nullable MappableFile file, @Nullable VmOperations operations, @Nullable MemoryPolicy policy) {
        this.space = space;
        this.start = start;
        this.end = end;
        this.pageOffset = pageOffset;
        this.flagBits = flagBits;
        this.file = file;
        this.operations = operations;
        this.policy = policy;
    }

    static long bits(Set<VmFlag> flags) {
        long bits = 0;
        for (VmFlag flag : flags) {
            bits |= 1L << flag.bit();
        }
        return bits;
    }

    MemoryDescriptor space() {
        return space;
    }

    long flagBits() {
        return flagBits;
    }

    @Nullable
    VmOperations operations() {
        return operations;
    }

    @Nullable
    MappableFile mappedFile() {
        return file;
    }

    /** The mappings of its inode, where it maps a file. */
    @Nullable
    InodeMapping mapping() {
        return file == null ? null : (InodeMapping) file.mapping();
    }

    boolean isAnonymous() {
        return operations == null;
    }

    /** {@code VM_PFNMAP} or {@code VM_IO}: nothing here has a {@code struct page} that gup may take. */
    boolean isBare() {
        return has(VmFlag.PFNMAP) || has(VmFlag.IO);
    }

    /** Its entries were put in place as a whole ({@code remap_pfn_range}) and no fault brings them again. */
    boolean isRemapped() {
        return has(VmFlag.PFNMAP) && has(VmFlag.IO) && !has(VmFlag.HUGEPAGE) && !has(VmFlag.DMEM);
    }

    boolean contains(long firstAddress, long endAddress) {
        return start <= firstAddress && endAddress <= end;
    }

    long pageOffsetOf(long virtualAddress) {
        return pageOffset + (virtualAddress - start >>> Entries.PTE_SHIFT);
    }

    MappedArea slice(long newStart, long newEnd) {
        return new MappedArea(space, newStart, newEnd, pageOffsetOf(newStart), flagBits, file, operations, policy);
    }

    MappedArea grown(long newEnd) {
        return new MappedArea(space, start, newEnd, pageOffset, flagBits, file, operations, policy);
    }

    MappedArea movedTo(long newStart, long bytes) {
        return new MappedArea(space, newStart, newStart + bytes, pageOffset, flagBits, file, operations, policy);
    }

    /** The same area in a child's address space. */
    MappedArea inside(MemoryDescriptor child) {
        return new MappedArea(child, start, end, pageOffset, flagBits, file, operations, policy);
    }

    MappedArea withFlagBits(long newBits) {
        return new MappedArea(space, start, end, pageOffset, newBits, file, operations, policy);
    }

    MappedArea withPolicy(MemoryPolicy newPolicy) {
        return new MappedArea(space, start, end, pageOffset, flagBits, file, operations,
                newPolicy.mode() == MemoryPolicy.Mode.DEFAULT ? null : newPolicy);
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public long pageOffset() {
        return pageOffset;
    }

    @Override
    public Set<VmFlag> flags() {
        Set<VmFlag> flags = EnumSet.noneOf(VmFlag.class);
        for (VmFlag flag : VmFlag.values()) {
            if (has(flag)) {
                flags.add(flag);
            }
        }
        return Collections.unmodifiableSet(flags);
    }

    @Override
    public boolean has(VmFlag flag) {
        return (flagBits >>> flag.bit() & 1) != 0;
    }

    @Override
    public Optional<MappableFile> file() {
        return Optional.ofNullable(file);
    }

    @Override
    public MemoryPolicy policy() {
        MemoryPolicy own = policy;
        return own == null ? space.task().policy() : own;
    }

    @Override
    public Task task() {
        return space.task();
    }

    @Override
    public String toString() {
        return "%x-%x %s".formatted(start, end, file == null ? "anonymous" : file.name());
    }
}
