package org.dmemfs.felix;

/**
 * The terminal at the far end of a console.
 *
 * @param type as terminfo names it
 * @param columns its width
 * @param rows its height
 */
public record TerminalSize(String type, int columns, int rows) {
}
