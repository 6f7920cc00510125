package org.dmemfs.conformance.scenarios.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.dmemfs.conformance.SoakPlan;
import org.dmemfs.conformance.SoakReport;
import org.dmemfs.fs.Mount;

/** One soak of one machine. */
public final class SoakRun {
    private static final long SECOND = 1_000_000_000L;
    private static final int STEPS_BETWEEN_FULL_CHECKS = 512;
    private static final int SAMPLES = 3;
    /** Of so many steps, one is made by all workers at once. */
    private static final int STEPS_PER_MEETING = 8;
    private static final int ACTIONS_PER_MEETING = 16;
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    private final SoakPlan plan;
    private final Random random;
    private final Tally tally = new Tally();
    private final Book book;
    private final DpageBytes bytes;
    private final List<Mount> mounts = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();

    /**
     * A soak.
     *
     * @param machine of which the pool is not in use
     * @param plan what to do
     */
    public SoakRun(SoakMachine machine, SoakPlan plan) {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.book = new Book(machine.pool(), machine.reservation().regions(), plan.pageSize());
        this.bytes = new DpageBytes(machine.memory(), plan.pageSize(), plan.seed());
        List<Surroundings> everybody = new ArrayList<>();
        for (int number = 1; number <= plan.workers(); number++) {
            long seed = plan.seed() + number * STEP;
            workers.add(new Worker(new Surroundings(machine, book, new Random(seed), tally,
                    new DpageBytes(machine.memory(), plan.pageSize(), seed), mounts, everybody), plan.pageSize()));
        }
    }

    /**
     * Goes on until the plan ends or a rule is broken.
     *
     * @param everySecond is told how far it is, about once a second
     * @return what was done
     */
    public SoakReport run(Consumer<SoakReport> everySecond) {
        // of the host's own threads, as a real guest wants one
        try (ExecutorService threads = Executors.newFixedThreadPool(plan.workers(),
                Thread.ofPlatform().name("soak-", 1).daemon().factory())) {
            return run(everySecond, threads);
        }
    }

    private SoakReport run(Consumer<SoakReport> everySecond, ExecutorService threads) {
        long start = System.nanoTime();
        long told = start;
        long step = 0;
        try {
            while (step < plan.steps() && System.nanoTime() - start < plan.nanoseconds()) {
                step++;
                if (plan.workers() > 1 && random.nextInt(STEPS_PER_MEETING) == 0) {
                    meet(threads);
                } else {
                    workers.get(random.nextInt(workers.size())).stepAlone();
                }
                check(step);
                if (System.nanoTime() - told >= SECOND) {
                    told = System.nanoTime();
                    everySecond.accept(tally.report(plan, step, Optional.empty()));
                }
            }
            end();
        } catch (BrokenRule broken) {
            return broken(step, String.valueOf(broken.getMessage()));
        } catch (RuntimeException | Error unexpected) {
            return broken(step, unexpected + where(unexpected));
        }
        return tally.report(plan, step, Optional.empty());
    }

    private SoakReport broken(long step, String sentence) {
        return tally.report(plan, step, Optional.of("step %d, %s: %s".formatted(step,
                workers.stream().map(Worker::doing).collect(Collectors.joining(" | ")), sentence)));
    }

    private static String where(Throwable unexpected) {
        StackTraceElement[] trace = unexpected.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    /** All workers at once; the first that meets a broken rule is told. */
    private void meet(ExecutorService threads) {
        List<Future<?>> under = new ArrayList<>();
        for (Worker worker : workers) {
            under.add(threads.submit(() -> worker.stepsTogether(ACTIONS_PER_MEETING)));
        }
        RuntimeException failure = null;
        for (Future<?> one : under) {
            try {
                one.get();
            } catch (ExecutionException failed) {
                RuntimeException cause = failed.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException(failed.getCause());
                failure = failure == null ? cause : failure;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new BrokenRule("the soak was interrupted");
            }
        }
        if (failure != null) {
            throw failure;
        }
        tally.count("all at once", 1);
    }

    private void check(long step) {
        book.checkLedger();
        List<Dpage> kept = book.kept();
        for (int sample = 0; sample < SAMPLES && !kept.isEmpty(); sample++) {
            Dpage dpage = kept.get(random.nextInt(kept.size()));
            book.checkReferences(dpage);
            bytes.check(dpage);
        }
        if (step % STEPS_BETWEEN_FULL_CHECKS == 0) {
            book.checkEverything(bytes);
            tally.count("full check", 1);
        }
    }

    /** Everything is given back, and then nothing is used. */
    private void end() {
        book.checkEverything(bytes);
        for (Worker worker : workers) {
            worker.end();
            book.checkLedger();
        }
        while (workers.getFirst().unmount()) {
            book.checkLedger();
        }
        BrokenRule.unless(book.kept().isEmpty(), "everything was given back and %s are kept", book.kept());
    }
}
