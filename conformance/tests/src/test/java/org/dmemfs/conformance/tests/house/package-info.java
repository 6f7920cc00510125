/** The reactor as it was built, and the drawing it is held to: what the rules look at. No lock: everything is read once. */
package org.dmemfs.conformance.tests.house;
