/**
 * Physical memory whose dmem regions are real memory of the host, taken in full before anything of it can be reached.
 * The kernel's part stays simulated. There is one {@link org.dmemfs.reserve.hostram.HostRam} for each time the machine
 * boots, from its component's activation to its deactivation; the memory goes back to the host then, or with the process
 * however it ends. Frames that go bad are bad for the host as well where it can mark them. The package has no lock.
 */
package org.dmemfs.reserve.hostram;
