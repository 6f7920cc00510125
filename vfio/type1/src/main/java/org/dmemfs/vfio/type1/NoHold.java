package org.dmemfs.vfio.type1;

/** V1, or patch 36 taken out: a map holds nothing, and its memory may have another owner under the device. */
final class NoHold implements DpageHold {
    @Override
    public long take(long pfn, long frames) {
        return 0;
    }

    @Override
    public void undo() {
        // nothing was taken
    }

    @Override
    public void give(long pfn, long frames) {
        // nothing is held
    }
}
