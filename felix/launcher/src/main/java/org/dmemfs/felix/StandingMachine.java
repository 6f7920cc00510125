package org.dmemfs.felix;

import java.nio.file.Path;

/**
 * A machine that stays.
 *
 * @param name its name
 * @param processId the process that it lives in
 * @param socket where it listens
 */
public record StandingMachine(String name, long processId, Path socket) {
}
