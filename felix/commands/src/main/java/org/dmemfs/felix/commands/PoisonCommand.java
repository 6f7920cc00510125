package org.dmemfs.felix.commands;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.FrameUsers.Users;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mce.FailureRecord;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code poison}: memory goes bad, and what that costs whom. */
@Component(service = PoisonCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=poison",
        "dmem.surroundings=MACHINE"})
public final class PoisonCommand {
    private static final String RANDOM = "random";

    private final Reservation reservation;
    private final PhysicalMemory memory;
    private final MemoryFailure memoryFailure;
    private final DmemPool pool;
    private final Dmemfs dmemfs;
    private final FrameUsers users;

    /** Bound by Declarative Services. */
    @Activate
    public PoisonCommand(@Reference Reservation reservation, @Reference PhysicalMemory memory,
            @Reference MemoryFailure memoryFailure, @Reference DmemPool pool, @Reference Dmemfs dmemfs,
            @Reference FrameUsers users) {
        this.reservation = reservation;
        this.memory = memory;
        this.memoryFailure = memoryFailure;
        this.pool = pool;
        this.dmemfs = dmemfs;
        this.users = users;
    }

    /** The command. */
    @Descriptor("Lets 4K pages go bad and tells who is hit, what was done and what is left.")
    public void poison(CommandSession session,
            @Descriptor("how many; more than one only with random") @Parameter(names = "--count", absentValue = "1") String count,
            @Descriptor("a rehearsal: one after the other with so much time between, such as 1s or 200ms") @Parameter(names = "--every", absentValue = "0s") String every,
            @Descriptor("of random") @Parameter(names = "--seed", absentValue = "1") String seed,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("a physical address, a file's name and offset such as /mnt/a/file:0x5000, or random") String place) {
        Answer answer = new Answer(session, json);
        int pages = count(count, place);
        Duration pause = pause(every);
        Random random = new Random(SoakNumbers.seed(seed));
        List<Hit> hits = new ArrayList<>();
        for (int number = 1; number <= pages; number++) {
            Hit hit = hit(place.equals(RANDOM) ? anyFrame(random) : frame(place));
            String heading = pages == 1 ? "" : "%d of %d: ".formatted(number, pages);
            answer.tell(() -> hit.lines(heading));
            hits.add(hit);
            if (number < pages) {
                sleep(pause);
            }
        }
        List<NodeCapacity> capacity = NodeCapacity.of(pool.usage());
        answer.tell(() -> capacity.stream().map(NodeCapacity::line).toList());
        answer.conclude(new Outcome(hits, capacity));
    }

    private static int count(String count, String place) {
        int pages = WholeNumber.count("--count", count);
        if (pages > 1 && !place.equals(RANDOM)) {
            throw new UsageException("--count %d of %s is not accepted: more than one page goes with random"
                    .formatted(pages, place));
        }
        return pages;
    }

    private static Duration pause(String every) {
        if (!every.matches("[0-9]{1,6}(ms|s|m)")) {
            throw new UsageException(
                    "--every %s is no length of time: accepted are such as 200ms, 1s and 2m".formatted(every));
        }
        if (every.endsWith("ms")) {
            return Duration.ofMillis(Long.parseLong(every.substring(0, every.length() - 2)));
        }
        long number = Long.parseLong(every.substring(0, every.length() - 1));
        return every.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the rehearsal was interrupted", interrupted);
        }
    }

    private long anyFrame(Random random) {
        List<DmemRegion> regions = reservation.regions();
        if (regions.isEmpty()) {
            throw new UsageException("random wants a region: the command line \"%s\" reserves none"
                    .formatted(reservation.commandLine()));
        }
        DmemRegion region = regions.get(random.nextInt(regions.size()));
        return (region.startPhysicalAddress() >> 12) + random.nextLong(region.bytes() >> 12);
    }

    private long frame(String place) {
        int colon = place.lastIndexOf(':');
        return place.startsWith("/") && colon > 0
                ? frame(place.substring(0, colon), number(place.substring(colon + 1), place))
                : number(place, place) >>> 12;
    }

    private long frame(String name, long offset) {
        MountedPath found = MountedPath.of(dmemfs, name);
        try (OpenFile file = found.mount().open(found.path(), OpenMode.READ_ONLY)) {
            OptionalLong frame = file.frameAt(offset);
            return frame.orElseThrow(() -> new UsageException(
                    "%s has no page at offset 0x%x: it is %,d bytes long and a hole there".formatted(name, offset,
                            file.size())));
        } catch (ErrnoException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private static long number(String text, String place) {
        try {
            String lower = text.toLowerCase(Locale.ROOT);
            long number = lower.startsWith("0x") ? Long.parseLong(lower.substring(2), 16) : Long.parseLong(lower);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            throw notAPlace(place, noNumber);
        }
        throw notAPlace(place, null);
    }

    private static UsageException notAPlace(String place, @Nullable Throwable cause) {
        String sentence = "%s is no place: accepted are a physical address such as 0x100000000, a file and offset such as /mnt/a/file:0x5000, and random"
                .formatted(place);
        return cause == null ? new UsageException(sentence) : new UsageException(sentence, cause);
    }

    private Hit hit(long pfn) {
        try {
            memory.poison(pfn);
            PoisonOutcome outcome = memoryFailure.memoryFailure(pfn, Set.of(MemoryFailureFlag.MUST_KILL));
            return hit(pfn, outcome.name(), sentence(outcome),
                    outcome == PoisonOutcome.ALREADY_KNOWN ? List.of() : signalled(pfn));
        } catch (ErrnoException failed) {
            if (failed.errno() == Errno.ENXIO) {
                throw new UsageException(String.valueOf(failed.getMessage()), failed);
            }
            if (failed.errno() == Errno.EBUSY) {
                return hit(pfn, failed.errno().name(), String.valueOf(failed.getMessage()), signalled(pfn));
            }
            throw failed;
        }
    }

    private Hit hit(long pfn, String outcome, String done, List<Signalled> signalled) {
        return new Hit("0x%x".formatted(pfn), "0x%x".formatted(pfn << 12), reservation.memoryMap().nodeOf(pfn), outcome,
                done, users.of(pfn), signalled);
    }

    private List<Signalled> signalled(long pfn) {
        List<FailureRecord> records = memoryFailure.records();
        return records.stream().filter(each -> each.pfn() == pfn).reduce((earlier, later) -> later).stream()
                .flatMap(each -> each.signalled().stream())
                .map(each -> new Signalled(each.pid(), each.task(), each.signal().toString())).toList();
    }

    private static String sentence(PoisonOutcome outcome) {
        return switch (outcome) {
            case NOT_DMEM -> "it is no dmem: the kernel's own memory failure took it";
            case ALREADY_KNOWN -> "it was known: nothing happens twice";
            case IN_NO_DPAGE -> "no dpage has it: it is noted for the next mount";
            case FREE_RETIRED -> "its dpage was free, or retired already, and is never handed out";
            case USED_ANNOUNCED -> "its dpage is used: its owner was told, and it retires with its last reference";
        };
    }

    private record Signalled(int pid, String task, String signal) {
    }

    private record Hit(String pfn, String physicalAddress, int node, String outcome, String done, Users users,
            List<Signalled> signalled) {
        List<String> lines(String heading) {
            List<String> lines = new ArrayList<>();
            lines.add("%spfn %s (physical address %s, node %d) goes bad: %s".formatted(heading, pfn, physicalAddress,
                    node, done));
            users.lines().forEach(each -> lines.add("  hit: " + each));
            signalled.forEach(
                    each -> lines
                            .add("  signalled: task %d (%s), %s".formatted(each.pid(), each.task(), each.signal())));
            return lines;
        }
    }

    private record Outcome(List<Hit> hits, List<NodeCapacity> capacity) implements Report {
        @Override
        public List<String> lines() {
            return hits.stream().flatMap(hit -> hit.lines("").stream()).toList();
        }
    }
}
