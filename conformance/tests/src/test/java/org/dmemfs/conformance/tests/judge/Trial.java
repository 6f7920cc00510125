package org.dmemfs.conformance.tests.judge;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.linux.HostAddressSpaces;

/** Holds the model against the host, sequence by sequence, and counts the differences that have a row. */
final class Trial {
    private final FelixMachine machine;
    private final HostAddressSpaces host;
    private final Pair pair;
    private final UnaryOperator<Memory> planted;
    private final Map<Difference, Long> counts = new EnumMap<>(Difference.class);
    private long calls;

    Trial(FelixMachine machine, Pair pair) {
        this(machine, pair, UnaryOperator.identity());
    }

    /** With an offender in the model's place. */
    Trial(FelixMachine machine, Pair pair, UnaryOperator<Memory> planted) {
        this.machine = machine;
        this.host = machine.service(HostAddressSpaces.class);
        this.pair = pair;
        this.planted = planted;
    }

    /** Makes the calls on both sides from nothing; at the end every page of the range is read. */
    Optional<Disagreement> run(List<Call> sequence) {
        List<Call> made = new ArrayList<>();
        try (HostMemoryOfPair hosts = new HostMemoryOfPair(host, pair);
                Memory model = planted.apply(new ModelMemory(machine, pair))) {
            State before = model.state();
            for (Call call : withReading(sequence)) {
                made.add(call);
                calls++;
                Occurrence occurrence = new Occurrence(pair, call, before, hosts.answer(call), model.answer(call),
                        hosts.state(), model.state());
                before = occurrence.model();
                if (!occurrence.agrees()) {
                    Optional<Difference> row = Difference.of(occurrence);
                    if (row.isEmpty()) {
                        return Optional.of(new Disagreement(made, occurrence));
                    }
                    counts.merge(row.get(), 1L, Long::sum);
                    before = bringTogether(call, hosts, model);
                }
            }
            return Optional.empty();
        }
    }

    private List<Call> withReading(List<Call> sequence) {
        List<Call> all = new ArrayList<>(sequence);
        for (long offset = 0; offset < pair.windowBytes(); offset += pair.page().bytes()) {
            all.add(new Call.Load(offset + pair.page().bytes() - 8));
        }
        return all;
    }

    /** A known difference left something behind: the host becomes what the model is, and its file as long. */
    private State bringTogether(Call call, HostMemoryOfPair hosts, Memory model) {
        if (call instanceof Call.Truncate(long bytes)) {
            // what is left of a page that was cut holds zeros on the side that cut it
            Call whole = new Call.Truncate(bytes & -pair.page().bytes());
            hosts.answer(whole);
            model.answer(whole);
        }
        if (!pair.hasFile()) {
            model.answer(new Call.Munmap(0, pair.windowBytes()));
        }
        State state = model.state();
        hosts.become(state);
        State same = hosts.state();
        if (!same.equals(state)) {
            throw new AssertionError("the host does not become " + state + " but " + same);
        }
        return state;
    }

    /** The same disagreement by fewer calls: those that can be left out are. */
    Disagreement shortest(Disagreement disagreement) {
        Disagreement shortest = disagreement;
        for (int index = disagreement.calls().size() - 2; index >= 0; index--) {
            List<Call> fewer = new ArrayList<>(shortest.calls());
            fewer.remove(index);
            Optional<Disagreement> again = run(fewer);
            if (again.isPresent() && again.get().occurrence().kind().equals(disagreement.occurrence().kind())
                    && again.get().calls().size() <= fewer.size()) {
                shortest = again.get();
                index = Math.min(index, shortest.calls().size() - 1);
            }
        }
        return shortest;
    }

    Map<Difference, Long> counts() {
        return counts;
    }

    long calls() {
        return calls;
    }
}
