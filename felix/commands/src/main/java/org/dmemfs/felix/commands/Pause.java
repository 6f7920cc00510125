package org.dmemfs.felix.commands;

/** Waiting for what only can be asked about, again and again. */
final class Pause {
    private static final long MILLISECONDS = 5;

    private Pause() {
    }

    static void briefly(String what) {
        try {
            Thread.sleep(MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted " + what, interrupted);
        }
    }
}
