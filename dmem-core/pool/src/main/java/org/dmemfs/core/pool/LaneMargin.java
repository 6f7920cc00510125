package org.dmemfs.core.pool;

/**
 * Two cache lines ahead of a lane's fields. A class's fields are laid out largest first and after those of the class
 * that it extends, so a margin has to be a class of its own.
 */
abstract class LaneMargin {
    @SuppressWarnings("unused")
    private long margin0, margin1, margin2, margin3, margin4, margin5, margin6, margin7, margin8, margin9, margin10,
            margin11, margin12, margin13, margin14, margin15;
}
