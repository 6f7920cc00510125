package org.dmemfs.fs.fs;

import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmemfs.fs.FileAttributes;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.FileMapping;
import org.dmemfs.mm.VmFlag;

/** An open file ({@code struct file}). */
final class OpenDescriptor implements OpenFile {
    private final RegularFile file;
    private final OpenMode mode;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenDescriptor(RegularFile file, OpenMode mode) {
        this.file = file;
        this.mode = mode;
    }

    @Override
    public String name() {
        return file.superBlock().nameOf(file);
    }

    @Override
    public boolean readable() {
        return mode != OpenMode.WRITE_ONLY;
    }

    @Override
    public boolean writable() {
        return mode != OpenMode.READ_ONLY;
    }

    @Override
    public FileMapping mapping() {
        return file.mapping();
    }

    @Override
    public PageSize mappingAlignment() {
        return MappingRules.alignment(file.superBlock().settings(), file.pageSize());
    }

    @Override
    public Mapped mmap(Set<VmFlag> flags, long pageOffset, long bytes) {
        check();
        return new Mapped(file.vmOperations(),
                MappingRules.flags(file.superBlock().settings(), file.pageSize(), flags, pageOffset));
    }

    @Override
    public long size() {
        check();
        return file.size();
    }

    @Override
    public void truncate(long bytes) {
        check();
        if (!writable()) {
            throw new ErrnoException(Errno.EINVAL, name() + " was opened read-only: it cannot be truncated");
        }
        Truncation.truncate(file, bytes);
    }

    @Override
    public void fallocate(long offset, long bytes, MemoryPolicy policy, int localNode) {
        checkWritable();
        Preallocation.allocate(file, offset, bytes, policy, localNode);
    }

    @Override
    public void punchHole(long offset, long bytes) {
        checkWritable();
        HolePunch.punch(file, offset, bytes);
    }

    @Override
    public OptionalLong frameAt(long offset) {
        check();
        if (offset < 0 || offset >= file.size()) {
            return OptionalLong.empty();
        }
        long entry = file.tree().get(offset >>> file.pageSize().shift());
        long within = (offset & file.pageSize().bytes() - 1) >>> PageSize.SIZE_4K.shift();
        return entry == DpageTree.NONE
                ? OptionalLong.empty()
                : OptionalLong.of(DpageTree.dpageOf(entry) * file.pageSize().naturePages() + within);
    }

    @Override
    public FileAttributes stat() {
        check();
        return file.superBlock().attributes(file);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && file.superBlock().namespace().closed(file)) {
            Eviction.evict(file);
        }
    }

    @Override
    public String toString() {
        return name() + " (" + mode + ")";
    }

    private void checkWritable() {
        check();
        if (!writable()) {
            throw new ErrnoException(Errno.EBADF, name() + " was opened read-only: its pages cannot be changed");
        }
    }

    private void check() {
        if (closed.get()) {
            throw new ErrnoException(Errno.EBADF, name() + " has been closed");
        }
        file.superBlock().namespace().checkMounted();
    }
}
