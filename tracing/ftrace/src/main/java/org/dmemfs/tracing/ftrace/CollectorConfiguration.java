package org.dmemfs.tracing.ftrace;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What of the two trees can be configured. */
@ObjectClassDefinition(name = "DMEMFS: tracefs and debugfs", description = "Which trace events are recorded, how many are kept, and which patches are in force.")
public @interface CollectorConfiguration {
    /**
     * The size of the ring.
     *
     * @return entries of 64 bytes, a power of two from 1 to 16,777,216
     */
    @AttributeDefinition(description = "Newest events that are kept: a power of two from 1 to 16777216.")
    int entries() default 4096;

    /**
     * The events that are recorded from the start. Those of each dpage are not: recording one costs as much as the
     * take that it tells of.
     *
     * @return words as set_event takes them, the last that matches decides
     */
    @AttributeDefinition(description = "Events that are recorded from the start, as set_event takes them.")
    String[] events() default {"*:*", "!dmem:dmem_alloc_pages_node", "!dmem:dmem_free_pages", "!dmemfs:*"};

    /**
     * The patches that are taken out.
     *
     * @return numbers of the series; 7 and 8 have an effect here
     */
    @AttributeDefinition(required = false, description = "Patches that are taken out, by number: without 7 there are no events, without 8 no files in debugfs.")
    int[] without() default {};
}
