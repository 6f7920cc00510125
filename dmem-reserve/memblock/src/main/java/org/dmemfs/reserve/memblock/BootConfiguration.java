package org.dmemfs.reserve.memblock;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The machine that this framework is. */
@ObjectClassDefinition(name = "DMEMFS machine", description = "The memory map and the kernel command line of a machine.")
public @interface BootConfiguration {
    /** The memory map. */
    @AttributeDefinition(name = "Machine", description = "host, nodes and size such as 2x512G, or the path of a memory map")
    String machine() default "host";

    /** The command line. */
    @AttributeDefinition(name = "Kernel command line", description = "Parameters that set no memory aside are ignored; where it is empty, a saved dmesg's own")
    String cmdline() default "";

    /** What is asked for where nobody asked. */
    @AttributeDefinition(name = "Request", description = "The dmem= of a machine whose command line has to be its own and has none")
    String request() default "dmem=1G";

    /** Whose answers. */
    @AttributeDefinition(name = "Series", description = "Which version of the patch series answers", options = {
            @Option(label = "as meant", value = "repaired"),
            @Option(label = "as posted in December 2020", value = "v2"),
            @Option(label = "as posted in October 2020", value = "v1")})
    String series() default "repaired";
}
