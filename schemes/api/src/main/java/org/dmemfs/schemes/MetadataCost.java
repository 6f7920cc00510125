package org.dmemfs.schemes;

/**
 * What one kind of kernel data costs.
 *
 * @param kind what it is
 * @param bytes how much
 * @param formula where the number comes from, for people
 */
public record MetadataCost(MetadataKind kind, long bytes, String formula) {
}
