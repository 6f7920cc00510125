package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.RegionAllocatorFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code allocator}: which one serves the pool, and the exchange of it under load. */
@Component(service = AllocatorCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=allocator",
        "dmem.surroundings=MACHINE"})
public final class AllocatorCommand {
    private final DmemPool pool;
    private final List<RegionAllocatorFactory> present;

    /** Bound by Declarative Services, anew whenever an allocator comes or goes. */
    @Activate
    public AllocatorCommand(@Reference DmemPool pool,
            @Reference(cardinality = ReferenceCardinality.MULTIPLE, policyOption = ReferencePolicyOption.GREEDY) List<RegionAllocatorFactory> present) {
        this.pool = pool;
        this.present = List.copyOf(present);
    }

    /** The one that serves. */
    @Descriptor("Prints which allocator serves the pool, or has another one serve from now on.")
    public void allocator(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Choice(pool.usage().allocator(),
                present.stream().map(RegionAllocatorFactory::name).sorted().toList()));
    }

    /** The exchange. */
    @Descriptor("Prints which allocator serves the pool, or has another one serve from now on.")
    public void allocator(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("the allocator that is to serve") String name) {
        new Answer(session, json).give(Certificate.of(KernelAnswer.of(() -> pool.exchange(name))));
    }

    private record Choice(String allocator, List<String> present) implements Report {
        @Override
        public List<String> lines() {
            return List.of("allocator %s serves; present are %s".formatted(allocator, String.join(", ", present)));
        }
    }

    private record Certificate(String from, String to, boolean agrees, String digestBefore, String digestAfter,
            long oldRecountFree, long poolFree, long dpagesHeld, long pauseNanoseconds) implements Report {
        static Certificate of(ExchangeCertificate found) {
            return new Certificate(found.from(), found.to(), found.agrees(), "%016x".formatted(found.digestBefore()),
                    "%016x".formatted(found.digestAfter()), found.oldRecountFree(), found.poolFree(),
                    found.dpagesHeld(), found.pauseNanoseconds());
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("allocator %s serves, before it %s".formatted(to, from));
            lines.add("digest of all allocation and poison bits: before %s, after %s".formatted(digestBefore,
                    digestAfter));
            lines.add("free dpages: %d recounted by %s, %d by the pool; held: %d".formatted(oldRecountFree, from,
                    poolFree, dpagesHeld));
            lines.add("operations waited %,d ns".formatted(pauseNanoseconds));
            lines.add(agrees ? "nothing was lost" : "they do not agree");
            return lines;
        }
    }
}
