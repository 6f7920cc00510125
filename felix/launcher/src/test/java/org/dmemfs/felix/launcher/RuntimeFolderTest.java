package org.dmemfs.felix.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeFolderTest {
    @TempDir
    Path temporary;

    private RuntimeFolder folder;

    @BeforeEach
    void makeFolder() {
        folder = new RuntimeFolder(temporary.resolve("dmem"));
    }

    private static long entries(Path path) throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.count();
        }
    }

    @Test
    void isOpenToItsOwnerOnly() throws IOException {
        folder.ensure();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path()))).isEqualTo("rwx------");
    }

    @Test
    void storageGoesWhenItIsGivenBack() throws IOException {
        try (RuntimeFolder.Storage storage = folder.takeStorage()) {
            Files.createDirectories(storage.path().resolve("felix/bundle1"));
            Files.writeString(storage.path().resolve("felix/bundle1/file"), "x");
        }
        assertThat(entries(folder.path())).isZero();
    }

    @Test
    void storageThatIsInUseIsLeftAlone() throws IOException {
        try (RuntimeFolder.Storage first = folder.takeStorage(); RuntimeFolder.Storage second = folder.takeStorage()) {
            assertThat(first.path()).exists().isNotEqualTo(second.path());
        }
    }

    @Test
    void storageStaysLockedForOtherProcessesWhileThisOneLooksForAbandonedOnes() throws IOException {
        try (RuntimeFolder.Storage first = folder.takeStorage(); RuntimeFolder.Storage second = folder.takeStorage()) {
            Object inode = Files.getAttribute(first.path().resolve("lock"), "unix:ino");
            assertThat(second.path()).exists();
            assertThat(Files.readAllLines(Path.of("/proc/locks"))).anyMatch(line -> line.contains(":" + inode + " "));
        }
    }

    @Test
    void storageOfADeadProcessGoesWithTheNextStart() throws IOException {
        folder.ensure();
        Path abandoned = Files.createDirectories(folder.path().resolve("storage-dead/felix"));
        Files.createFile(folder.path().resolve("storage-dead/lock"));
        try (RuntimeFolder.Storage next = folder.takeStorage()) {
            assertThat(next.path()).exists();
            assertThat(abandoned).doesNotExist();
        }
    }

    @Test
    void aSocketThatNobodyListensOnIsNoMachine() throws IOException {
        folder.ensure();
        try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(folder.socket("stale")));
        }
        assertThat(folder.socket("stale")).exists();
        assertThat(MachineSocket.connect(folder, "stale")).isEmpty();
        assertThat(MachineSocket.namesOfLiving(folder)).isEmpty();
    }

    @Test
    void aSocketThatIsListenedOnIsAMachine() throws IOException {
        folder.ensure();
        try (ServerSocketChannel living = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            living.bind(UnixDomainSocketAddress.of(folder.socket("lab")));
            assertThat(MachineSocket.namesOfLiving(folder)).containsExactly("lab");
        }
    }
}
