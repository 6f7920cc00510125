package org.dmemfs.conformance.scenarios.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.dmemfs.conformance.SoakPlan;
import org.dmemfs.conformance.SoakReport;

/** One soak of one machine. */
public final class SoakRun {
    private static final long SECOND = 1_000_000_000L;
    private static final int STEPS_BETWEEN_FULL_CHECKS = 512;
    private static final int SAMPLES = 3;

    private record Action(String name, int weight, BooleanSupplier body) {
    }

    private final SoakPlan plan;
    private final Random random;
    private final Tally tally = new Tally();
    private final Book book;
    private final Surroundings now;
    private final FileActions files;
    private final List<Action> actions = new ArrayList<>();
    private final int weights;

    /**
     * A soak.
     *
     * @param machine of which the pool is not in use
     * @param plan what to do
     */
    public SoakRun(SoakMachine machine, SoakPlan plan) {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.book = new Book(machine.pool(), machine.memory(), machine.reservation().regions(), plan.pageSize());
        this.now = new Surroundings(machine, book, random, tally);
        this.files = new FileActions(now, plan.pageSize());
        addActions();
        this.weights = actions.stream().mapToInt(Action::weight).sum();
    }

    private void addActions() {
        TaskActions tasks = new TaskActions(now, plan.pageSize());
        GuestActions guests = new GuestActions(now, tasks, plan.pageSize());
        DeviceActions devices = new DeviceActions(now, plan.pageSize());
        PoisonActions poison = new PoisonActions(now);
        add("mount", 4, files::mount);
        add("mount of another page size", 2, files::mountAnotherPageSize);
        add("unmount", 3, files::unmount);
        add("unmount, lazy", 1, files::unmountLazily);
        add("create", 12, files::create);
        add("truncate", 12, files::truncate);
        add("punch hole", 5, files::punchHole);
        add("fallocate", 5, files::fallocate);
        add("unlink, close", 10, files::unlink);
        add("task", 5, tasks::begin);
        add("task exit", 2, tasks::exit);
        add("map", 14, tasks::map);
        add("unmap", 8, tasks::unmap);
        add("store", 25, tasks::store);
        add("load", 20, tasks::load);
        add("guest start", 8, guests::start);
        add("guest stop", 5, guests::stop);
        add("guest run", 16, guests::run);
        add("device map", 8, devices::map);
        add("device unmap", 7, devices::unmap);
        add("device transfer", 14, devices::use);
        add("poison of used memory", 1, poison::used);
        add("poison under a task", 1, poison::touched);
        add("exchange", 4, new ExchangeAction(now)::exchange);
        add("poison anywhere", 1, poison::anywhere);
    }

    private void add(String name, int weight, BooleanSupplier body) {
        actions.add(new Action(name, weight, body));
    }

    /**
     * Goes on until the plan ends or a rule is broken.
     *
     * @param everySecond is told how far it is, about once a second
     * @return what was done
     */
    public SoakReport run(Consumer<SoakReport> everySecond) {
        long start = System.nanoTime();
        long told = start;
        long step = 0;
        String doing = "";
        try {
            while (step < plan.steps() && System.nanoTime() - start < plan.nanoseconds()) {
                step++;
                Action action = choose();
                doing = action.name();
                perform(action);
                check(step);
                if (System.nanoTime() - told >= SECOND) {
                    told = System.nanoTime();
                    everySecond.accept(tally.report(plan, step, Optional.empty()));
                }
            }
            doing = "end";
            end();
        } catch (BrokenRule broken) {
            return tally.report(plan, step, Optional.of("step %d, %s: %s".formatted(step, doing, broken.getMessage())));
        } catch (RuntimeException | Error unexpected) {
            return tally.report(plan, step,
                    Optional.of("step %d, %s: %s%s".formatted(step, doing, unexpected, where(unexpected))));
        }
        return tally.report(plan, step, Optional.empty());
    }

    private static String where(Throwable unexpected) {
        StackTraceElement[] trace = unexpected.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    private Action choose() {
        int number = random.nextInt(weights);
        for (Action action : actions) {
            number -= action.weight();
            if (number < 0) {
                return action;
            }
        }
        throw new IllegalStateException("the weights are not the actions'");
    }

    private void perform(Action action) {
        long start = System.nanoTime();
        if (action.body().getAsBoolean()) {
            tally.count(action.name(), 1);
            tally.took(action.name(), System.nanoTime() - start);
        }
    }

    private void check(long step) {
        book.checkLedger();
        List<Dpage> kept = book.kept();
        for (int sample = 0; sample < SAMPLES && !kept.isEmpty(); sample++) {
            Dpage dpage = now.any(kept);
            book.checkReferences(dpage);
            book.checkBytes(dpage);
        }
        if (step % STEPS_BETWEEN_FULL_CHECKS == 0) {
            book.checkEverything();
            tally.count("full check", 1);
        }
    }

    /** Everything is given back, and then nothing is used. */
    private void end() {
        book.checkEverything();
        now.guests.forEach(guest -> guest.machine().close());
        now.guests.clear();
        now.tasks.forEach(task -> task.close());
        now.mappings.clear();
        now.tasks.clear();
        for (DeviceMap map : List.copyOf(now.deviceMaps)) {
            map.container().close();
            now.deviceMaps.remove(map);
            map.dpages().forEach(book::removeDevice);
        }
        book.checkLedger();
        while (!now.mounts.isEmpty()) {
            files.unmountLazily();
            book.checkLedger();
        }
        BrokenRule.unless(book.kept().isEmpty(), "everything was given back and %s are kept", book.kept());
    }
}
