package org.dmemfs.vfio.type1;

/** Is given contiguous frames with the iova that they have, in the order of the iova. */
@FunctionalInterface
interface RunSink {
    void accept(long iova, long pfn, long frames);
}
