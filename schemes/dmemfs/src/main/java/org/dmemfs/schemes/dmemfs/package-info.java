/**
 * The series as a scheme: an adapter that mounts dmemfs, has a file a guest, and counts what the series' own structures
 * cost. The only bundle of the schemes that knows the file system. Lock: a carve-out's own, before those of the file system.
 */
package org.dmemfs.schemes.dmemfs;
