/**
 * The real kernel as judge: the same calls, at random, on the host's hugetlbfs, tmpfs and anonymous memory and on the
 * model. Where they answer differently a row of {@link org.dmemfs.conformance.tests.judge.Difference} has to say so,
 * and why. No lock but the one of the host's huge pages.
 */
package org.dmemfs.conformance.tests.judge;
