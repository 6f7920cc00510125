/** The test kit of schemes: a small machine, and what every scheme does on it. */
package org.dmemfs.schemes.kit;
