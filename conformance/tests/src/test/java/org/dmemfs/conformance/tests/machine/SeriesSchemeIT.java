package org.dmemfs.conformance.tests.machine;

import java.util.Map;
import java.util.Objects;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The series as a scheme keeps the schemes' contract, in each of its versions, on one machine for all rows of a version. */
class SeriesSchemeIT {
    @Nested
    class V1 extends OnAssembledMachine {
        V1() {
            super(SeriesVersion.V1);
        }
    }

    @Nested
    class V2 extends OnAssembledMachine {
        V2() {
            super(SeriesVersion.V2);
        }
    }

    @Nested
    class Repaired extends OnAssembledMachine {
        Repaired() {
            super(SeriesVersion.REPAIRED);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class OnAssembledMachine extends SchemeContract implements SchemeMachine {
        private final SeriesVersion series;
        private FelixMachine machine;

        OnAssembledMachine(SeriesVersion series) {
            this.series = series;
        }

        @BeforeAll
        void assemble() {
            machine = Assembled.boot(
                    Map.of(Option.MACHINE, "2x10G", Option.CMDLINE, "dmem=2G:1G", Option.SERIES, series.label()));
        }

        @AfterAll
        void end() {
            machine.close();
        }

        @Override
        protected SchemeMachine boot() {
            return this;
        }

        @Override
        public Scheme scheme() {
            try {
                ServiceReference<?>[] found = machine.context().getAllServiceReferences(Scheme.class.getName(),
                        "(scheme=dmemfs-%s)".formatted(series.label()));
                return (Scheme) machine.context().getService(Objects.requireNonNull(found)[0]);
            } catch (InvalidSyntaxException mistyped) {
                throw new AssertionError(mistyped);
            }
        }

        @Override
        public AddressSpaces addressSpaces() {
            return machine.service(AddressSpaces.class);
        }

        @Override
        public PhysicalMemory memory() {
            return machine.service(PhysicalMemory.class);
        }

        @Override
        public Reservation reservation() {
            return machine.service(Reservation.class);
        }

        @Override
        public boolean isTakenByTouch() {
            return true;
        }

        /** A word for each of the two bitmaps, a page for the counts. */
        @Override
        public long roundingBytes() {
            return 2 * Long.BYTES + PageSize.SIZE_4K.bytes();
        }

        /** The machine ends with the class. */
        @Override
        public void close() {
        }
    }
}
