package org.dmemfs.felix.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.felix.UsageException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The state of a framework's components, as Declarative Services tells it. */
final class Components {
    // A component that refuses its configuration does so with the kernel's own exception: its sentence is the answer.
    private static final Pattern SENTENCE = Pattern.compile("org\\.dmemfs\\.kernel\\.ErrnoException: (.*)");

    private final BundleContext context;

    Components(BundleContext context) {
        this.context = context;
    }

    /**
     * Activates every component that the launcher configured: a delayed one would otherwise fail only at its first use,
     * long after the user was told that the machine is up.
     */
    void activate(Set<String> configured) {
        ServiceComponentRuntime runtime = runtime();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            if (description.configurationPid != null
                    && Arrays.stream(description.configurationPid).anyMatch(configured::contains)) {
                runtime.getComponentConfigurationDTOs(description).forEach(this::use);
            }
        }
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO each : runtime.getComponentConfigurationDTOs(description)) {
                if (each.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    throw refusal(description, each);
                }
            }
        }
    }

    private void use(ComponentConfigurationDTO component) {
        ServiceReferenceDTO service = component.service;
        if (service == null) {
            return;
        }
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(null, "(service.id=" + service.id + ")");
            if (found != null) {
                Arrays.stream(found).forEach(context::getService);
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static RuntimeException refusal(ComponentDescriptionDTO description, ComponentConfigurationDTO component) {
        String failure = component.failure == null ? "" : component.failure;
        Matcher matcher = SENTENCE.matcher(failure);
        if (matcher.find()) {
            return new UsageException(matcher.group(1));
        }
        return new BootException("the component %s does not start: %s".formatted(description.name,
                failure.lines().filter(line -> !line.isBlank()).reduce((first, later) -> later.startsWith("Caused by:")
                        ? later.substring("Caused by:".length()).trim()
                        : first).orElse("no reason given")));
    }

    List<String> unsatisfied() {
        ServiceComponentRuntime runtime = runtime();
        List<String> lines = new ArrayList<>();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            Collection<ComponentConfigurationDTO> all = runtime.getComponentConfigurationDTOs(description);
            if (all.isEmpty() && runtime.isComponentEnabled(description)) {
                lines.add(description.name + " is not configured");
            }
            all.stream().map(each -> complaint(description, each)).filter(line -> !line.isEmpty()).forEach(lines::add);
        }
        return lines.stream().sorted().toList();
    }

    private static String complaint(ComponentDescriptionDTO description, ComponentConfigurationDTO component) {
        return switch (component.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> description.name + " is not configured";
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> "%s lacks %s".formatted(description.name,
                    Arrays.stream(component.unsatisfiedReferences).map(lacking -> Arrays.stream(description.references)
                            .filter(reference -> reference.name.equals(lacking.name))
                            .map(reference -> reference.interfaceName).findFirst().orElse(lacking.name)).toList());
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                String.valueOf(refusal(description, component).getMessage());
            default -> "";
        };
    }

    private ServiceComponentRuntime runtime() {
        ServiceReference<ServiceComponentRuntime> reference = context
                .getServiceReference(ServiceComponentRuntime.class);
        ServiceComponentRuntime runtime = reference == null ? null : context.getService(reference);
        if (runtime == null) {
            throw new BootException("Declarative Services is not among the bundles");
        }
        return runtime;
    }
}
