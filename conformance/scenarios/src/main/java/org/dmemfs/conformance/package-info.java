/**
 * What a scenario is: a sequence of calls on a machine, each with the answer that a version of the series gives to it.
 *
 * <p>Scenarios are services, one per name, so that a running machine can be asked to show what it does. No lock: a
 * scenario runs in the thread of whoever asks.
 */
@Export
@Version("1.0.0")
package org.dmemfs.conformance;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
