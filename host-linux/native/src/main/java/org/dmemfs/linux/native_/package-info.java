/**
 * The native calls of the project. {@code LibC} is the one class that links; everything above it works with answers
 * (a result or a negative error number), checks what comes from outside before the host sees it, and keeps its books so
 * that no call of the api, in whatever order, ends the JVM.
 *
 * <p>Lock order, first to last; none is held while a guest runs but the processor's turn:
 * <pre>
 * virtual machine -> processor's turn -> processor's kick
 *        |
 *        +---------> window -> memory file
 *                      |
 *                      +-----> mapping budget
 *                      |
 *                      +-----> userfault
 *
 * address space of its own -> resizable file
 * </pre>
 *
 * <p>States: a memory file is open or closed; a window is open, lost (the host failed in the middle of a remap and part of
 * the range may belong to others: it can only be closed) or closed.
 */
package org.dmemfs.linux.native_;
