package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.conformance.Step;
import org.dmemfs.felix.commands.ScenariosCommand.Call;
import org.dmemfs.tracing.KernelLog;

/** Keeps the calls of a scenario, each with what the kernel log said meanwhile. For one thread. */
final class CallRecorder {
    private final KernelLog log;
    private final List<Call> calls = new ArrayList<>();
    private long told;

    CallRecorder(KernelLog log) {
        this.log = log;
        this.told = log.nextSequence();
    }

    void told(Step step) {
        List<String> lines = log.since(told).stream().filter(line -> line.level() != KernelLog.Level.INFO)
                .map(KernelLog.Line::text).toList();
        told = log.nextSequence();
        calls.add(new Call(step.call(), step.expected(), step.answer(), step.agrees(), lines));
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }
}
