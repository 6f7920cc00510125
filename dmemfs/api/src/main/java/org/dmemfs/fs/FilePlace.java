package org.dmemfs.fs;

/**
 * Where a frame stands in a file.
 *
 * @param mount the mount's target
 * @param path from the root of the mount, with {@code (deleted)} behind it where the file has no name any more
 * @param offset first byte of the 4K page
 * @param bad whether this frame was reported bad
 */
public record FilePlace(String mount, String path, long offset, boolean bad) {
}
