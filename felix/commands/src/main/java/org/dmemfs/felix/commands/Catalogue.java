package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dmemfs.felix.CommandInterpreter.Surroundings;
import org.dmemfs.felix.UsageException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * The commands that the bundles bring, read from their components' descriptions: a command whose machine has not been
 * booted is not yet a service, but it can be described and asked what it needs.
 */
@Component(service = Catalogue.class)
public final class Catalogue {
    private static final String SCOPE = "dmem";

    private final ServiceComponentRuntime runtime;
    private final BundleContext context;

    /** Bound by Declarative Services. */
    @Activate
    public Catalogue(@Reference ServiceComponentRuntime runtime, BundleContext context) {
        this.runtime = runtime;
        this.context = context;
    }

    List<CommandDescription> commands() {
        List<CommandDescription> commands = new ArrayList<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            for (String word : words(component)) {
                describe(word, component).ifPresent(commands::add);
            }
        }
        commands.sort(Comparator.comparing(CommandDescription::word));
        return commands;
    }

    CommandDescription command(String word) {
        List<CommandDescription> commands = commands();
        return commands.stream().filter(command -> command.word().equals(word)).findFirst()
                .orElseThrow(() -> new UsageException("%s is no command: there are %s".formatted(word, commands.stream()
                        .map(CommandDescription::word).collect(Collectors.joining(", ")))));
    }

    /** What a command lacks to be a service now; empty where it is one. */
    Optional<String> lacking(String word) {
        return runtime.getComponentDescriptionDTOs().stream().filter(component -> words(component).contains(word))
                .findFirst().flatMap(this::lacking);
    }

    private Optional<String> lacking(ComponentDescriptionDTO component) {
        for (ComponentConfigurationDTO each : runtime.getComponentConfigurationDTOs(component)) {
            if (each.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                return Optional.of(Arrays.stream(each.unsatisfiedReferences)
                        .map(lack -> Arrays.stream(component.references)
                                .filter(reference -> reference.name.equals(lack.name))
                                .map(reference -> reference.interfaceName).findFirst().orElse(lack.name))
                        .collect(Collectors.joining(", ")));
            }
        }
        return Optional.empty();
    }

    private static List<String> words(ComponentDescriptionDTO component) {
        Map<String, Object> properties = component.properties;
        if (!SCOPE.equals(properties.get("osgi.command.scope"))) {
            return List.of();
        }
        Object function = properties.get("osgi.command.function");
        return function instanceof String[] several ? List.of(several) : List.of(String.valueOf(function));
    }

    private Optional<CommandDescription> describe(String word, ComponentDescriptionDTO component) {
        Object surroundings = component.properties.get("dmem.surroundings");
        Bundle bundle = context.getBundle(component.bundle.id);
        if (surroundings == null || bundle == null) {
            return Optional.empty();
        }
        try {
            return CommandDescription.of(word, bundle.loadClass(component.implementationClass),
                    Surroundings.valueOf(surroundings.toString().toUpperCase(Locale.ROOT)));
        } catch (ClassNotFoundException uninstalledMeanwhile) {
            return Optional.empty();
        }
    }
}
