package org.dmemfs.reserve.memblock;

import java.util.Locale;
import java.util.Set;
import org.dmemfs.reserve.FrameKind;

/** What the kernel's names of memory ranges stand for, in {@code /proc/iomem} and {@code /sys/firmware/memmap}. */
final class ResourceName {
    private static final Set<String> FIRMWARE_KEEPS = Set.of("reserved", "acpi tables", "acpi data", "acpi nvs",
            "acpi non-volatile storage", "unusable memory", "ram buffer", "system rom", "video rom", "adapter rom");

    private ResourceName() {
    }

    static FrameKind kindOf(String name) {
        if (name.equals("System RAM") || isHotAdded(name)) {
            return FrameKind.RAM;
        }
        return FIRMWARE_KEEPS.contains(name.toLowerCase(Locale.ROOT)) ? FrameKind.HOLE : FrameKind.DEVICE;
    }

    /** RAM that a driver gave the kernel after boot, such as {@code System RAM (kmem)}. */
    static boolean isHotAdded(String name) {
        return name.startsWith("System RAM (");
    }
}
