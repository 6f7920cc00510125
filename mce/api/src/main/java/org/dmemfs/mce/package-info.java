/**
 * The contract of machine-check handling: {@code memory_failure}, and the choice of the tasks that are signalled.
 *
 * <p>Nothing here has a lock of its own; a report is handled in the thread that brings it.
 */
@Export
@Version("1.0.0")
package org.dmemfs.mce;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
