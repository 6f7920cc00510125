package org.dmemfs.core.pool;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What of the pool can be chosen. */
@ObjectClassDefinition(name = "DMEMFS: pool", description = "The pool of dpages.")
public @interface PoolConfiguration {
    /**
     * The allocator.
     *
     * @return its name; empty for the highest ranking that is present
     */
    @AttributeDefinition(name = "allocator", description = "Name of the allocator; empty for the one of the highest service ranking. Can be changed in use.")
    String allocator() default "";

    /**
     * The weights of weighted interleave.
     *
     * @return an entry for each node whose weight is not 1, such as 1=3
     */
    @AttributeDefinition(name = "interleaveWeights", description = "How often a node comes in turn under weighted interleave: node=weight, weights 1 to 255.")
    String[] interleaveWeights() default {};

    /**
     * The series.
     *
     * @return repaired, v2 or v1
     */
    @AttributeDefinition(name = "series", description = "Which answers: as meant, or as posted with the defects. Counts when the pool starts.", options = {
            @Option(label = "as meant", value = "repaired"),
            @Option(label = "as posted in December 2020", value = "v2"),
            @Option(label = "as posted in October 2020", value = "v1")})
    String series() default "repaired";

    /**
     * The patches that are taken out.
     *
     * @return numbers of the series; 12, 30 and 35 have an effect here
     */
    @AttributeDefinition(name = "without", required = false, description = "Patches that are taken out, by number: 12 at once; 30 and 35 when the pool next comes into use.")
    int[] without() default {};
}
