package org.dmemfs.schemes;

/** How the memory of one guest may lie. */
public enum GuestLayout {
    /** Page by page, on the nodes that its policy allows, in the order of their fallback list. */
    PAGES,
    /** In ranges of one node, by address. */
    RANGES,
    /** In one range of one node, by address. */
    ONE_RANGE
}
