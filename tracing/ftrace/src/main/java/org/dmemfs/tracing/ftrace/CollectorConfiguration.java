package org.dmemfs.tracing.ftrace;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What of the two trees can be configured. */
@ObjectClassDefinition(name = "DMEMFS: tracefs and debugfs", description = "How many trace events are kept, and which patches are in force.")
public @interface CollectorConfiguration {
    /**
     * The size of the ring.
     *
     * @return entries of 64 bytes, a power of two from 1 to 16,777,216
     */
    @AttributeDefinition(description = "Newest events that are kept: a power of two from 1 to 16777216.")
    int entries() default 4096;

    /**
     * The patches that are taken out.
     *
     * @return numbers of the series; 7 and 8 have an effect here
     */
    @AttributeDefinition(required = false, description = "Patches that are taken out, by number: without 7 there are no events, without 8 no files in debugfs.")
    int[] without() default {};
}
