package org.dmemfs.reserve.simulatedram;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** That the machine's memory is simulated: the presence of the configuration is the choice. */
@ObjectClassDefinition(name = "DMEMFS simulated memory", description = "Present where a machine's dmem is sparse shared"
        + " memory: only touched pages cost.")
public @interface SimulatedRamConfiguration {
}
