/**
 * Tests on machines that are booted as the distribution boots them, from the bundles on disk. The api packages come from
 * the tests' own class path, so that a test can call the services. No lock.
 */
package org.dmemfs.conformance.tests.machine;
