/** dmemfs over every page size, allocator, policy and earlier fragmentation, on assembled machines. */
package org.dmemfs.conformance.tests.files;
