/**
 * The tour: one thread through every layer, from the memory map to a guest, a device and a bad page. Each step is a class;
 * each takes what the one before has made.
 *
 * <p>A tour runs in one thread and has no lock. Whatever happens, guest, device, mapping, task and
 * mount end in the reverse of the order in which they came to be.
 */
package org.dmemfs.felix.commands.tour;
