package org.dmemfs.fs.fs;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.mm.Vma;

/** What a file does for its mappings ({@code dmemfs_vm_ops}). */
final class FileVmOperations implements VmOperations {
    private final RegularFile file;

    FileVmOperations(RegularFile file) {
        this.file = file;
    }

    @Override
    public void open(Vma vma) {
        file.superBlock().namespace().mapped(file);
    }

    @Override
    public void close(Vma vma) {
        if (file.superBlock().namespace().unmapped(file)) {
            Eviction.evict(file);
        }
    }

    @Override
    public FaultResult fault(Fault fault) {
        return Faults.fault(file, fault, PageSize.SIZE_4K);
    }

    @Override
    public FaultResult hugeFault(Fault fault, PageSize size) {
        return Faults.fault(file, fault, size);
    }

    @Override
    public void split(Vma vma, long virtualAddress) {
        MappingRules.checkSplit(file.superBlock().settings(), file.pageSize(), virtualAddress);
    }

    @Override
    public int access(Vma vma, long virtualAddress, MemorySegment buffer, long offset, int bytes, boolean write) {
        return RemoteAccess.access(file, vma, virtualAddress, buffer, offset, bytes, write);
    }

    @Override
    public PageSize pageSize(Vma vma) {
        return file.pageSize();
    }
}
