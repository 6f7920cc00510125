package org.dmemfs.felix.commands;

import org.dmemfs.kernel.PageSize;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The page size that the machine's owner wants its commands to mount with; there only where a machine is booted. */
@Component(service = ChosenPageSize.class, configurationPid = "org.dmemfs.felix.commands", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ChosenPageSize.Configuration.class)
public final class ChosenPageSize {
    private final PageSize pageSize;

    /** What can be configured. */
    @ObjectClassDefinition(name = "DMEMFS commands", description = "What commands use where nobody says otherwise.")
    public @interface Configuration {
        /** The size of the dpages: 4K, 2M or 1G. */
        @AttributeDefinition(description = "4K, 2M or 1G")
        String pagesize() default "2M";
    }

    /** Made by Declarative Services. */
    @Activate
    public ChosenPageSize(Configuration configuration) {
        this.pageSize = PageSize.parse(configuration.pagesize());
    }

    PageSize pageSize() {
        return pageSize;
    }
}
