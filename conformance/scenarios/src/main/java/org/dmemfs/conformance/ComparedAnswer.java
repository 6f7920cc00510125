package org.dmemfs.conformance;

/**
 * What happened.
 *
 * @param operation the operation's name
 * @param answer the errno, the size, the signal, the bytes
 */
public record ComparedAnswer(String operation, String answer) {
}
