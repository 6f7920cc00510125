package org.dmemfs.core.bitmap;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What of the bitmap allocator can be chosen. */
@ObjectClassDefinition(name = "DMEMFS: bitmap allocator", description = "First fit over one bit per dpage.")
public @interface BitmapConfiguration {
    /**
     * The series.
     *
     * @return repaired, v2 or v1
     */
    @AttributeDefinition(name = "series", description = "Which answers: as meant, or as posted with the defects.", options = {
            @Option(label = "as meant", value = "repaired"),
            @Option(label = "as posted in December 2020", value = "v2"),
            @Option(label = "as posted in October 2020", value = "v1")})
    String series() default "repaired";
}
