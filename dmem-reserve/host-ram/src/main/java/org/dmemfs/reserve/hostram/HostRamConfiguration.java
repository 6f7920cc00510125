package org.dmemfs.reserve.hostram;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Which memory of the host stands behind the dmem regions. */
@ObjectClassDefinition(name = "DMEMFS host memory", description = "Present where a machine's dmem is real memory of the host.")
public @interface HostRamConfiguration {
    /** The kind of memory. */
    @AttributeDefinition(name = "Memory", description = "What the regions are made of", options = {
            @Option(label = "pages of 4K", value = "memfd"),
            @Option(label = "the host's huge pages", value = "hugetlb")})
    String memory() default "memfd";

    /** The machine's page size. */
    @AttributeDefinition(name = "Page size", description = "1G takes huge pages of 1G, 4K and 2M take those of 2M; memfd"
            + " has pages of 4K in any case", options = {@Option(label = "4K", value = "4K"),
                    @Option(label = "2M", value = "2M"), @Option(label = "1G", value = "1G")})
    String pagesize() default "2M";

    /** What a bad frame costs. */
    @AttributeDefinition(name = "Poison", description = "What a bad frame of huge pages costs: its own 4K, which the host cannot"
            + " mark, so that the model alone knows of it; or its whole page, which the host marks", options = {
                    @Option(label = "page", value = "page"), @Option(label = "whole", value = "whole")})
    String poison() default "page";
}
