package org.dmemfs.linux;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Virtual machines by the host's {@code /dev/kvm}. Present as a service where the device opens, speaks API version 12
 * and made a virtual machine in the self test. Safe for any thread.
 */
@ProviderType
public interface HostKvm {
    /**
     * What KVM_GET_API_VERSION answers.
     *
     * @return 12 on every host since Linux 2.6.22
     */
    int apiVersion();

    /**
     * A virtual machine without memory and without processors.
     *
     * @return the machine
     * @throws org.dmemfs.kernel.ErrnoException the host's errno where it refuses, such as ENOMEM
     */
    KvmVirtualMachine createVirtualMachine();
}
