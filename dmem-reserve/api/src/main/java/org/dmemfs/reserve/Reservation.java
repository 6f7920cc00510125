package org.dmemfs.reserve;

import java.util.List;

/**
 * What became of a machine's memory at boot. The reservation that a machine booted with is a service of its framework.
 *
 * @param machine what was asked for: host, NxSIZE or a file
 * @param source where the memory map was read, for people
 * @param commandLine the kernel command line
 * @param memoryMap the map after the reservation, its dmem frames marked
 * @param topology the nodes
 * @param regions what was taken, in the order of registration: per node from the top down
 * @param shortfalls what could not be had
 * @param setAsides what the other parameters do that set memory aside, in the order of the command line
 * @param notices the lines that the kernel prints meanwhile, and what of the input could not be used
 */
public record Reservation(String machine, String source, String commandLine, MemoryMap memoryMap,
        NumaTopology topology, List<DmemRegion> regions, List<Shortfall> shortfalls, List<SetAside> setAsides,
        List<String> notices) {
    /** Copies the lists. */
    public Reservation {
        regions = List.copyOf(regions);
        shortfalls = List.copyOf(shortfalls);
        setAsides = List.copyOf(setAsides);
        notices = List.copyOf(notices);
    }

    /**
     * A machine whose command line sets nothing else aside.
     *
     * @param machine what was asked for
     * @param source where the memory map was read
     * @param commandLine the kernel command line
     * @param memoryMap the map after the reservation
     * @param topology the nodes
     * @param regions what was taken
     * @param shortfalls what could not be had
     * @param notices the lines that the kernel prints meanwhile
     */
    public Reservation(String machine, String source, String commandLine, MemoryMap memoryMap, NumaTopology topology,
            List<DmemRegion> regions, List<Shortfall> shortfalls, List<String> notices) {
        this(machine, source, commandLine, memoryMap, topology, regions, shortfalls, List.of(), notices);
    }

    /**
     * All that was taken.
     *
     * @return bytes
     */
    public long bytes() {
        return regions.stream().mapToLong(DmemRegion::bytes).sum();
    }

    /**
     * All that was taken ({@code registered_pages}).
     *
     * @return frames of 4K; as many {@code struct page} are never made
     */
    public long registeredPages() {
        return bytes() >> 12;
    }

    /**
     * What the {@code struct page}s that are never made would have cost: 64 bytes for each 4K frame.
     *
     * @return bytes
     */
    public long structPageBytesSaved() {
        return registeredPages() * 64;
    }
}
