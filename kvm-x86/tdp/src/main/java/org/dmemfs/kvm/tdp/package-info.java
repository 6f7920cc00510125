/**
 * Guests in Java: second-level page tables (two-dimensional paging, TDP) in the hardware's layout, and an interpreter of
 * the instructions that payloads use.
 *
 * <p>A machine is <em>alive</em>, then <em>ended</em> with a reason. A processor is <em>outside</em> or <em>in the
 * guest</em>; in the guest it uses translations without a lock and looks at the machine's shoot-down generation before
 * every instruction. Who takes an entry away counts the generation up and waits until every processor in the guest has
 * seen it: a processor in the guest takes no lock of anybody else, so the wait is short.
 *
 * <p>Lock order, outermost first:
 * <pre>
 * locks of the address space (held by who calls the MMU notifier)
 *   mmu lock of a machine (slots, second-level table, notifier counts)
 *     wait for the processors in the guest: only after the mmu lock is free again
 * </pre>
 * Nothing of the address space is called with the mmu lock held or by a processor in the guest.
 */
package org.dmemfs.kvm.tdp;
