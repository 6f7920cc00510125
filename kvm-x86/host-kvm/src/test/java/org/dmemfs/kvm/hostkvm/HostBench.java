package org.dmemfs.kvm.hostkvm;

import java.util.Objects;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Assumptions;

/** A hypervisor on the host's KVM and the memory that its guests run on. */
final class HostBench implements AutoCloseable {
    private final KernelLog log = new KernelLog();
    private final PhysicalMemory memory;
    private final Runnable giveBack;
    private final HostKvmHypervisor hypervisor;

    private HostBench(PhysicalMemory memory, Runnable giveBack) {
        this.memory = memory;
        this.giveBack = giveBack;
        HostKvm kvm = Objects.requireNonNull(Host.kvm());
        hypervisor = new HostKvmHypervisor(memory, kvm, Host.memory(), log, SeriesVersion.REPAIRED);
    }

    /** Of memory that costs what is touched. */
    static HostBench sparse() {
        Assumptions.assumeTrue(Host.kvm() != null, "/dev/kvm of this host makes no machine");
        WindowMemory memory = new WindowMemory(Host.memory(), Host.memory().createSparse("guest-ram", 3L << 30));
        return new HostBench(memory, memory::close);
    }

    /** Of huge pages of the host, which the caller has borrowed. */
    static HostBench hugetlb() {
        HugetlbMemory memory = new HugetlbMemory(Host.memory());
        return new HostBench(memory, memory::close);
    }

    Bench bench() {
        return new Bench(hypervisor, memory);
    }

    HostKvmHypervisor hypervisor() {
        return hypervisor;
    }

    KernelLog log() {
        return log;
    }

    @Override
    public void close() {
        hypervisor.stop();
        giveBack.run();
    }

    /** The smallest page that hugetlb memory lends. */
    static PageSize hugePage() {
        return PageSize.SIZE_2M;
    }
}
