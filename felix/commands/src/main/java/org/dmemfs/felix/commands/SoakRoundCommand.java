package org.dmemfs.felix.commands;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.Soak;
import org.dmemfs.conformance.SoakPlan;
import org.dmemfs.conformance.SoakReport;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code soakround}: a soak of this very machine, and how to come again to the step that failed. */
@Component(service = SoakRoundCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=soakround",
        "dmem.surroundings=MACHINE"})
public final class SoakRoundCommand {
    private static final BigDecimal NANOSECONDS = BigDecimal.valueOf(1_000_000_000);

    private final Soak soak;
    private final CommandSettings settings;
    private final Machines machines;

    /** Bound by Declarative Services. */
    @Activate
    public SoakRoundCommand(@Reference Soak soak, @Reference CommandSettings settings,
            @Reference Machines machines) {
        this.soak = soak;
        this.machines = machines;
        this.settings = settings;
    }

    /** The command. */
    @Descriptor("Soaks this very machine, which nobody else may use meanwhile; bad frames stay behind.")
    public @Nullable Object soakround(CommandSession session,
            @Descriptor("of the random choices; the same seed makes the same steps") @Parameter(names = "--seed", absentValue = "1") String seed,
            @Descriptor("the most steps") @Parameter(names = "--steps", absentValue = "1000000000") String steps,
            @Descriptor("the most seconds, or a fraction of one") @Parameter(names = "--seconds", absentValue = "10") String seconds,
            @Descriptor("of the mounts: 4K, 2M or 1G") @Parameter(names = "--pagesize", absentValue = "") String pageSize,
            @Descriptor("how many threads work at once now and then, 1 to 8; 1 makes every step the same again") @Parameter(names = "--workers", absentValue = "3") String workers,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        Answer answer = new Answer(session, json);
        requireRepaired(machines.options());
        SoakPlan plan = plan(SoakNumbers.seed(seed), SoakNumbers.steps(steps),
                SoakNumbers.duration("--seconds", seconds, NANOSECONDS), pageSize, SoakNumbers.workers(workers));
        CommandConsole console = (CommandConsole) session.get(Interpreter.CONSOLE);
        SoakReport report = soak.run(plan, far -> {
            if (json && console != null) {
                console.error().println(SoakDocument.progress(far));
                console.error().flush();
            } else {
                answer.tell(() -> List.of(SoakDocument.progress(far)));
            }
        });
        answer.give(SoakDocument.of(report, Optional.empty()));
        return report.brokenRule().isEmpty() ? null : new Interpreter.ExitCode(1);
    }

    /** The defects of the series as posted break the rules that a soak holds a machine to. */
    static void requireRepaired(MachineOptions options) {
        if (!options.get(Option.SERIES).equals(Option.SERIES.initial())) {
            throw new UsageException(
                    "a soak of series %s is not accepted: the defects that were posted, listed in docs/repairs.md, break the rules that it checks; accepted is %s"
                            .formatted(options.get(Option.SERIES), Option.SERIES.initial()));
        }
    }

    private SoakPlan plan(long seed, long steps, long nanoseconds, String pageSize, int workers) {
        try {
            return new SoakPlan(seed, pageSize.isEmpty() ? settings.pageSize() : PageSize.parse(pageSize), steps,
                    nanoseconds, workers);
        } catch (ErrnoException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()), refused);
        }
    }
}
