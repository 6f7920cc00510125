/**
 * The contract of guests: a virtual machine with memory slots that are ranges of a task's address space, and virtual
 * processors that run machine code until they exit.
 *
 * <p>A machine is <em>alive</em> until it is closed or its kind of guest is stopped; then it has an end reason, and every
 * call answers ENODEV. A virtual processor runs in one thread at a time.
 *
 * <p>Memory is reached only through {@link org.dmemfs.mm.AddressSpace}: gfn to slot to host virtual address to frame. When
 * the address space takes an entry away, the guest has lost it before the call returns.
 */
@Export
@Version("1.0.0")
package org.dmemfs.kvm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
