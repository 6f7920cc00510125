/**
 * Guests on the host's {@code /dev/kvm}: native code at ring 3, on real bytes.
 *
 * <p>The model's page tables mean nothing to the host, so each slot has a window: address space of this process at the
 * slot's size in which nothing may be touched, until frames are mapped into it from their shared descriptor. When the
 * model takes an entry away, the window's range is revoked before the notifier returns, and so before the dpage is freed.
 * A guest that touches a revoked range leaves KVM_RUN; the frame is looked up again, or the exit is a fault.
 *
 * <p>A slot's window is <em>filling</em>, <em>lent</em> to the host's machine, then <em>closed</em>. A machine is
 * <em>alive</em>, then <em>ended</em> with a reason.
 *
 * <p>Lock order, outermost first:
 * <pre>
 * locks of the address space (held by who calls the MMU notifier)
 *   lock of a machine's windows
 *     locks of the host facility
 * </pre>
 * Nothing of the address space is called with the windows' lock held.
 */
package org.dmemfs.kvm.hostkvm;
