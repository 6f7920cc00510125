package org.dmemfs.vfio.type1;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "VFIO type1", description = "Device maps and their IOMMU")
@interface Configuration {
    @AttributeDefinition(description = "Whose answers: the series repaired, or as posted. Maps that exist keep theirs", options = {
            @Option(label = "repaired", value = "repaired"), @Option(label = "v2", value = "v2"),
            @Option(label = "v1", value = "v1")})
    String series() default "repaired";

    @AttributeDefinition(min = "-1", description = "RLIMIT_MEMLOCK of each task in bytes, -1 for no limit: bounds what its"
            + " maps pin of memory with a struct page. Dmem has none and does not count")
    long memlock() default 65_536;

    @AttributeDefinition(required = false, description = "Patches of the series that are taken out, by their number: 25 and"
            + " 36 have an effect here")
    int[] without() default {};
}
