/**
 * From a kernel command line and a machine's memory map to the regions of {@code dmem=}: the readers of memory maps, the
 * parser, and the walk over what memblock has free.
 *
 * <p>A machine is read once into a {@link org.dmemfs.reserve.memblock.MachineDraft}, which one thread fills and which
 * ends as an immutable {@link org.dmemfs.reserve.memblock.Machine}. Everything works on ranges, never on pages, so that
 * 16 TiB cost what 16 GiB do. Nothing here has a lock.
 *
 * <p>All input is another's: files, command lines and what the host shows. A value that cannot be used is refused with
 * a sentence, or left out with one line among the notices.
 */
package org.dmemfs.reserve.memblock;
