/**
 * What Linux keeps in shared headers: {@link org.dmemfs.kernel.Errno}, {@link org.dmemfs.kernel.PageSize},
 * {@link org.dmemfs.kernel.NodeMask}, {@link org.dmemfs.kernel.MemoryPolicy} and the numbers of the patch series.
 *
 * <p>Everything here is an immutable value, safe for any thread; the package has no lock and no state. It imports
 * nothing of the project, and it has no public numeric constant: javac would inline it into the importer and no
 * rule could see the import.
 */
@Export
@Version("1.0.0")
package org.dmemfs.kernel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
