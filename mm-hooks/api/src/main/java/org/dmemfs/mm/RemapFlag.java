package org.dmemfs.mm;

/** How to move a mapping: the {@code MREMAP_} flags that the model knows. */
public enum RemapFlag {
    /** The mapping may be moved where it cannot grow in place. */
    MAYMOVE,
    /** To exactly the address given, replacing what is there; needs MAYMOVE. */
    FIXED
}
