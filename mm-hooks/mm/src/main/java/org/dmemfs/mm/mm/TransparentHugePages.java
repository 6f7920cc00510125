package org.dmemfs.mm.mm;

import java.util.Locale;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.VmFlag;

/** Where anonymous memory gets pages of 2M ({@code /sys/kernel/mm/transparent_hugepage/enabled}). */
public enum TransparentHugePages {
    /** Wherever one fits, but where MADV_NOHUGEPAGE was said. */
    ALWAYS,
    /** Where MADV_HUGEPAGE was said. */
    MADVISE,
    /** Nowhere. */
    NEVER;

    /**
     * The one of a name.
     *
     * @throws ErrnoException EINVAL where there is none
     */
    static TransparentHugePages parse(String text) {
        for (TransparentHugePages value : values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        throw new ErrnoException(Errno.EINVAL,
                "\"" + text
                        + "\" does not say where transparent huge pages are: accepted are always, madvise and never");
    }

    /** {@code __transparent_hugepage_enabled} of 5.10, for anonymous memory. */
    boolean in(MappedArea area) {
        return switch (this) {
            case ALWAYS -> !area.has(VmFlag.NOHUGEPAGE);
            case MADVISE -> area.has(VmFlag.HUGEPAGE);
            case NEVER -> false;
        };
    }
}
