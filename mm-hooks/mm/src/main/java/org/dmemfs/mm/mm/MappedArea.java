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
    private final Mappers mappers;
    private final @Nullable MappableFile file;
    private final @Nullable VmOperations operations;
    private final @Nullable MemoryPolicy policy;

    MappedArea(MemoryDescriptor space, long start, long end, long pageOffset, long flagBits,
            Mappers mappers, @Nullable MappableFile file, @Nullable VmOperations operations,
            @Nullable MemoryPolicy policy) {
        this.space = space;
        this.start = start;
        this.end = end;
        this.pageOffset = pageOffset;
        this.flagBits = flagBits;
        this.mappers = mappers;
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

    /** Who else may map its pages: the mappings of its inode, or its family. */
    Mappers mappers() {
        return mappers;
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

    boolean hasPage(long page) {
        return page >= pageOffset && page < pageOffsetOf(end);
    }

    /** Where one of its pages is. */
    long addressOf(long page) {
        return start + (page - pageOffset << Entries.PTE_SHIFT);
    }

    MappedArea slice(long newStart, long newEnd) {
        return new MappedArea(space, newStart, newEnd, pageOffsetOf(newStart), flagBits, mappers, file, operations,
                policy);
    }

    MappedArea grown(long newEnd) {
        return new MappedArea(space, start, newEnd, pageOffset, flagBits, mappers, file, operations, policy);
    }

    MappedArea movedTo(long newStart, long bytes) {
        return new MappedArea(space, newStart, newStart + bytes, pageOffset, flagBits, mappers, file, operations,
                policy);
    }

    /** The same area in a child's address space. */
    MappedArea inside(MemoryDescriptor child) {
        return new MappedArea(child, start, end, pageOffset, flagBits, mappers, file, operations, policy);
    }

    MappedArea withFlagBits(long newBits) {
        return new MappedArea(space, start, end, pageOffset, newBits, mappers, file, operations, policy);
    }

    MappedArea withPolicy(MemoryPolicy newPolicy) {
        return new MappedArea(space, start, end, pageOffset, flagBits, mappers, file, operations,
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
