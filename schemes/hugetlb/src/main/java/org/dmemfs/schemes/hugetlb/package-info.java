/**
 * Pools of huge pages. The pages are compound pages of the kernel's page allocator; a file a guest; a fault takes a page from
 * the pool by the policy in force.
 *
 * <p>Lock order: a carve-out's lock, then a file's, then the pool's. The pool's is taken in faults and where the last
 * reference to a page is dropped; nothing is called with it held.
 */
package org.dmemfs.schemes.hugetlb;
