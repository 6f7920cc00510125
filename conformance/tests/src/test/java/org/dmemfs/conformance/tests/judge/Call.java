package org.dmemfs.conformance.tests.judge;

/** One call on a range of addresses; places are offsets in it. */
sealed interface Call {
    /** mmap with MAP_FIXED of the file, or of none where the pair has none. */
    record Mmap(long offset, long bytes, Access access, boolean shared, long fileOffset) implements Call {
        @Override
        public String toString() {
            return "mmap(0x%x, 0x%x, %s, %s, file offset 0x%x)".formatted(offset, bytes, access,
                    shared ? "SHARED" : "PRIVATE", fileOffset);
        }
    }

    /** munmap. */
    record Munmap(long offset, long bytes) implements Call {
        @Override
        public String toString() {
            return "munmap(0x%x, 0x%x)".formatted(offset, bytes);
        }
    }

    /** mprotect. */
    record Mprotect(long offset, long bytes, Access access) implements Call {
        @Override
        public String toString() {
            return "mprotect(0x%x, 0x%x, %s)".formatted(offset, bytes, access);
        }
    }

    /** mremap. */
    sealed interface Resize extends Call {
        /** Where the mapping is. */
        long offset();

        /** Its length, as asked. */
        long oldBytes();

        /** The length it shall have, as asked. */
        long newBytes();

        /** Where the old range ends, in whole pages of 4K. */
        default long oldEnd() {
            return offset() + (oldBytes() + 4095 & -4096);
        }

        /** Where a shrink in place would end, in whole pages of 4K. */
        default long keptEnd() {
            return offset() + (newBytes() + 4095 & -4096);
        }
    }

    /** mremap in place. */
    record Mremap(long offset, long oldBytes, long newBytes) implements Resize {
        @Override
        public String toString() {
            return "mremap(0x%x, 0x%x, 0x%x)".formatted(offset, oldBytes, newBytes);
        }
    }

    /** mremap with MREMAP_MAYMOVE and MREMAP_FIXED. */
    record MremapTo(long offset, long oldBytes, long newBytes, long newOffset) implements Resize {
        /** Where the new range ends, in whole pages of 4K. */
        long newEnd() {
            return newOffset + (newBytes + 4095 & -4096);
        }

        @Override
        public String toString() {
            return "mremap(0x%x, 0x%x, 0x%x, MAYMOVE|FIXED, 0x%x)".formatted(offset, oldBytes, newBytes, newOffset);
        }
    }

    /** mincore. */
    record Mincore(long offset, long bytes) implements Call {
        @Override
        public String toString() {
            return "mincore(0x%x, 0x%x)".formatted(offset, bytes);
        }
    }

    /** ftruncate of the file. */
    record Truncate(long bytes) implements Call {
        @Override
        public String toString() {
            return "ftruncate(0x%x)".formatted(bytes);
        }
    }

    /** A load of 8 bytes. */
    record Load(long offset) implements Call {
        @Override
        public String toString() {
            return "load(0x%x)".formatted(offset);
        }
    }

    /** A store of 8 bytes. */
    record Store(long offset, long value) implements Call {
        @Override
        public String toString() {
            return "store(0x%x, %d)".formatted(offset, value);
        }
    }
}
