package org.dmemfs.mm;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a subsystem that hands out frames does when one goes bad: the branches of {@code memory_failure}, the memory manager's own
 * for the pages of tasks among them. Services; the machine-check subsystem asks them in turn. Safe for any thread; called without locks of the memory
 * manager.
 */
@ConsumerType
public interface FrameFailure {
    /**
     * A frame has gone bad. The subsystem takes it out of use and unmaps it as far as its kernel does.
     *
     * @param pfn the 4K frame
     * @return what there is to tell, or null where the frame is none of the subsystem's
     */
    @Nullable
    Outcome failed(long pfn);

    /**
     * What became of it.
     *
     * @param what was done, for the kernel log
     * @param mappers the mappings that had the page, whose tasks are signalled: those of the file's page, or those whose entry
     *        of an anonymous page was taken out
     * @param pageOffset the 4K page of these mappings that is reported
     * @param leastSignificantBit {@code si_addr_lsb}: how much is lost, 12, 21 or 30
     * @param recovered whether the frame is out of everybody's use, or will be
     */
    record Outcome(String what, List<Vma> mappers, long pageOffset, int leastSignificantBit, boolean recovered) {
        /** Copies the list. */
        public Outcome {
            mappers = List.copyOf(mappers);
        }

        /**
         * Of a page of a file.
         *
         * @param what was done, for the kernel log
         * @param mapping the file's mappings
         * @param pageOffset the 4K page of the file that is reported
         * @param leastSignificantBit how much is lost, 12, 21 or 30
         * @return out of use, with the mappings that cover the page now
         */
        public static Outcome ofFile(String what, FileMapping mapping, long pageOffset, int leastSignificantBit) {
            return new Outcome(what, mapping.covering(pageOffset), pageOffset, leastSignificantBit, true);
        }

        /**
         * Of a page that no task maps.
         *
         * @param what was done, for the kernel log
         * @return out of use
         */
        public static Outcome ofNobody(String what) {
            return new Outcome(what, List.of(), 0, 0, true);
        }
    }
}
