package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code pool}: the ledger of dpages, node by node, and who keeps them. */
@Component(service = PoolCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=pool",
        "dmem.surroundings=MACHINE"})
public final class PoolCommand {
    private final DmemPool pool;

    /** Bound by Declarative Services. */
    @Activate
    public PoolCommand(@Reference DmemPool pool) {
        this.pool = pool;
    }

    /** The ledger. */
    @Descriptor("Prints the pool's ledger for each node, or its holders.")
    public void pool(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(Ledger.of(pool.usage()));
    }

    /** The holders. */
    @Descriptor("Prints the pool's ledger for each node, or its holders.")
    public void pool(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("holders: who keeps dpages, the largest first") String part) {
        if (!part.equals("holders")) {
            throw new UsageException("pool has no part %s: accepted is holders".formatted(part));
        }
        new Answer(session, json).give(Holders.of(pool.pageSize().map(PageSize::label).orElse(null), pool.holders()));
    }

    private record Node(int node, long total, long free, long allocated, long pinned, long retired,
            long longestFreeRun) {
        static Node of(NodeUsage usage) {
            return new Node(usage.node(), usage.total(), usage.free(), usage.used(), usage.pinned(), usage.retired(),
                    usage.longestFreeRun());
        }
    }

    private record Ledger(@Nullable String pageSize, int users, int regions,
            long registeredPages, long unalignedPages, String allocator, List<Node> nodes) implements Report {
        static Ledger of(PoolUsage usage) {
            return new Ledger(usage.pageSize().map(PageSize::label).orElse(null), usage.users(), usage.regions(),
                    usage.registeredPages(), usage.unalignedPages(), usage.allocator(),
                    usage.nodes().stream().map(Node::of).toList());
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("regions %d, 4K frames %d, of them in no dpage %d, allocator %s".formatted(regions,
                    registeredPages, unalignedPages, allocator));
            if (pageSize == null) {
                lines.add("nobody uses the pool: the first mount decides the page size");
                return lines;
            }
            lines.add("dpages of %s, users %d".formatted(pageSize, users));
            lines.add("%4s %12s %12s %12s %12s %12s %16s".formatted("node", "total", "free", "allocated", "pinned",
                    "retired", "longest free run"));
            nodes.forEach(node -> lines.add("%4d %12d %12d %12d %12d %12d %16d".formatted(node.node(), node.total(),
                    node.free(), node.allocated(), node.pinned(), node.retired(), node.longestFreeRun())));
            return lines;
        }
    }

    private record Holding(String kind, String name, long dpages) {
    }

    private record Holders(@Nullable String pageSize, List<Holding> holders)
            implements
                Report {
        static Holders of(@Nullable String pageSize, List<HolderUsage> holders) {
            return new Holders(pageSize, holders.stream()
                    .map(each -> new Holding(each.holder().kind(), each.holder().name(), each.dpages())).toList());
        }

        @Override
        public List<String> lines() {
            if (holders.isEmpty()) {
                return List.of("nobody keeps a dpage");
            }
            return holders.stream().map(each -> "%12d dpages of %s: %s %s".formatted(each.dpages(), pageSize,
                    each.kind(), each.name())).toList();
        }
    }
}
