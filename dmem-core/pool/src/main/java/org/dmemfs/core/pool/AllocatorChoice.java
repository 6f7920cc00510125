package org.dmemfs.core.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.jspecify.annotations.Nullable;

/** The allocators that are present, and which one serves: the one that is named, else the highest ranking, then the newest. */
final class AllocatorChoice {
    private final List<Ranked<RegionAllocatorFactory>> present = new ArrayList<>();
    private String named = "";

    synchronized void name(String allocator) {
        named = allocator;
    }

    synchronized void add(Ranked<RegionAllocatorFactory> factory) {
        present.add(factory);
    }

    synchronized void remove(RegionAllocatorFactory factory) {
        present.removeIf(ranked -> ranked.service().equals(factory));
    }

    synchronized @Nullable RegionAllocatorFactory best() {
        Comparator<Ranked<RegionAllocatorFactory>> byRank = Comparator
                .<Ranked<RegionAllocatorFactory>>comparingInt(Ranked::ranking).thenComparingLong(Ranked::id);
        Optional<Ranked<RegionAllocatorFactory>> choice = present.stream().filter(this::isNamed).max(byRank);
        return choice.or(() -> present.stream().max(byRank)).map(Ranked::service).orElse(null);
    }

    private boolean isNamed(Ranked<RegionAllocatorFactory> factory) {
        return factory.service().name().equals(named);
    }

    /** Names one that must be present. */
    synchronized void require(String allocator) {
        if (present.stream().noneMatch(factory -> factory.service().name().equals(allocator))) {
            throw new ErrnoException(Errno.EINVAL, "no allocator \"" + allocator + "\" is present: accepted is one of "
                    + present.stream().map(factory -> factory.service().name()).distinct().sorted()
                            .collect(Collectors.joining(", ", "[", "]")));
        }
        named = allocator;
    }
}
