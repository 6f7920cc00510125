package org.dmemfs.reserve.memblock;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.dmemfs.reserve.FrameKind;

/**
 * The types of ranges in an x86 machine's memory map, numbered as firmware and the kernel number them. Where ranges
 * overlap, the kernel takes the higher number.
 */
enum E820Type {
    RAM(1, FrameKind.RAM, "System RAM", "usable"), RESERVED(2, FrameKind.HOLE, "Reserved", "device reserved"), ACPI(3,
            FrameKind.HOLE, "ACPI Tables", "acpi data"), NVS(4, FrameKind.HOLE, "ACPI Non-volatile Storage",
                    "acpi nvs"), UNUSABLE(5, FrameKind.HOLE, "Unusable memory", "unusable"), PERSISTENT(7,
                            FrameKind.DEVICE, "Persistent Memory", "persistent (type 7)"), LEGACY_PERSISTENT(12,
                                    FrameKind.DEVICE, "Persistent Memory (legacy)",
                                    "persistent (type 12)"), SOFT_RESERVED(0xefffffffL, FrameKind.DEVICE,
                                            "Soft Reserved", "application reserved");

    private final long number;
    private final FrameKind kind;
    private final String resource;
    private final String logged;

    E820Type(long number, FrameKind kind, String resource, String logged) {
        this.number = number;
        this.kind = kind;
        this.resource = resource;
        this.logged = logged;
    }

    long number() {
        return number;
    }

    FrameKind kind() {
        return kind;
    }

    /** The name in {@code /proc/iomem}. */
    String resource() {
        return resource;
    }

    static Optional<E820Type> numbered(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** The type of a name as logs and resource trees of any age have it; empty for what firmware's map does not have. */
    static Optional<E820Type> named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type -> lower.equals(type.logged) || lower.equals(type.resource.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
