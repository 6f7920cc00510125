package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmemfs.felix.Machine;
import org.dmemfs.felix.commands.WithoutReport.Unsatisfied;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The components of a machine, as Declarative Services tells of them. */
final class MachineComponents {
    private static final String PATCH = "org.dmemfs.patch";
    private static final long PATIENCE_NANOSECONDS = 20_000_000_000L;

    private final Machine machine;
    private final ServiceComponentRuntime runtime;
    private final Map<String, List<String>> lackingAtFirst;

    MachineComponents(Machine machine) {
        this.machine = machine;
        this.runtime = machine.service(ServiceComponentRuntime.class);
        this.lackingAtFirst = lacking();
    }

    /** Stops the bundle that has a patch, asks who is left without, and starts it again. */
    List<Unsatisfied> unsatisfiedWithout(PatchProvider provider) {
        Bundle bundle = Arrays.stream(machine.context().getBundles())
                .filter(each -> provider.bundle().equals(each.getSymbolicName())).findFirst()
                .orElseThrow(() -> new IllegalStateException("the machine has no bundle " + provider.bundle()));
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
            try {
                return unsatisfied(provider);
            } finally {
                bundle.start(Bundle.START_TRANSIENT);
            }
        } catch (BundleException refused) {
            throw new IllegalStateException("the bundle %s cannot be stopped and started: %s".formatted(
                    provider.bundle(), refused.getMessage()), refused);
        }
    }

    /** Who lacks what it did not lack at first, once everybody had time to come back. */
    List<String> stillUnsatisfied() {
        long start = System.nanoTime();
        List<String> left = newlyLacking();
        while (!left.isEmpty() && System.nanoTime() - start < PATIENCE_NANOSECONDS) {
            Pause.briefly("while bundles came back");
            left = newlyLacking();
        }
        return left;
    }

    private List<String> newlyLacking() {
        return lacking().entrySet().stream().filter(each -> !each.getValue().equals(lackingAtFirst.get(each.getKey())))
                .map(each -> each.getKey() + " lacks " + String.join(", ", each.getValue())).toList();
    }

    private List<Unsatisfied> unsatisfied(PatchProvider provider) {
        List<Unsatisfied> found = new ArrayList<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            List<String> lacking = lacking(component);
            if (!lacking.isEmpty() && !lackingAtFirst.containsKey(component.name)) {
                found.add(new Unsatisfied(component.name, lacking, provider.isMissedBy(contracts(component), lacking),
                        patches(component)));
            }
        }
        found.sort((left, right) -> left.component().compareTo(right.component()));
        return found;
    }

    private Map<String, List<String>> lacking() {
        Map<String, List<String>> lacking = new TreeMap<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            List<String> services = lacking(component);
            if (!services.isEmpty()) {
                lacking.put(component.name, services);
            }
        }
        return lacking;
    }

    private List<String> lacking(ComponentDescriptionDTO component) {
        return runtime.getComponentConfigurationDTOs(component).stream()
                .filter(each -> each.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE)
                .flatMap(each -> Arrays.stream(each.unsatisfiedReferences))
                .flatMap(lack -> Arrays.stream(component.references)
                        .filter(reference -> reference.name.equals(lack.name)))
                .map(reference -> reference.interfaceName).distinct().sorted().toList();
    }

    private static Collection<String> contracts(ComponentDescriptionDTO component) {
        return Arrays.stream(component.references).map(reference -> reference.interfaceName)
                .collect(Collectors.toSet());
    }

    private List<Integer> patches(ComponentDescriptionDTO component) {
        Bundle bundle = machine.context().getBundle(component.bundle.id);
        return bundle == null || WithoutReport.isScenario(component.name)
                ? List.of()
                : bundle.adapt(BundleRevision.class).getDeclaredCapabilities(PATCH).stream()
                        .map(capability -> capability.getAttributes().get("v2")).filter(Objects::nonNull)
                        .map(number -> Integer.valueOf(number.toString())).distinct().sorted().toList();
    }
}
