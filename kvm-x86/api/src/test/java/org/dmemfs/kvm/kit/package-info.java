/** The test kit of guests: one contract that every kind of guest keeps, and an address space that a test scripts. */
package org.dmemfs.kvm.kit;
