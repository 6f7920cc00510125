package org.dmemfs.core;

/**
 * Who keeps dpages: one per file, device map or test. A value that the consumer makes; the pool counts per holder.
 *
 * @param kind what it is, such as file or device
 * @param name which one, unique within its kind, such as mount and path
 */
public record Holder(String kind, String name) {
    @Override
    public String toString() {
        return kind + " " + name;
    }
}
