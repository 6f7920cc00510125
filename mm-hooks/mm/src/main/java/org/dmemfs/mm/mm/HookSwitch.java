package org.dmemfs.mm.mm;

/** The hooks in force. */
final class HookSwitch {
    private volatile Hooks current = Hooks.of(null);

    Hooks current() {
        return current;
    }

    /** Changes them; page walkers are quiesced by the caller. */
    void change(Hooks hooks) {
        current = hooks;
    }
}
