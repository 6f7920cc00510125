/**
 * Anonymous memory of the kernel, which every other scheme is compared with. A carve-out is a promise: nothing is set aside,
 * and what is promised to one guest is not promised to the next. Lock: the carve-out's own, before those of the memory
 * manager.
 */
package org.dmemfs.schemes.plain;
