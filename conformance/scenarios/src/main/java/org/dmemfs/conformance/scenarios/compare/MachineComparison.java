package org.dmemfs.conformance.scenarios.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.conformance.ComparedAnswer;
import org.dmemfs.conformance.ComparedOperation;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.vfio.Vfio;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The comparison on the machine that this framework is. */
@Component
public final class MachineComparison implements Comparison {
    private static final int RANKING = 1_000;
    private static final long GUEST_PAGES = 4;
    private static final long SMALL_GUEST_BYTES = 8L << 20;
    private static final long BYTES_PER_NODE = 2L << 30;
    /** For pages below 1G: room for guests beside the frames that went bad, and quickly set aside again for each operation. */
    private static final long SMALL_BYTES_PER_NODE = 256L << 20;
    private static final List<String> ORDER = List.of("plain", "hugetlb", "device-dax", "dev-mem", "huge-pfnmap",
            "dmemfs");

    private final BundleContext context;
    private final SchemeMachine machine;
    private final List<Scheme> schemes;

    /**
     * On a machine.
     *
     * @param context publishes the places of the memory manager that a scheme's kernel has otherwise
     * @param reservation what its boot took
     * @param memory its bytes
     * @param addressSpaces its memory manager
     * @param systemCalls its system calls
     * @param vfio its devices
     * @param memoryFailure where bad frames are reported
     * @param hypervisor guests that need nothing of the host
     * @param configurations where the limit of what devices may pin is set
     * @param schemes its schemes
     */
    @Activate
    public MachineComparison(BundleContext context, @Reference Reservation reservation,
            @Reference PhysicalMemory memory, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls, @Reference Vfio vfio, @Reference MemoryFailure memoryFailure,
            @Reference(target = "(guest=tdp)") Hypervisor hypervisor, @Reference ConfigurationAdmin configurations,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<Scheme> schemes) {
        this.context = context;
        this.machine = new SchemeMachine(reservation, memory, addressSpaces, systemCalls, hypervisor, vfio,
                memoryFailure, new LockedMemoryLimit(configurations, addressSpaces, vfio));
        this.schemes = schemes.stream().sorted(Comparator
                .comparingInt((Scheme each) -> ORDER.indexOf(each.description().scheme()))
                .thenComparing(each -> each.description().name())).toList();
    }

    private static List<Operation> all() {
        return Stream.of(MappingOperations.all(), AccessOperations.all(), GuestOperations.all(),
                PlacementOperations.all(), PoisonOperations.all()).flatMap(List::stream).toList();
    }

    private static String mapped(PageSize size) {
        return "map at " + size.label();
    }

    @Override
    public List<String> schemes() {
        return schemes.stream().map(each -> each.description().name()).toList();
    }

    /**
     * {@inheritDoc}
     *
     * @throws ErrnoException ENOENT where there is no such scheme, EINVAL or ENOMEM where this machine is no bare one
     */
    @Override
    public Map<String, String> machine(String name) {
        Scheme scheme = scheme(name);
        SchemeDescription what = scheme.description();
        PageSize largest = Collections.max(what.pageSizes());
        List<String> words = scheme.bootWords(new BootRequest(machine.reservation(), largest,
                machine.reservation().topology().online().nodes().stream()
                        .collect(Collectors.toMap(node -> node, _ -> BYTES_PER_NODE))));
        Map<String, String> options = new TreeMap<>(Comparison.bareMachine());
        options.put("series", what.machineSeries().label());
        if (!words.isEmpty()) {
            options.put("cmdline", String.join(" ", words));
        }
        return options;
    }

    private Scheme scheme(String name) {
        return schemes.stream().filter(each -> each.description().name().equals(name)).findFirst()
                .orElseThrow(() -> new ErrnoException(Errno.ENOENT,
                        name + " is no scheme: there are " + String.join(", ", schemes())));
    }

    @Override
    public List<ComparedOperation> operations() {
        List<ComparedOperation> operations = new ArrayList<>();
        for (PageSize size : PageSize.values()) {
            operations
                    .add(new ComparedOperation(mapped(size), "the size of the entry that a touch of memory set aside in"
                            + " pages of " + size.label() + " puts into the VMM's page table"));
        }
        all().forEach(each -> operations.add(new ComparedOperation(each.name(), each.meaning())));
        return List.copyOf(operations);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ErrnoException ENOENT where there is no such scheme
     */
    @Override
    public List<ComparedAnswer> run(String name, Consumer<String> progress) {
        Scheme scheme = scheme(name);
        ServiceRegistration<HookSet> hooks = publish(scheme.hooks());
        try {
            List<ComparedAnswer> answers = new ArrayList<>();
            for (PageSize size : PageSize.values()) {
                progress.accept(mapped(size));
                answers.add(new ComparedAnswer(mapped(size), map(scheme, size)));
            }
            Set<PageSize> sizes = scheme.description().pageSizes();
            PageSize size = sizes.contains(PageSize.SIZE_2M) ? PageSize.SIZE_2M : PageSize.SIZE_4K;
            for (Operation operation : all()) {
                progress.accept(operation.name());
                answers.add(new ComparedAnswer(operation.name(), run(scheme, size, operation)));
            }
            return List.copyOf(answers);
        } finally {
            if (hooks != null) {
                hooks.unregister();
            }
        }
    }

    @SuppressWarnings("JdkObsolete") // the framework takes a dictionary
    private @Nullable ServiceRegistration<HookSet> publish(Optional<HookSet> hooks) {
        return hooks.map(set -> context.registerService(HookSet.class, set,
                new Hashtable<>(Map.of(Constants.SERVICE_RANKING, RANKING)))).orElse(null);
    }

    private String map(Scheme scheme, PageSize size) {
        return Answers.of(() -> {
            try (Carveout carveout = scheme.setAside(size, wish(size));
                    Task task = machine.addressSpaces().newTask("vmm", 0)) {
                GuestGrant grant = carveout.give("guest", size.bytes(), MemoryPolicy.systemDefault(), 0);
                long start = grant.map(task);
                task.addressSpace().storeLong(start, 1);
                PageSize level = task.addressSpace().mappingLevel(start);
                return level == null ? "nothing" : level.label();
            }
        });
    }

    private Map<Integer, Long> wish(PageSize size) {
        long bytes = size == PageSize.SIZE_1G ? BYTES_PER_NODE : SMALL_BYTES_PER_NODE;
        return machine.reservation().topology().online().nodes().stream()
                .collect(Collectors.toMap(node -> node, _ -> bytes));
    }

    /** A carve-out, a guest and a VMM of its own: an operation may leave them as it likes. */
    private String run(Scheme scheme, PageSize size, Operation operation) {
        return Answers.of(() -> {
            try (Carveout carveout = scheme.setAside(size, wish(size));
                    Task task = machine.addressSpaces().newTask("vmm", 0)) {
                long bytes = size == PageSize.SIZE_4K ? SMALL_GUEST_BYTES : GUEST_PAGES * size.bytes();
                GuestGrant grant = healthy(carveout, bytes);
                return operation.body().apply(
                        new GuestOnScheme(machine, carveout, grant, task, grant.map(task)));
            }
        });
    }

    /** A host owner who knows of bad frames does not give them to a guest, whatever the scheme does. */
    private GuestGrant healthy(Carveout carveout, long bytes) {
        for (int attempt = 0;; attempt++) {
            GuestGrant grant = carveout.give("guest" + attempt, bytes, MemoryPolicy.systemDefault(), 0);
            if (!hasBadFrame(grant)) {
                return grant;
            }
        }
    }

    private boolean hasBadFrame(GuestGrant grant) {
        for (long offset = 0; offset < grant.bytes(); offset += PageSize.SIZE_4K.bytes()) {
            OptionalLong pfn = grant.frameAt(offset);
            if (pfn.isPresent() && machine.memory().poisoned().contains(pfn.getAsLong())) {
                return true;
            }
        }
        return false;
    }
}
