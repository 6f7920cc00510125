package org.dmemfs.core.llfree;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Who has reserved which tree of 32 children. A reservation keeps others away but forbids nothing: all of it is advice on
 * where to look first.
 */
final class Trees {
    /** Children of a tree. */
    static final int CHILDREN = 32;

    private static final int OPEN = 0;
    private static final int EMPTY = -1;

    private final AtomicIntegerArray states;

    Trees(long children) {
        states = new AtomicIntegerArray((int) ((children + CHILDREN - 1) / CHILDREN));
    }

    static int of(long child) {
        return (int) (child / CHILDREN);
    }

    int count() {
        return states.length();
    }

    boolean isReservedBy(int tree, int slot) {
        return states.get(tree) == slot + 1;
    }

    boolean reserve(int tree, int slot) {
        return states.get(tree) == OPEN && states.compareAndSet(tree, OPEN, slot + 1);
    }

    /** The slot found nothing more in its tree. */
    void leaveEmpty(int tree, int slot) {
        states.compareAndSet(tree, slot + 1, EMPTY);
    }

    /** A dpage of the tree was given back, or found. */
    void notEmpty(int tree) {
        if (states.get(tree) == EMPTY) {
            states.compareAndSet(tree, EMPTY, OPEN);
        }
    }
}
