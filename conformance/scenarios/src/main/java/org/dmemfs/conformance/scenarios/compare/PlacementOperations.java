package org.dmemfs.conformance.scenarios.compare;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.mm.Task;
import org.dmemfs.schemes.GuestGrant;

/** Where the memory comes from. */
final class PlacementOperations {
    private static final int OTHER_NODE = 1;

    private PlacementOperations() {
    }

    static List<Operation> all() {
        return List.of(
                new Operation("NUMA bind",
                        "a guest of one node, its VMM on the other: the policy that a VMM is told on its"
                                + " command line",
                        guest -> placed(guest, MemoryPolicy.bind(NodeMask.of(OTHER_NODE)))),
                new Operation("NUMA interleave", "a guest spread over both nodes page by page",
                        guest -> placed(guest, MemoryPolicy.interleave(NodeMask.of(0, OTHER_NODE)))));
    }

    private static String placed(GuestOnScheme guest, MemoryPolicy policy) {
        return Answers.of(() -> {
            GuestGrant grant = guest.carveout().give("placed", guest.bytes(), policy, 0);
            try (Task task = guest.machine().addressSpaces().newTask("placed", 0)) {
                long start = grant.map(task);
                for (long offset = 0; offset < grant.bytes(); offset += GuestOnScheme.NATURE) {
                    task.addressSpace().loadLong(start + offset);
                }
                return said(grant.bytesByNode());
            } finally {
                grant.close();
            }
        });
    }

    private static String said(Map<Integer, Long> bytesByNode) {
        long all = bytesByNode.values().stream().mapToLong(Long::longValue).sum();
        StringBuilder said = new StringBuilder();
        new TreeMap<>(bytesByNode).forEach((node, bytes) -> said.append(said.isEmpty() ? "" : ", ")
                .append(bytes * 100 / all).append(" % on node ").append(node));
        return said.toString();
    }
}
