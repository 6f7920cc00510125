package org.dmemfs.reserve;

/**
 * What a reservation could not get.
 *
 * @param node the NUMA node, or -1 for a range given by address
 * @param requestedBytes what was wanted there
 * @param missingBytes what of it was not to be had
 */
public record Shortfall(int node, long requestedBytes, long missingBytes) {
}
