package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("native-in-one-place")
class NativeInOnePlaceTest {
    private final Rule nativeInOnePlace = new NativeInOnePlace();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(nativeInOnePlace.offences(House.built())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            uses java.lang.foreign.Linker                    | Object f() { return java.lang.foreign.Linker.nativeLinker(); }
            uses java.lang.foreign.SymbolLookup              | Object f(java.lang.foreign.SymbolLookup lookup) { return lookup; }
            calls java.lang.foreign.MemorySegment.reinterpret | Object f(java.lang.foreign.MemorySegment s) { return s.reinterpret(8); }
            calls java.lang.System.loadLibrary               | void f() { System.loadLibrary("c"); }
            declares the native method f                     | native void f();
            """)
    void eachWayIntoNativeCodeIsFound(String use, String method) {
        House house = PlantedModule.in(directory, "dmem-reserve/planted")
                .type("org.dmemfs.reserve.planted.Native", "class Native { " + method + " }").inTheHouse();

        assertThat(nativeInOnePlace.offences(house)).contains("dmem-reserve/planted: org.dmemfs.reserve.planted.Native "
                + use + ", which belongs to host-linux/native");
    }

    @Test
    void onePlaceMayDoIt() {
        House house = PlantedModule.in(directory, "host-linux/native")
                .type("org.dmemfs.linux.planted.Native", "class Native { native void f(); }").inTheHouse();

        assertThat(nativeInOnePlace.offences(house)).isEmpty();
    }
}
