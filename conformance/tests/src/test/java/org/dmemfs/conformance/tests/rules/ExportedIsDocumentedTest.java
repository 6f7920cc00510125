package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("exported-is-documented")
class ExportedIsDocumentedTest {
    private final Rule exportedIsDocumented = new ExportedIsDocumented();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(exportedIsDocumented.offences(House.built())).isEmpty();
    }

    @Test
    void errnoThatIsThrownAndNotSaidIsFound() {
        assertThat(exportedIsDocumented.offences(planted("""
                public final class Opener {
                    /** Opens. */
                    public void open() {
                        check();
                    }
                    private void check() {
                        throw new org.dmemfs.kernel.ErrnoException(org.dmemfs.kernel.Errno.EBUSY, "busy");
                    }
                }
                """))).containsExactly("schemes/api: Opener.open throws EBUSY and does not say so");
    }

    @Test
    void exceptionWithoutItsErrnoIsFound() {
        assertThat(exportedIsDocumented.offences(planted("""
                public interface Opener {
                    /**
                     * Opens.
                     *
                     * @throws org.dmemfs.kernel.ErrnoException if it cannot
                     */
                    void open();
                }
                """))).containsExactly(
                "schemes/api: Opener.open throws ErrnoException and does not say which: if it cannot");
    }

    @Test
    void patchThatThereIsNotIsFound() {
        assertThat(exportedIsDocumented.offences(planted("""
                /** Opens (patches 37 and 38). */
                public interface Opener {
                }
                """))).containsExactly("schemes/api: Opener.java speaks of patch 38: there are 1 to 37");
    }

    @Test
    void whatIsSaidIsAccepted() {
        assertThat(exportedIsDocumented.offences(planted("""
                /** Opens (patch 1). */
                public interface Opener {
                    /**
                     * Opens.
                     *
                     * @throws org.dmemfs.kernel.ErrnoException EBUSY while another has it open
                     */
                    default void open() {
                        throw new org.dmemfs.kernel.ErrnoException(org.dmemfs.kernel.Errno.EBUSY, "busy");
                    }
                }
                """))).isEmpty();
    }

    private House planted(String source) {
        return PlantedModule.in(directory, "schemes/api").type("org.dmemfs.schemes.Opener", source).inTheHouse();
    }
}
