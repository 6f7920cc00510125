/**
 * The contract of reservation: what a machine's memory is, what {@code dmem=} took of it, and the bytes themselves.
 *
 * <p>A frame is in one of these states, fixed at boot: RAM with a {@code struct page}; dmem, which has none; RAM set
 * aside by {@code mem=} or {@code memmap=}, which has none either and is not dmem; device memory; a hole. Reservation is
 * the only step that moves frames, from RAM to dmem, before the first {@code struct page} is made.
 *
 * <p>All values are immutable. {@link org.dmemfs.reserve.PhysicalMemory} and {@link org.dmemfs.reserve.PhysicalBytes}
 * are safe for any thread, as RAM is: they order nothing. The package has no lock.
 */
@Export
@Version("1.0.0")
package org.dmemfs.reserve;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
