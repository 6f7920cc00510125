/** What tests of other folders need of the reservation: memory of any size that costs what is touched. */
package org.dmemfs.reserve.kit;
