package org.dmemfs.linux.native_;

/** The ioctls of the kernel's KVM API that are used, with their numbers on x86-64 (linux/kvm.h). */
enum KvmRequest {
    /** On the device: the version of the API. */
    GET_API_VERSION(0xAE00),
    /** On the device: a new virtual machine's descriptor. */
    CREATE_VM(0xAE01),
    /** On the device: whether, or how many. */
    CHECK_EXTENSION(0xAE03),
    /** On the device: bytes of the structure shared with each processor. */
    GET_VCPU_MMAP_SIZE(0xAE04),
    /** On the device: what a guest's CPUID may show on this host. */
    GET_SUPPORTED_CPUID(0xC008AE05L),
    /** On a machine: a new processor's descriptor. */
    CREATE_VCPU(0xAE41),
    /** On a machine: the dirty bitmap of a slot. */
    GET_DIRTY_LOG(0x4010AE42),
    /** On a machine: makes, changes or deletes a slot. */
    SET_USER_MEMORY_REGION(0x4020AE46),
    /** On a processor: runs the guest. */
    RUN(0xAE80),
    /** On a processor: general registers. */
    GET_REGS(0x8090AE81L),
    /** On a processor: general registers. */
    SET_REGS(0x4090AE82),
    /** On a processor: segments and control registers. */
    GET_SREGS(0x8138AE83L),
    /** On a processor: segments and control registers. */
    SET_SREGS(0x4138AE84),
    /** On a processor: model-specific registers; answers how many were taken. */
    SET_MSRS(0x4008AE89),
    /** On a processor: which signals are blocked while the guest runs. */
    SET_SIGNAL_MASK(0x4004AE8B),
    /** On a processor: what CPUID shows. */
    SET_CPUID2(0x4008AE90);

    private final long number;

    KvmRequest(long number) {
        this.number = number;
    }

    /** Answers the result, or a negative error number. */
    long call(LibC libc, int descriptor, long argument) {
        return libc.ioctl(descriptor, number, argument);
    }
}
