package org.dmemfs.felix.commands;

import org.dmemfs.kernel.PageSize;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What the machine's owner wants its commands to use; there only where a machine is booted. */
@Component(service = CommandSettings.class, configurationPid = "org.dmemfs.felix.commands", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CommandSettings.Configuration.class)
public final class CommandSettings {
    private final PageSize pageSize;
    private final String guest;

    /** What can be configured. */
    @ObjectClassDefinition(name = "DMEMFS commands", description = "What commands use where nobody says otherwise.")
    public @interface Configuration {
        /** The size of the dpages: 4K, 2M or 1G. */
        @AttributeDefinition(description = "4K, 2M or 1G")
        String pagesize() default "2M";

        /** The kind of guest; empty for the one of the highest ranking. */
        @AttributeDefinition(description = "host-kvm, tdp or another that is installed; empty: the highest ranking")
        String guest() default "";
    }

    /** Made by Declarative Services. */
    @Activate
    public CommandSettings(Configuration configuration) {
        this.pageSize = PageSize.parse(configuration.pagesize());
        this.guest = configuration.guest();
    }

    PageSize pageSize() {
        return pageSize;
    }

    /** The name of a kind of guest, or empty for the one of the highest ranking. */
    String guest() {
        return guest;
    }
}
