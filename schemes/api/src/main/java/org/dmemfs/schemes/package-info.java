/**
 * The answers to "guest memory without {@code struct page}": one {@link org.dmemfs.schemes.Scheme} service per variant, such
 * as {@code hugetlb-6.12}. A scheme sets memory aside on the machine that it runs on, gives it to guests and takes it back, and
 * accounts for every byte that this costs the kernel.
 *
 * <p>States of a scheme on a machine: idle, or with one {@link org.dmemfs.schemes.Carveout}. A carve-out has grants; a
 * {@link org.dmemfs.schemes.GuestGrant} is mapped by tasks. Closing goes the other way round and is idempotent.
 *
 * <p>Lock order: a carve-out's lock comes before every lock of the memory manager; no call of this package is made from
 * inside a fault.
 */
@Export
@Version("1.0.0")
package org.dmemfs.schemes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
