package org.dmemfs.conformance.scenarios.soak;

import java.util.List;
import org.dmemfs.vfio.Container;

/**
 * What a device reaches.
 *
 * @param container of the device
 * @param iova first address that the device sees, a multiple of the dpage size
 * @param dpages what it had mapped when it was made, in order; they stay whatever becomes of the file
 */
record DeviceMap(Container container, long iova, List<Dpage> dpages) {
}
