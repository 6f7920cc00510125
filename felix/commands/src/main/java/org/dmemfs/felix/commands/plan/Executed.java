package org.dmemfs.felix.commands.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;

/**
 * What one scheme answered to the operations of {@code compare}, executed now.
 *
 * @param answers by operation
 */
public record Executed(Map<String, String> answers) {
    private static final String MAP = "map at ";
    /** A word to those who asked to hear early; nobody is stopped by it. */
    private static final String EARLY = "BUS_MCEERR_AO";
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]+");

    /** Copies the map. */
    public Executed {
        answers = Map.copyOf(answers);
    }

    /** Whether an operation only tells the size of an entry. */
    static boolean isMap(String operation) {
        return operation.startsWith(MAP);
    }

    /**
     * What a touch of a page puts into the page table of a VMM, as seen at this page size or else at the next smaller one;
     * empty where it got none.
     */
    Optional<PageSize> taskEntry(PageSize pageSize) {
        return Arrays.stream(PageSize.values()).filter(size -> size.compareTo(pageSize) <= 0)
                .sorted(Comparator.reverseOrder()).flatMap(size -> entry(MAP + size.label(), pageSize).stream())
                .findFirst();
    }

    /** What a guest's second-level table gets; empty where it got none. */
    Optional<PageSize> guestEntry(PageSize pageSize) {
        return entry("KVM map", pageSize);
    }

    /** What a device's table gets; empty where it got none. */
    Optional<PageSize> deviceEntry(PageSize pageSize) {
        return entry("VFIO map", pageSize);
    }

    /** The smallest size that is named: where an operation got several, all count as the smallest. */
    private Optional<PageSize> entry(String operation, PageSize pageSize) {
        String answer = answers.getOrDefault(operation, "");
        return Arrays.stream(PageSize.values()).filter(size -> answer.matches("(.* )?" + size.label() + "( .*)?"))
                .min(Comparator.naturalOrder()).map(size -> size.compareTo(pageSize) > 0 ? pageSize : size);
    }

    /** Whether an answer refuses something that another grants, which is no errno itself. */
    static boolean refusesMore(String answer, String other) {
        return !other.matches("E[A-Z0-9]+\\b.*") && !refusals(other).containsAll(refusals(answer));
    }

    /** The errnos and signals of an answer. */
    private static Set<String> refusals(String answer) {
        return WORD.matcher(answer).results().map(MatchResult::group).filter(Executed::isRefusal)
                .collect(Collectors.toSet());
    }

    private static boolean isRefusal(String word) {
        return word.startsWith("SEGV_") || word.startsWith("BUS_") && !word.equals(EARLY) || word.equals("KILLED")
                || Arrays.stream(Errno.values()).anyMatch(errno -> errno.name().equals(word));
    }
}
