package org.dmemfs.schemes;

import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;

/**
 * What a scheme is.
 *
 * @param name of the variant, unique: the scheme, and what tells its variants apart
 * @param scheme the word that its variants share, such as hugetlb
 * @param kernel which kernel it models, as people write it
 * @param hypothetical whether no kernel has it: then every output says so
 * @param machineSeries the version of the series whose machine answers for the rest of this kernel (guests, devices, machine
 *        checks): posted versions are 5.10, where a guest maps memory without {@code struct page} in 4K; the repaired one is a
 *        kernel from 6.0 on
 * @param pageSizes the sizes that guests' memory can be set aside in
 * @param changes what a kernel of that version needs before it can do this; empty where it can
 * @param published what was said of it in public and is not measured here, each with where it was said
 */
public record SchemeDescription(String name, String scheme, String kernel, boolean hypothetical,
        SeriesVersion machineSeries, Set<PageSize> pageSizes, List<KernelChange> changes, List<String> published) {
    /** Copies set and lists. */
    public SchemeDescription {
        pageSizes = Set.copyOf(pageSizes);
        changes = List.copyOf(changes);
        published = List.copyOf(published);
    }

    /**
     * How people are to be told its name.
     *
     * @return the name, with a mark where no kernel has the scheme
     */
    public String title() {
        return hypothetical ? name + " (hypothetical)" : name;
    }
}
