package org.dmemfs.conformance.scenarios.compare;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaPermission;

/** What guests and devices do with the memory. */
final class GuestOperations {
    private static final long IOVA = 1L << 32;

    private GuestOperations() {
    }

    static List<Operation> all() {
        return List.of(
                new Operation("KVM map",
                        "the size of the second-level entries that a guest's memory gets: 4K costs a guest"
                                + " TLB misses and the host tables",
                        GuestOperations::kvm),
                new Operation("unmap with a guest running",
                        "whether a guest can go on using memory that its VMM has given"
                                + " up",
                        GuestOperations::unmapUnderGuest),
                new Operation("VFIO map with RLIMIT_MEMLOCK at 64K",
                        "whether a VMM needs its limit raised before a device can"
                                + " reach the guest's memory: only pages with struct page count",
                        GuestOperations::limited),
                new Operation("VFIO map", "passing a device through: the entries of the IOMMU's table",
                        GuestOperations::vfio),
                new Operation("truncate under DMA", "memory that a device still reaches must not get another owner",
                        GuestOperations::truncateUnderDma));
    }

    private static String kvm(GuestOnScheme guest) {
        return Answers.of(() -> {
            try (VirtualMachine machine = machine(guest)) {
                VirtualProcessor processor = processor(guest, machine,
                        new FillPattern(GuestOnScheme.NATURE, (guest.bytes() >> PageSize.SIZE_4K.shift()) - 1, 3)
                                .machineCode());
                Exit exit = processor.run();
                if (!(exit instanceof Exit.PortWrite)) {
                    return said(exit);
                }
                return sizes(machine.mappedEntries());
            }
        });
    }

    private static VirtualMachine machine(GuestOnScheme guest) {
        VirtualMachine machine = guest.machine().hypervisor().create("compared", guest.memory());
        machine.addSlot(new MemorySlot(0, 0, guest.bytes(), guest.start(), false));
        return machine;
    }

    /** The program is in the guest's first 4K. */
    private static VirtualProcessor processor(GuestOnScheme guest, VirtualMachine machine, byte[] code) {
        guest.memory().copyIn(MemorySegment.ofArray(code), 0, guest.start(), code.length);
        VirtualProcessor processor = machine.createProcessor();
        processor.setRegisters(Registers.startingAt(0));
        return processor;
    }

    private static String sizes(MappedEntries entries) {
        return sizes(entries.of4K(), entries.of2M(), entries.of1G());
    }

    private static String sizes(long of4K, long of2M, long of1G) {
        StringJoiner sizes = new StringJoiner(" and ");
        add(sizes, of1G, PageSize.SIZE_1G);
        add(sizes, of2M, PageSize.SIZE_2M);
        add(sizes, of4K, PageSize.SIZE_4K);
        return "entries of " + sizes;
    }

    private static void add(StringJoiner sizes, long entries, PageSize size) {
        if (entries > 0) {
            sizes.add(size.label());
        }
    }

    static String said(Exit exit) {
        return switch (exit) {
            case Exit.Poison poison -> "exit poison, lsb " + poison.leastSignificantBit();
            case Exit.Fault fault -> "exit fault, " + firstWord(fault.sentence());
            case Exit.Mmio _ -> "exit mmio";
            case Exit.PortWrite _ -> "goes on";
            case Exit.Halt _ -> "exit halt";
            case Exit.Shutdown _ -> "exit shutdown";
        };
    }

    /** The errno, or what ended the task. */
    private static String firstWord(String sentence) {
        int end = 0;
        while (end < sentence.length()
                && (Character.isUpperCase(sentence.charAt(end)) || sentence.charAt(end) == '_')) {
            end++;
        }
        return sentence.substring(0, end);
    }

    private static String unmapUnderGuest(GuestOnScheme guest) {
        return Answers.of(() -> {
            // Touched before the guest runs: two first touches at once end the guest too early on some schemes, which
            // is an operation of its own.
            long last = guest.start() + guest.bytes() - Long.BYTES;
            guest.memory().loadLong(last);
            try (VirtualMachine machine = machine(guest)) {
                MachineCode code = new MachineCode().move(GeneralRegister.RDI, guest.bytes() - Long.BYTES)
                        .move(GeneralRegister.RAX, 1);
                int again = code.position();
                code.store(GeneralRegister.RDI, GeneralRegister.RAX).jump(again);
                VirtualProcessor processor = processor(guest, machine, code.toBytes());
                CountDownLatch running = new CountDownLatch(1);
                FutureTask<Exit> run = new FutureTask<>(() -> {
                    running.countDown();
                    return processor.run();
                });
                Thread thread = Thread.ofPlatform().name("vcpu").daemon().start(run);
                running.await();
                // A guest that ended before it stored would never be seen to store.
                while (thread.isAlive() && guest.memory().loadLong(last) != 1) {
                    Thread.onSpinWait();
                }
                guest.memory().munmap(guest.start(), guest.bytes());
                thread.join();
                return said(run.get());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new ErrnoException(Errno.EINTR, "interrupted while the guest ran", interrupted);
            } catch (ExecutionException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static String limited(GuestOnScheme guest) {
        return Answers.of(() -> {
            try (Container container = guest.machine().vfio().open("compared", guest.task())) {
                map(guest, container);
                return 0;
            }
        });
    }

    private static String vfio(GuestOnScheme guest) {
        guest.machine().lockedMemory().lift();
        return Answers.of(() -> {
            try (Container container = guest.machine().vfio().open("compared", guest.task())) {
                map(guest, container);
                DmaMap map = container.maps().getFirst();
                return sizes(map.entries4K(), map.entries2M(), map.entries1G());
            }
        });
    }

    private static void map(GuestOnScheme guest, Container container) {
        container.mapDma(IOVA, guest.start(), guest.bytes(), EnumSet.allOf(DmaPermission.class));
    }

    private static String truncateUnderDma(GuestOnScheme guest) {
        guest.machine().lockedMemory().lift();
        guest.touch();
        return Answers.of(() -> {
            try (Container container = guest.machine().vfio().open("compared", guest.task())) {
                map(guest, container);
                long before = free(guest);
                long bytes = guest.bytes();
                guest.grant().truncate(0);
                long freed = free(guest) - before;
                String device = Answers.of(() -> {
                    MemorySegment word = MemorySegment.ofArray(new long[1]);
                    container.engine().read(IOVA, word);
                    return word.get(ValueLayout.JAVA_LONG, 0) == GuestOnScheme.word(0)
                            ? "the device reads its bytes"
                            : "the device reads other bytes";
                });
                container.unmapDma(IOVA, bytes);
                long late = free(guest) - before - freed;
                return "0; %s; %s".formatted(device, freed > 0
                        ? "the memory is free while the device holds it"
                        : late > 0 ? "the memory is free when the device lets go" : "the memory stays the guest's");
            }
        });
    }

    private static long free(GuestOnScheme guest) {
        return guest.carveout().freeBytes().values().stream().mapToLong(Long::longValue).sum();
    }
}
