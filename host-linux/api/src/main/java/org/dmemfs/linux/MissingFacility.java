package org.dmemfs.linux;

import org.dmemfs.kernel.Errno;

/**
 * A facility that this host does not have, registered as a service where the facility would be, with its name as the
 * property {@code facility}: whoever stands in for it can say why.
 *
 * @param facility the simple name of the facility's service, such as {@code HostKvm}
 * @param errno what the self test ended with
 * @param reason why, in one sentence
 */
public record MissingFacility(String facility, Errno errno, String reason) {
}
