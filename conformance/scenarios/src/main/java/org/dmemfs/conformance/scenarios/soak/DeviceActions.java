package org.dmemfs.conformance.scenarios.soak;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.PoisonedEntry;

/** What devices do. What they have mapped stays theirs, whatever becomes of the file. */
final class DeviceActions {
    private static final int MOST_MAPS = 8;
    private static final long IOVA = 1L << 36;

    private final Surroundings now;
    private final PageSize pageSize;
    private final int mostDpages;
    private final MemorySegment page = MemorySegment.ofArray(new long[Filling.BYTES / Long.BYTES]);

    DeviceActions(Surroundings now, PageSize pageSize) {
        this.now = now;
        this.pageSize = pageSize;
        this.mostDpages = switch (pageSize) {
            case SIZE_4K -> 128;
            case SIZE_2M -> 6;
            case SIZE_1G -> 2;
        };
    }

    boolean map() {
        if (now.mappings.isEmpty() || now.deviceMaps.size() == MOST_MAPS) {
            return false;
        }
        Mapping mapping = now.any(now.mappings);
        Random random = now.random();
        long dpages = mapping.bytes() / pageSize.bytes();
        long first = random.nextLong(dpages);
        long count = Math.min(dpages - first, 1 + random.nextInt(mostDpages));
        long perDpage = now.book().pagesPerDpage();
        Container container = now.machine().vfio().open("soak" + now.nextName(), mapping.task());
        try {
            container.mapDma(IOVA, mapping.address() + first * pageSize.bytes(), count * pageSize.bytes(),
                    Set.of(DmaPermission.READ, DmaPermission.WRITE));
        } catch (ErrnoException refused) {
            container.close();
            now.learn(mapping, first * perDpage, count * perDpage);
            judge(mapping, first, count, refused);
            return true;
        }
        now.learn(mapping, first * perDpage, count * perDpage);
        List<Dpage> mapped = new ArrayList<>();
        for (long each = first; each < first + count; each++) {
            List<Dpage> there = mapping.file().at(mapping.fileOffset(each * perDpage));
            BrokenRule.unless(!there.isEmpty(), "a device has mapped a hole of %s", mapping.file());
            there.getFirst().addDevice();
            mapped.add(there.getFirst());
        }
        mapped.forEach(now.book()::checkReferences);
        mapped.forEach(now.bytes()::check);
        now.deviceMaps.add(new DeviceMap(container, IOVA, List.copyOf(mapped)));
        return true;
    }

    private void judge(Mapping mapping, long first, long count, ErrnoException refused) {
        boolean bad = false;
        boolean lacking = false;
        for (long each = first * now.book().pagesPerDpage(); each < (first + count)
                * now.book().pagesPerDpage(); each++) {
            bad |= mapping.file().isBad(mapping.fileOffset(each));
            lacking |= mapping.file().at(mapping.fileOffset(each)).isEmpty();
        }
        BrokenRule.unless(bad && refused.errno() == Errno.EHWPOISON || lacking && refused.errno() == Errno.EFAULT,
                "a DMA map of %s is refused: %s", mapping.file(), refused.getMessage());
        now.tally().count("device map refused, " + refused.errno(), 1);
    }

    boolean unmap() {
        if (now.deviceMaps.isEmpty()) {
            return false;
        }
        DeviceMap map = now.any(now.deviceMaps);
        long bytes = map.dpages().size() * pageSize.bytes();
        map.dpages().forEach(now.book()::removeDevice);
        if (now.random().nextBoolean()) {
            long unmapped = map.container().unmapDma(map.iova(), bytes);
            BrokenRule.unless(unmapped == bytes, "an unmap of %d bytes took %d away", bytes, unmapped);
        }
        map.container().close();
        now.deviceMaps.remove(map);
        return true;
    }

    boolean use() {
        if (now.deviceMaps.isEmpty()) {
            return false;
        }
        DeviceMap map = now.any(now.deviceMaps);
        Random random = now.random();
        for (int times = 0; times < 6; times++) {
            int index = random.nextInt(map.dpages().size());
            int number = random.nextInt(now.book().pagesPerDpage());
            Dpage dpage = map.dpages().get(index);
            long iova = map.iova() + index * pageSize.bytes() + ((long) number << 12);
            boolean write = random.nextBoolean();
            Filling filling = write ? new Filling(random.nextLong(), 3) : dpage.filling(number);
            boolean done = transfer(map.container(), iova, write, filling, dpage.isBad(number));
            if (done && write) {
                dpage.fill(number, filling);
            }
        }
        checkPoisoned(map);
        return true;
    }

    private boolean transfer(Container container, long iova, boolean write, Filling filling, boolean bad) {
        try {
            if (write) {
                filling.writeTo(page);
                container.engine().write(iova, page);
            } else {
                container.engine().read(iova, page);
                BrokenRule.unless(filling.firstDifference(page, 0) < 0,
                        "a device reads at iova 0x%x what nobody stored there", iova);
            }
        } catch (ErrnoException failed) {
            BrokenRule.unless(bad && failed.errno() == Errno.EHWPOISON, "a device's transfer at iova 0x%x fails: %s",
                    iova, failed.getMessage());
            now.tally().count("device met poison", 1);
            return false;
        }
        BrokenRule.unless(!bad, "a device used the bad page at iova 0x%x", iova);
        return true;
    }

    private void checkPoisoned(DeviceMap map) {
        Set<Long> expected = new TreeSet<>();
        for (Dpage dpage : map.dpages()) {
            dpage.badPages().forEach(number -> expected.add(dpage.firstPfn() + number));
        }
        Set<Long> shown = new TreeSet<>(
                map.container().poisonedEntries().stream().map(PoisonedEntry::pfn).toList());
        BrokenRule.unless(shown.equals(expected), "a container shows the bad frames %s instead of %s", shown, expected);
    }
}
