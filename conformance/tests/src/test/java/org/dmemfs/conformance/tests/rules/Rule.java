package org.dmemfs.conformance.tests.rules;

import java.util.List;
import org.dmemfs.conformance.tests.house.House;

/** One rule of the house. */
@FunctionalInterface
interface Rule {
    /** What is wrong, one sentence each that names the offender; empty where the rule holds. */
    List<String> offences(House house);
}
