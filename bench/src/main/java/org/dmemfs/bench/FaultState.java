package org.dmemfs.bench;

import java.lang.foreign.ValueLayout;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.mm.AddressSpace;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Pages that are there, mapped, touched and unmapped: those of a file by a task, and those of a memory of the host by its
 * kernel. On one side a fault is a call, on the other it is an exception of the processor.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class FaultState {
    /** Of the host's pages, and of the file's of 4K or 2M. */
    static final int HOST_PAGES = 64;

    private final PageSize pageSize;
    private final int pages;
    private FileMachine file;
    private AddressSpace space;
    private SharedMemory memory;
    private AddressWindow window;

    FaultState(PageSize pageSize, int pages) {
        this.pageSize = pageSize;
        this.pages = pages;
    }

    /** Boots, and takes the host's pages. */
    @Setup
    public void boot() {
        file = FileMachine.of("1x10G", "6G:1G", pageSize, pages * pageSize.bytes()).present();
        space = file.space();
        HostMemory host = file.service(HostMemory.class);
        PageSize backing = pageSize == PageSize.SIZE_4K ? pageSize : PageSize.SIZE_2M;
        memory = backing == PageSize.SIZE_4K
                ? host.createSparse("bench", HOST_PAGES * backing.bytes())
                : host.createHugetlb("bench", HOST_PAGES * backing.bytes(), backing);
        window = host.reserve(memory.bytes(), backing);
        ofTheHost();
        ofTheFile();
        if (file.space().counts().spuriousFaults() != 0) {
            throw new IllegalStateException("a page was touched that was mapped already");
        }
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        window.close();
        memory.close();
        file.close();
    }

    long ofTheFile() {
        long bytes = pages * pageSize.bytes();
        long address = file.map(space, 0, bytes);
        long sum = 0;
        for (long at = 0; at < bytes; at += pageSize.bytes()) {
            sum += space.loadByte(address + at);
        }
        space.munmap(address, bytes);
        return sum;
    }

    long ofTheHost() {
        window.map(0, memory, 0, memory.bytes());
        long sum = 0;
        for (long at = 0; at < memory.bytes(); at += memory.backing().bytes()) {
            sum += window.segment().get(ValueLayout.JAVA_BYTE, at);
        }
        window.revoke(0, memory.bytes());
        return sum;
    }
}
