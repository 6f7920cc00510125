/**
 * What the Linux host offers beyond the Java platform, typed per facility: {@link org.dmemfs.linux.HostMemory} (shared
 * memory and the windows that map it), {@link org.dmemfs.linux.HostKvm} (virtual machines on {@code /dev/kvm}),
 * {@link org.dmemfs.linux.HostUserfault} (pages that go bad) and {@link org.dmemfs.linux.HostAddressSpaces} (the host's own
 * memory calls, to hold a model against).
 * A facility is a service, registered only after its self test on this very host; where the service is missing, the
 * host does not have the facility, and a {@link org.dmemfs.linux.MissingFacility} says why. No system call number, ioctl, address or raw descriptor passes this contract.
 *
 * <p>States. {@link org.dmemfs.linux.SharedMemory}, {@link org.dmemfs.linux.AddressWindow},
 * {@link org.dmemfs.linux.HostFile}, {@link org.dmemfs.linux.HostAddressSpace},
 * {@link org.dmemfs.linux.KvmVirtualMachine} and {@link org.dmemfs.linux.KvmVcpu} are open from their creation until
 * {@code close()}; a second close does nothing and any other call on a closed one answers ENODEV. Whatever a killed
 * process held goes back to the host by itself, as every resource here is a descriptor or a mapping.
 *
 * <p>Failures are {@link org.dmemfs.kernel.ErrnoException}s: EINVAL for a wrong argument, with the value and what is
 * accepted; otherwise the host's own errno, with the call that failed.
 */
@Export
@Version("1.0.0")
package org.dmemfs.linux;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
