package org.dmemfs.felix.commands.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** How strong the node wishes of guests are. */
public enum NodeWish {
    /** Another node serves as well. */
    PREFERRED,
    /** No other node serves. */
    BIND;

    /**
     * As users write it.
     *
     * @param text the word
     * @return the wish
     * @throws ErrnoException EINVAL for another word
     */
    public static NodeWish parse(String text) {
        return Arrays.stream(values()).filter(wish -> wish.word().equals(text)).findFirst()
                .orElseThrow(() -> new ErrnoException(Errno.EINVAL, "the node wish %s is not known: accepted are %s"
                        .formatted(text,
                                Arrays.stream(values()).map(NodeWish::word).collect(Collectors.joining(", ")))));
    }

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
