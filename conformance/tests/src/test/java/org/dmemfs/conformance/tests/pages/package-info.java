/** The pages of docs that are made from the house, and the test that holds them to it. No lock, no state. */
package org.dmemfs.conformance.tests.pages;
