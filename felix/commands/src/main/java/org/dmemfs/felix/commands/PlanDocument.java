package org.dmemfs.felix.commands;

import java.util.List;
import java.util.Map;
import org.dmemfs.felix.commands.plan.Gain;
import org.dmemfs.felix.commands.plan.SchemePlan;

/**
 * What {@code plan} found out.
 *
 * @param machine in a few words
 * @param guests how many
 * @param guestBytes what they ask for
 * @param hostRule what the host keeps, in words
 * @param hostBytesByNode what it keeps
 * @param compared whether compare ran: if not, there are no page tables and nothing that breaks
 * @param schemes the plans
 * @param leftOut schemes that were not planned, and why
 * @param gains what the series spares against thinned huge pages
 * @param milliseconds that planning took, without compare
 * @param why whether people are told the formulas; the document has them always
 */
record PlanDocument(String machine, long guests, long guestBytes, String hostRule, Map<Integer, Long> hostBytesByNode,
        boolean compared, List<SchemePlan> schemes, List<String> leftOut, List<Gain> gains, long milliseconds,
        boolean why) implements Report {
    @Override
    public List<String> lines() {
        return new PlanText(this).lines();
    }
}
