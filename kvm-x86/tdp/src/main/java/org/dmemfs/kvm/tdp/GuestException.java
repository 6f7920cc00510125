package org.dmemfs.kvm.tdp;

import java.io.Serial;

/** An exception of the guest's processor. There is no interrupt table, so it becomes a triple fault and ends the guest. */
final class GuestException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    GuestException(String sentence) {
        super(sentence);
    }
}
