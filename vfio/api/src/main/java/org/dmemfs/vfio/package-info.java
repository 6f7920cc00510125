/**
 * The contract of devices: a container maps ranges of a task's memory for DMA, and a DMA engine moves bytes by them.
 *
 * <p>A map holds a reference on every dpage it covers: memory outlives its file until the map goes (patch V2 36). A
 * container is <em>open</em> until it is closed or its provider stops; then every call answers ENODEV.
 */
@Export
@Version("1.0.0")
package org.dmemfs.vfio;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
