/**
 * The rules of the house, one class each under the rule's id, and one test each that shows it on the house as it was
 * built and on an offender that was planted for it.
 *
 * <p>An offender is source text, compiled by the test into a jar of its own that only the rule ever sees. No lock.
 */
package org.dmemfs.conformance.tests.rules;
