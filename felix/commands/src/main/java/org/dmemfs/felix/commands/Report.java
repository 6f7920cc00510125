package org.dmemfs.felix.commands;

import java.util.List;

/** What a command found out. The records that implement it are the document; their lines are for people. */
interface Report {
    /** The answer in words, a line each. */
    List<String> lines();

    /** What becomes JSON: the record itself, unless it holds more than a reader of the document wants. */
    default Object document() {
        return this;
    }
}
