package org.dmemfs.conformance.tests.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmemfs.conformance.SoakPlan;
import org.dmemfs.conformance.SoakReport;
import org.dmemfs.conformance.scenarios.soak.SoakMachine;
import org.dmemfs.conformance.scenarios.soak.SoakRun;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.vfio.Vfio;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** A machine is used at random and keeps its rules; one that breaks a rule is found out. */
class SoakIT {
    private static final long STEPS = 600;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    @ParameterizedTest(name = "seed {0}, pages of {1}, {2} memory, {3} workers")
    @CsvSource({"1, 2M, simulated, 1", "2, 4K, simulated, 3", "3, 2M, memfd, 3", "4, 4K, memfd, 1",
            "5, 2M, simulated, 3"})
    void everyRuleIsKept(long seed, String pageSize, String memory, int workers) {
        try (FelixMachine machine = boot(pageSize, memory)) {
            SoakReport report = new SoakRun(soaked(machine), plan(seed, pageSize, workers)).run(far -> {
            });

            assertThat(report.brokenRule()).as("the broken rule with seed %d", seed).isEmpty();
            assertThat(report.steps()).isEqualTo(STEPS);
            assertThat(report.counts()).containsKeys("store", "guest run", "device transfer", "truncate", "exchange");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void anOffenderIsFound(OffendingFileSystem.Offence offence) {
        try (FelixMachine machine = boot("2M", "simulated")) {
            SoakMachine honest = soaked(machine);
            SoakMachine offending = new SoakMachine(honest.reservation(), honest.memory(), honest.pool(),
                    honest.addressSpaces(),
                    new OffendingFileSystem(honest.dmemfs(), honest.pool(), honest.memory(), offence),
                    honest.hypervisors(), honest.vfio(), honest.memoryFailure(), honest.allocators());
            SoakReport report = new SoakRun(offending, plan(5, "2M", 1)).run(far -> {
            });

            assertThat(report.brokenRule()).get().asString().contains(offence.sentence());
        }
    }

    private static SoakPlan plan(long seed, String pageSize, int workers) {
        return new SoakPlan(seed, PageSize.parse(pageSize), STEPS, NO_LIMIT, workers);
    }

    private static FelixMachine boot(String pageSize, String memory) {
        return Assembled.boot(Map.of(Option.MACHINE, "4x1G", Option.CMDLINE, "dmem=128M", Option.MEMORY, memory,
                Option.PAGESIZE, pageSize));
    }

    private static SoakMachine soaked(FelixMachine machine) {
        return new SoakMachine(machine.service(Reservation.class), machine.service(PhysicalMemory.class),
                machine.service(DmemPool.class), machine.service(AddressSpaces.class), machine.service(Dmemfs.class),
                all(machine, Hypervisor.class), machine.service(Vfio.class), machine.service(MemoryFailure.class),
                all(machine, RegionAllocatorFactory.class).stream().map(RegionAllocatorFactory::name).sorted()
                        .toList());
    }

    private static <S> List<S> all(FelixMachine machine, Class<S> type) {
        BundleContext context = machine.context();
        try {
            return context.getServiceReferences(type, null).stream().map(context::getService).filter(Objects::nonNull)
                    .toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
