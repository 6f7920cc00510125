package org.dmemfs.fs.fs;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "dmemfs", description = "The file system")
public @interface Configuration {
    @AttributeDefinition(description = "Whose answers: the series repaired, or as posted", options = {
            @Option(label = "repaired", value = "repaired"), @Option(label = "v2", value = "v2"),
            @Option(label = "v1", value = "v1")})
    String series() default "repaired";

    @AttributeDefinition(min = "1", description = "Dpages that one fault may take (patch 10). More than 1 makes the pool"
            + " be asked less often, and lets one file hoard what others could use")
    int maxAllocTryDpages() default 1;

    @AttributeDefinition(description = "What one bad frame costs: its own 4K, or its whole dpage as with hugetlb. Series"
            + " repaired only", options = {@Option(label = "page", value = "page"),
                    @Option(label = "whole", value = "whole")})
    String poison() default "page";

    @AttributeDefinition(required = false, description = "Patches of the series that are taken out, by their number: 6, 9,"
            + " 10, 16, 23, 24, 28 and 32 have an effect here")
    int[] without() default {};
}
