package org.dmemfs.felix.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.TerminalSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireRequestTest {
    static Stream<WireRequest> requests() {
        return Stream.of(
                new WireRequest(new CommandRequest("version", List.of(), Map.of(), false, "default"), Path.of("/"),
                        null),
                new WireRequest(
                        new CommandRequest("exec", List.of("echo 'ä €'", ""), Map.of(Option.MEMORY, "memfd"), true,
                                "lab"),
                        Path.of("/home/somebody"), null),
                new WireRequest(new CommandRequest("exec", List.of("x".repeat(100_000)), Map.of(), false, "default"),
                        Path.of("/"), null),
                new WireRequest(new CommandRequest("shell", List.of(), Map.of(), false, "default"), Path.of("/"),
                        new TerminalSize("xterm", 80, 24)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void arrivesAsItWasSent(WireRequest request) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        request.writeTo(new DataOutputStream(bytes));
        assertThat(WireRequest.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .isEqualTo(request);
    }
}
