/**
 * The series in the memory manager: one class per patch, each with what the kernel did before and does after, and the set of
 * them as one {@link org.dmemfs.mm.HookSet}. Patches 16, 24 and 28 live in the file system, 25 and 36 in vfio, 22 and 33 in
 * kvm.
 *
 * <p>Everything but the reference to the set in force is immutable; there is no lock. The set is in one of two states: bound,
 * when the memory manager asks it, or not, when it answers as the kernel before the series.
 */
package org.dmemfs.mm.series;
