package org.dmemfs.felix.commands;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintStream;
import org.apache.felix.service.command.CommandSession;

/**
 * Where a command's reports go. As text each report is printed when it is made, so that a long command shows how far it
 * is; as JSON only the last word counts, {@link #conclude}.
 */
final class Answer {
    private final PrintStream output;
    private final boolean json;

    Answer(CommandSession session, boolean json) {
        this.output = session.getConsole();
        this.json = json;
    }

    /** A part of the answer: its lines now, or nothing where a document is wanted, which comes at the end. */
    void tell(Report part) {
        if (!json) {
            part.lines().forEach(output::println);
            output.flush();
        }
    }

    /** The whole answer as a document; nothing where its parts have been told as text. */
    void conclude(Report whole) {
        if (json) {
            output.println(gson().toJson(whole.document()));
            output.flush();
        }
    }

    /** An answer of one part. */
    void give(Report only) {
        tell(only);
        conclude(only);
    }

    private static Gson gson() {
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();
    }
}
