package org.dmemfs.mce.memoryfailure;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "Machine checks", description = "memory_failure and its signals")
public @interface Configuration {
    @AttributeDefinition(description = "Whose answers: the series repaired, or as posted", options = {
            @Option(label = "repaired", value = "repaired"), @Option(label = "v2", value = "v2"),
            @Option(label = "v1", value = "v1")})
    String series() default "repaired";

    @AttributeDefinition(description = "vm.memory_failure_early_kill: all tasks hear of an error before they touch it")
    boolean earlyKill() default false;

    @AttributeDefinition(description = "MCG_STATUS_RIPV of the processor's machine checks: whether a task could go on where"
            + " it stopped. Where it could not, a report carries MF_MUST_KILL")
    boolean restartIpValid() default true;

    @AttributeDefinition(required = false, description = "Patches of the series that are taken out, by their number: 31 has an"
            + " effect here")
    int[] without() default {};
}
