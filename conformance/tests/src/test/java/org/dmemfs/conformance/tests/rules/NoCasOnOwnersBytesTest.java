package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("no-cas-on-owners-bytes")
class NoCasOnOwnersBytesTest {
    private final Rule noCas = new NoCasOnOwnersBytes();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(noCas.offences(House.built())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.lang.foreign.ValueLayout.JAVA_LONG.varHandle()",
            "java.lang.foreign.ValueLayout.JAVA_LONG.arrayElementVarHandle()",
            "java.lang.invoke.MethodHandles.byteBufferViewVarHandle(long[].class, java.nio.ByteOrder.nativeOrder())"})
    void eachWayToAVarHandleOnMemoryIsFound(String maker) {
        House house = PlantedModule.in(directory, "vfio/planted")
                .type("org.dmemfs.vfio.planted.Racer", "class Racer { Object f() { return " + maker + "; } }")
                .inTheHouse();

        assertThat(noCas.offences(house)).singleElement().asString()
                .startsWith("vfio/planted: org.dmemfs.vfio.planted.Racer makes a VarHandle that views memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.dmemfs.reserve.PhysicalBytes", "org.dmemfs.reserve.PhysicalMemory",
            "org.dmemfs.reserve.HostRange", "org.dmemfs.linux.SharedMemory", "org.dmemfs.linux.AddressWindow"})
    void makerThatCanReachOwnersBytesIsFoundEvenWhereItMayMakeOne(String type) {
        House house = PlantedModule.in(directory, "dmem-core/api").type("org.dmemfs.core.SparseWords", """
                class SparseWords {
                    Object words() { return java.lang.foreign.ValueLayout.JAVA_LONG.varHandle(); }
                    Object bytes(%s owners) { return owners; }
                }
                """.formatted(type)).inTheHouse();

        assertThat(noCas.offences(house)).containsExactly("dmem-core/api: org.dmemfs.core.SparseWords makes a "
                + "VarHandle that views memory and knows " + type);
    }

    @Test
    void ownersBytesThatGiveTheirSegmentAwayAreFound() {
        House house = PlantedModule.in(directory, "dmem-reserve/api").type("org.dmemfs.reserve.PhysicalBytes", """
                import java.lang.foreign.MemorySegment;
                public class PhysicalBytes {
                    private final MemorySegment directMap;
                    PhysicalBytes(MemorySegment directMap) { this.directMap = directMap; }
                    MemorySegment segment() { return directMap; }
                    Object buffer() { return directMap.asByteBuffer(); }
                }
                """).inTheHouse();

        assertThat(noCas.offences(house)).containsExactlyInAnyOrder(
                "dmem-reserve/api: org.dmemfs.reserve.PhysicalBytes lets its segment go by segment",
                "dmem-reserve/api: org.dmemfs.reserve.PhysicalBytes calls asByteBuffer on a segment: accepted are "
                        + "[asSlice, byteSize, copy, fill, get, set]");
    }

    @Test
    void compareAndSetOnFieldsAndArraysIsFree() {
        House house = PlantedModule.in(directory, "vfio/planted")
                .type("org.dmemfs.vfio.planted.Counter",
                        """
                                class Counter {
                                    private final java.util.concurrent.atomic.AtomicLong count = new java.util.concurrent.atomic.AtomicLong();
                                    boolean first() { return count.compareAndSet(0, 1); }
                                    Object words() { return java.lang.invoke.MethodHandles.arrayElementVarHandle(long[].class); }
                                }
                                """)
                .inTheHouse();

        assertThat(noCas.offences(house)).isEmpty();
    }
}
