package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The distribution as a user meets it: processes, exit codes, and what is left behind. */
class CommandLineIT {
    @TempDir
    Path folder;

    private CommandLine dmem;

    @BeforeEach
    void setUp() {
        dmem = new CommandLine(CommandLine.assembled(), folder);
    }

    @AfterEach
    void endMachines() throws IOException, InterruptedException {
        for (String entry : dmem.leftBehind()) {
            if (entry.endsWith(".sock")) {
                dmem.run("down", "--at", entry.substring(0, entry.length() - ".sock".length()));
            }
        }
    }

    @ParameterizedTest(name = "dmem {0} is refused with: {1}")
    @CsvSource(delimiter = '|', value = {
            "toor | toor is no command: there are ",
            "--memory paper exec x | --memory paper is not known: accepted are simulated, memfd, hugetlb",
            "exec x --machine /nowhere | /nowhere",
            "exec x --cmdline dmem=foo | dmem=foo",
            "up --cmdline dmem=foo | dmem=foo",
            "up --memory memfd --cmdline dmem=100T --machine 1x200T | 100T",
            "down | no machine named default is up: none is",
            "exec x --at lab | no machine named lab is up"})
    void wrongInputGivesOneSentenceAndExitCode2(String line, String sentence) throws Exception {
        Answer answer = dmem.run(line.split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).hasSize(1).first().asString().startsWith("dmem: ").contains(sentence);
        assertThat(answer.output()).isEmpty();
        assertThat(dmem.leftBehind()).isEmpty();
    }

    @Test
    void aCommandWithoutAMachineBootsOneAndSaysSoFirst() throws Exception {
        assertThat(dmem.run("exec", "echo hello", "--machine", "1x4G").output().lines())
                .containsExactly("No machine is up: a fresh one boots for this command (machine 1x4G, dmem=1G, memory "
                        + "simulated, page size 2M, series repaired).", "hello");
    }

    @Test
    void withJsonTheOutputIsTheDocumentAlone() throws Exception {
        Answer answer = dmem.run("reserve", "--machine", "2x512G", "--cmdline", "dmem=320G", "--json");
        assertThat(answer.output()).startsWith("{").contains("\"structPageBytesSaved\": 10737418240")
                .contains("\"start\": \"0x").endsWith("}\n");
        assertThat(answer.error()).isEmpty();
    }

    @Test
    void aMachineThatIsUpAnswersUntilItGoesDown() throws Exception {
        Answer up = dmem.run("up", "--machine", "1x4G");
        assertThat(up.exitCode()).as(up.error()).isZero();
        assertThat(up.output()).startsWith("default is up: process ").contains("1G reserved",
                "pool: regions 1, 4K frames 262144, allocator ");
        Path socket = dmem.runtimeFolder().resolve("default.sock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");

        assertThat(dmem.run("exec", "echo hello")).isEqualTo(new Answer(0, "hello\n", ""));
        assertThat(dmem.run("exec", "nonsense").exitCode()).isEqualTo(1);
        assertThat(dmem.run("up").exitCode()).as("a second machine of that name").isEqualTo(2);
        assertThat(dmem.run("exec", "x", "--machine", "2x4G").errorLines()).as("another machine than is up")
                .containsExactly("dmem: --machine 2x4G is not what the machine default was booted with, which is 1x4G: "
                        + "leave the option out, or end that machine with dmem down");
        assertThat(dmem.run("up", "--at", "other", "--machine", "1x4G").exitCode()).isZero();

        assertThat(dmem.run("down").exitCode()).isZero();
        assertThat(dmem.leftBehind()).containsOnly("other.sock", dmem.leftBehind().getLast());
        assertThat(dmem.run("down", "--at", "other").exitCode()).isZero();
        assertThat(dmem.leftBehind()).isEmpty();
    }

    @Test
    void aStaleSocketIsReplaced() throws Exception {
        Files.createDirectories(dmem.runtimeFolder());
        try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(dmem.runtimeFolder().resolve("default.sock")));
        }
        assertThat(dmem.run("up", "--machine", "1x4G").exitCode()).isZero();
        assertThat(dmem.run("exec", "echo hello").output()).isEqualTo("hello\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalLeavesNothingBehind(String signal, int exitCode) throws Exception {
        ProcessBuilder builder = dmem.command("exec", "sleep 100", "--machine", "1x4G");
        if (isIgnored(signal)) {
            builder.command().addAll(0, List.of("env", "--default-signal=" + signal));
        }
        Process process = builder.start();
        awaitBoot(process);
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(dmem.leftBehind()).isEmpty();
    }

    /** A build that a shell runs in the background ignores INT, as does all that it starts: Java keeps to that. */
    private static boolean isIgnored(String signal) throws IOException {
        int bit = signal.equals("INT") ? 1 : 14;
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.replaceFirst("SigIgn:\\s*", ""), 16) >> bit & 1) == 1);
    }

    @Test
    void whatAKilledProcessLeftIsRemovedByTheNext() throws Exception {
        Process process = dmem.command("exec", "sleep 100", "--machine", "1x4G").start();
        awaitBoot(process);
        process.destroyForcibly().waitFor();
        assertThat(dmem.leftBehind()).hasSize(1);
        assertThat(dmem.run("version").exitCode()).isZero();
        assertThat(dmem.leftBehind()).isEmpty();
    }

    @Test
    void aKilledMachineThatWasUpIsAsGoodAsNone() throws Exception {
        Answer up = dmem.run("up", "--machine", "1x4G");
        long process = Long.parseLong(up.output().replaceFirst("(?s)default is up: process (\\d+),.*", "$1"));
        ProcessHandle.of(process).orElseThrow().destroyForcibly();
        ProcessHandle.of(process).ifPresent(handle -> handle.onExit().join());
        assertThat(dmem.run("exec", "echo hello", "--machine", "1x4G").output()).contains("a fresh one boots");
        assertThat(dmem.run("up", "--machine", "1x4G").exitCode()).isZero();
    }

    private static void awaitBoot(Process process) throws IOException {
        // The first line comes once the machine is there.
        assertThat(process.inputReader().readLine()).startsWith("No machine is up");
    }

    @Test
    void theStartUpCacheIsMadeInTheBackgroundAndUsed() throws Exception {
        dmem.withStartUpCache();
        Answer first = dmem.run("version");
        await().atMost(Duration.ofMinutes(2)).until(() -> caches() == 1);
        assertThat(dmem.run("version")).isEqualTo(first);
        assertThat(dmem.run("exec", "echo hello", "--machine", "1x4G").output()).endsWith("hello\n");
        assertThat(caches()).isEqualTo(1);
    }

    private long caches() throws IOException {
        if (!Files.exists(dmem.caches())) {
            return 0;
        }
        try (var files = Files.list(dmem.caches())) {
            return files.filter(file -> file.toString().endsWith(".aot")).count();
        }
    }
}
