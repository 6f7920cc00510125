package org.dmemfs.conformance.tests.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmemfs.core.DmemPool;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.vfio.Container;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * What a restart of a bundle does to a machine that has a file mapped and a guest running: the design's table, row by
 * row. After each the machine is whole again: it lacks what it lacked before and does the same work anew.
 */
class RestartTableIT {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

    private FelixMachine machine;
    private List<String> lackedAtFirst;

    @BeforeEach
    void boot() {
        machine = Assembled.boot(Map.of(Option.MACHINE, "2x4G", Option.CMDLINE, "dmem=1G"));
        lackedAtFirst = machine.unsatisfied();
    }

    @AfterEach
    void end() {
        machine.close();
    }

    @Test
    void everyBundleIsActiveAndEveryComponentSatisfiedButThoseOfTheHost() {
        assertThat(machine.context().getBundles()).allSatisfy(
                bundle -> assertThat(bundle.getState()).as(bundle.getSymbolicName()).isEqualTo(Bundle.ACTIVE));
        assertThat(lackedAtFirst)
                .allMatch(line -> line.matches("[^\\n]*(hostram|HostRam|hostkvm|HostKvm)[^\\n]*"));
    }

    @ParameterizedTest(name = "{0}: nobody is deactivated")
    @ValueSource(strings = {"org.dmemfs.core.bitmap", "org.dmemfs.mm.series", "org.dmemfs.tracing.ftrace"})
    void swapPoint(String bundle) throws Exception {
        Work work = Work.begin(machine, tdp());
        Object pool = machine.service(DmemPool.class);
        restart(bundle);

        assertThat(work.guestRuns()).as("the guest runs on").isTrue();
        assertThat(work.patternIsThere()).as("the mapping stays").isTrue();
        assertThat(machine.service(DmemPool.class)).isSameAs(pool);
        assertThat(mounts()).containsExactly(Work.TARGET);
        work.guest().close();
        close(Work.TARGET);
        wholeAgain();
    }

    @Test
    void kindOfGuestEndsItsMachines() throws Exception {
        Work work = Work.begin(machine, tdp());
        restart("org.dmemfs.kvm.tdp");

        assertThat(work.guestsEnd()).isEqualTo(Errno.ENODEV.name());
        assertThat(work.guest().endReason()).isPresent();
        assertThat(work.patternIsThere()).as("the mapping stays").isTrue();
        assertThat(mounts()).containsExactly(Work.TARGET);
        close(Work.TARGET);
        wholeAgain();
    }

    @ParameterizedTest(name = "{0}: an orderly stop from the top")
    @ValueSource(strings = {"org.dmemfs.linux.native", "org.dmemfs.reserve.memblock",
            "org.dmemfs.reserve.simulated-ram", "org.dmemfs.core.pool", "org.dmemfs.mm.mm"})
    void memoryPoolAndMemoryManager(String bundle) throws Exception {
        KernelLog log = machine.service(KernelLog.class);
        long before = log.nextSequence();
        Work work = Work.begin(machine, tdp());
        Mount mount = machine.service(Dmemfs.class).mounts().getFirst();
        restart(bundle);

        assertMountEnded(mount, log.since(before));
        assertThat(log.since(before)).as("one line for the guest")
                .filteredOn(line -> line.text().contains(Work.GUEST)).hasSize(1);
        // Its memory goes at the same time as it: the processor that runs meets the one or the other first.
        assertThat(work.guestsEnd()).isIn(Errno.ENODEV.name(), "Fault");
        assertThat(work.guest().endReason()).isPresent();
        wholeAgain();
    }

    @ParameterizedTest(name = "{0}: mounts end, and with them guests, devices' maps and the memory of tasks")
    @ValueSource(strings = {"org.dmemfs.mce.memory-failure", "org.dmemfs.fs.fs"})
    void fileSystem(String bundle) throws Exception {
        KernelLog log = machine.service(KernelLog.class);
        long before = log.nextSequence();
        Work work = Work.begin(machine, tdp());
        Mount mount = machine.service(Dmemfs.class).mounts().getFirst();
        Container device = work.mapForDevice();
        restart(bundle);

        assertMountEnded(mount, log.since(before));
        assertThat(work.guestsEnd()).isEqualTo(Errno.ENODEV.name());
        assertThat(work.guest().endReason()).hasValueSatisfying(
                reason -> assertThat(reason).contains("dmemfs").contains(Work.TARGET));
        assertThat(log.since(before)).as("one line for the guest")
                .filteredOn(line -> line.text().contains(Work.GUEST)).hasSize(1);
        assertThat(log.since(before)).as("one line for the device")
                .filteredOn(line -> line.text().contains(Work.DEVICE)).hasSize(1);
        assertThat(device.maps()).isEmpty();
        device.close();
        assertThat(work.load()).as("a load of the task").isIn("SEGV_MAPERR", "BUS_ADRERR");
        work.guest().close();
        wholeAgain();
    }

    private void assertMountEnded(Mount mount, List<KernelLog.Line> lines) {
        assertThat(lines).as("one line for the mount").filteredOn(
                line -> line.text().startsWith("dmemfs: " + Work.TARGET)).hasSize(1);
        assertThat(mounts()).as("a fresh machine").isEmpty();
        assertThat(errnoOf(mount::statfs)).as("a stale handle").isEqualTo(Errno.ENODEV);
    }

    @ParameterizedTest(name = "{0}: nobody else is touched")
    @ValueSource(strings = {"org.dmemfs.kvm.host-kvm", "org.dmemfs.vfio.type1", "org.dmemfs.felix.commands",
            "org.dmemfs.conformance.scenarios", "org.dmemfs.reserve.host-ram"})
    void bundleThatTheWorkDoesNotUse(String bundle) throws Exception {
        Work work = Work.begin(machine, tdp());
        restart(bundle);

        assertThat(work.guestRuns()).as("the guest runs on").isTrue();
        assertThat(work.patternIsThere()).as("the mapping stays").isTrue();
        work.guest().close();
        close(Work.TARGET);
        wholeAgain();
    }

    private void restart(String symbolicName) throws BundleException {
        Bundle bundle = Arrays.stream(machine.context().getBundles())
                .filter(each -> each.getSymbolicName().equals(symbolicName)).findFirst().orElseThrow();
        bundle.stop();
        bundle.start();
        await().atMost(LONG_ENOUGH).untilAsserted(() -> assertThat(machine.unsatisfied()).isEqualTo(lackedAtFirst));
    }

    private void wholeAgain() throws InterruptedException {
        machine.service(AddressSpaces.class).tasks().forEach(Task::close);
        assertThat(Work.once(machine, tdp())).as("the same work anew").isEqualTo("PortWrite");
    }

    private Hypervisor tdp() {
        try {
            ServiceReference<?>[] kinds = machine.context().getServiceReferences(Hypervisor.class.getName(),
                    "(guest=tdp)");
            return (Hypervisor) Objects.requireNonNull(machine.context().getService(kinds[0]));
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private List<String> mounts() {
        return machine.service(Dmemfs.class).mounts().stream().map(Mount::target).toList();
    }

    private void close(String target) {
        machine.service(AddressSpaces.class).tasks().forEach(Task::close);
        machine.service(Dmemfs.class).mounts().stream().filter(mount -> mount.target().equals(target))
                .forEach(Mount::close);
    }

    private static Errno errnoOf(Runnable call) {
        try {
            call.run();
        } catch (ErrnoException refused) {
            return refused.errno();
        }
        throw new AssertionError("the call was answered");
    }
}
