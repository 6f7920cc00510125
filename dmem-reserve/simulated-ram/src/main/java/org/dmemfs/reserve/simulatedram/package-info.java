/**
 * Physical memory of which only touched pages cost: a machine of 16 TiB boots on a laptop. There is one
 * {@link org.dmemfs.reserve.simulatedram.SimulatedRam} for each time the machine boots, from its component's activation
 * to its deactivation. The package has no lock.
 */
package org.dmemfs.reserve.simulatedram;
