package org.dmemfs.felix.commands;

import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.felix.commands.CompareDocument.Listing;
import org.dmemfs.felix.commands.CompareDocument.Compared;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.schemes.Scheme;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code schemes}: what the schemes of guest memory are and cost, or one of them put through the operations of compare. */
@Component(service = SchemesCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=schemes",
        "dmem.surroundings=SCHEMES"})
public final class SchemesCommand {
    private final Comparison comparison;
    private final List<Scheme> schemes;

    /** Bound by Declarative Services. */
    @Activate
    public SchemesCommand(@Reference Comparison comparison,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<Scheme> schemes) {
        this.comparison = comparison;
        this.schemes = List.copyOf(schemes);
    }

    /** The list. */
    @Descriptor("Prints the schemes of guest memory, or puts one through the operations of compare on this machine, which nobody else may use meanwhile.")
    public void schemes(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Listing(
                comparison.schemes().stream().map(name -> Compared.of(scheme(name), machine(name))).toList(),
                comparison.operations()));
    }

    /** A run. */
    @Descriptor("Prints the schemes of guest memory, or puts one through the operations of compare on this machine, which nobody else may use meanwhile.")
    public @Nullable Object schemes(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("its name") String name) {
        new Answer(session, json).give(KernelAnswer.of(() -> new CompareDocument.Run(name, comparison.run(name, _ -> {
        }))));
        return null;
    }

    private Scheme scheme(String name) {
        return schemes.stream().filter(each -> each.description().name().equals(name)).findFirst().orElseThrow();
    }

    /** On a machine that is no bare one a scheme may find no room for its words. */
    private Map<String, String> machine(String name) {
        try {
            return comparison.machine(name);
        } catch (ErrnoException noRoom) {
            return Map.of();
        }
    }
}
