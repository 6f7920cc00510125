package org.dmemfs.conformance.scenarios.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.dmemfs.kernel.PageSize;

/** One worker of a soak: what it may do, chosen by its own random numbers. Used by one thread at a time. */
final class Worker {
    private record Action(String name, int weight, BooleanSupplier body) {
    }

    private final Surroundings now;
    private final FileActions files;
    private final List<Action> alone = new ArrayList<>();
    private final List<Action> together = new ArrayList<>();
    private volatile String doing = "";

    Worker(Surroundings now, PageSize pageSize) {
        this.now = now;
        this.files = new FileActions(now, pageSize);
        TaskActions tasks = new TaskActions(now, pageSize);
        GuestActions guests = new GuestActions(now, tasks, pageSize);
        DeviceActions devices = new DeviceActions(now, pageSize);
        PoisonActions poison = new PoisonActions(now);
        add("mount", 4, files::mount);
        add("mount of another page size", 2, files::mountAnotherPageSize);
        add("unmount", 3, files::unmount);
        add("unmount, lazy", 1, files::unmountLazily);
        addForAll("create", 12, files::create);
        addForAll("truncate", 12, files::truncate);
        addForAll("punch hole", 5, files::punchHole);
        addForAll("fallocate", 5, files::fallocate);
        addForAll("unlink, close", 10, files::unlink);
        addForAll("task", 5, tasks::begin);
        addForAll("task exit", 2, tasks::exit);
        addForAll("map", 14, tasks::map);
        addForAll("unmap", 8, tasks::unmap);
        addForAll("store", 25, tasks::store);
        addForAll("load", 20, tasks::load);
        addForAll("guest start", 8, guests::start);
        addForAll("guest stop", 5, guests::stop);
        addForAll("guest run", 16, guests::run);
        addForAll("device map", 8, devices::map);
        addForAll("device unmap", 7, devices::unmap);
        addForAll("device transfer", 14, devices::use);
        add("poison of used memory", 1, poison::used);
        addForAll("poison under a task", 1, poison::touched);
        addForAll("exchange", 4, new ExchangeAction(now)::exchange);
        add("poison anywhere", 1, poison::anywhere);
    }

    private void add(String name, int weight, BooleanSupplier body) {
        alone.add(new Action(name, weight, body));
    }

    /** What may also be done while others are at work. */
    private void addForAll(String name, int weight, BooleanSupplier body) {
        add(name, weight, body);
        together.add(new Action(name, weight, body));
    }

    /** What it is doing, or did last. */
    String doing() {
        return doing;
    }

    /** One thing of all, while nobody else is at work. */
    void stepAlone() {
        now.together(false);
        step(alone);
    }

    /** Some things that others may do as well at the same time. */
    void stepsTogether(int steps) {
        now.together(true);
        for (int step = 0; step < steps; step++) {
            step(together);
        }
    }

    private void step(List<Action> actions) {
        int number = now.random().nextInt(actions.stream().mapToInt(Action::weight).sum());
        for (Action action : actions) {
            number -= action.weight();
            if (number < 0) {
                perform(action);
                return;
            }
        }
    }

    private void perform(Action action) {
        doing = action.name();
        long start = System.nanoTime();
        if (action.body().getAsBoolean()) {
            now.tally().count(action.name(), 1);
            now.tally().took(action.name(), System.nanoTime() - start);
        }
    }

    /** Gives everything back but the mounts. */
    void end() {
        now.together(false);
        doing = "end";
        now.guests.forEach(guest -> guest.machine().close());
        now.guests.clear();
        now.tasks.forEach(task -> task.close());
        now.mappings.clear();
        now.tasks.clear();
        for (DeviceMap map : List.copyOf(now.deviceMaps)) {
            map.dpages().forEach(now.book()::removeDevice);
            map.container().close();
            now.deviceMaps.remove(map);
        }
    }

    /** One mount of the last ones; whether there was one. */
    boolean unmount() {
        return files.unmountLazily();
    }
}
