/**
 * The contract of the file system: mounts, directories, and open files whose bytes are reached by mapping them.
 *
 * <p>A mount is <em>mounted</em> until it is unmounted or the file system is stopped; from then on every call on it and
 * on its open files answers ENODEV. A file lives while it has a name or is open or mapped.
 *
 * <p>Names are paths from the root of the mount, separated by slashes; each component has 1 to 255 bytes of UTF-8 and is
 * neither {@code .} nor {@code ..}; any other component is EINVAL, a longer one ENAMETOOLONG. A slash at the start is
 * allowed and changes nothing.
 */
@Export
@Version("1.0.0")
package org.dmemfs.fs;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
