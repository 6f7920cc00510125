package org.dmemfs.fs.fs;

/**
 * What all mounts share: whose each dpage is, and which frames are bad.
 *
 * @param owners from a dpage to its file
 * @param badFrames as they were reported
 */
record Ownership(OwnerIndex owners, BadFrames badFrames) {
}
