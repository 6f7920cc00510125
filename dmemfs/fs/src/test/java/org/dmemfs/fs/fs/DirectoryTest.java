package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations on names, in a mount with a file /file, a directory /empty and a directory /full that has /full/child. */
class DirectoryTest {
    private final PlainMachine machine = new PlainMachine(8);
    private Mount mount;

    @BeforeEach
    void names() {
        mount = machine.mount(PageSize.SIZE_4K);
        mount.create("/file").close();
        mount.mkdir("/empty");
        mount.mkdir("/full");
        mount.create("/full/child").close();
    }

    @ParameterizedTest(name = "{0} {1} {2} is {3}")
    @CsvSource({
            "create, /file, , EEXIST", "create, /empty, , EEXIST", "create, /, , EEXIST",
            "create, /none/a, , ENOENT", "create, /file/a, , ENOTDIR", "create, '', , ENOENT",
            "create, /a//b, , EINVAL",
            "create, /., , EINVAL", "create, /full/.., , EINVAL", "create, /a/, , EINVAL",
            "mkdir, /file, , EEXIST", "mkdir, /empty, , EEXIST", "mkdir, /, , EEXIST", "mkdir, /none/a, , ENOENT",
            "mkdir, /file/a, , ENOTDIR",
            "open, /none, , ENOENT", "open, /file/a, , ENOTDIR", "open, /empty, , EISDIR", "open, /, , EISDIR",
            "unlink, /none, , ENOENT", "unlink, /empty, , EISDIR", "unlink, /, , EISDIR", "unlink, /file/a, , ENOTDIR",
            "rmdir, /none, , ENOENT", "rmdir, /file, , ENOTDIR", "rmdir, /full, , ENOTEMPTY", "rmdir, /, , EBUSY",
            "rename, /none, /a, ENOENT", "rename, /file, /none/a, ENOENT", "rename, /file, /empty, EISDIR",
            "rename, /empty, /file, ENOTDIR", "rename, /empty, /full, ENOTEMPTY", "rename, /full, /full/a, EINVAL",
            "rename, /full, /full/child/a, ENOTDIR", "rename, /, /a, EBUSY", "rename, /file, /, EBUSY",
            "stat, /none, , ENOENT", "stat, /file/a, , ENOTDIR", "readdir, /none, , ENOENT",
            "readdir, /file, , ENOTDIR"})
    void refusals(String call, String path, String to, Errno errno) {
        assertThatThrownBy(() -> call(call, path, to)).isInstanceOf(ErrnoException.class).extracting("errno")
                .isEqualTo(errno);
        assertThat(mount.readdir("/")).containsExactly("file", "empty", "full");
        assertThat(mount.readdir("/full")).containsExactly("child");
    }

    @ParameterizedTest(name = "{0} {1} {2} leaves / with {3} and /full with {4}")
    @CsvSource({
            "create, /new, , file empty full new, child", "create, new, , file empty full new, child",
            "create, /full/new, , file empty full, child new", "mkdir, /new, , file empty full new, child",
            "unlink, /file, , empty full, child", "unlink, /full/child, , file empty full, ''",
            "rmdir, /empty, , file full, child", "rename, /file, /new, empty full new, child",
            "rename, /file, /file, file empty full, child", "rename, /file, /full/child, empty full, child",
            "rename, /file, /full/a, empty full, child a", "rename, /empty, /full/sub, file full, child sub",
            "rename, /full/child, /file, empty full file, ''", "rename, /full/child, /new, file empty full new, ''"})
    void namesMove(String call, String path, String to, String root, String full) {
        call(call, path, to);
        assertThat(String.join(" ", mount.readdir("/"))).isEqualTo(root);
        assertThat(String.join(" ", mount.readdir("/full"))).isEqualTo(full);
    }

    @Test
    void aDirectoryMovesOverAnEmptyOne() {
        mount.rename("/full", "/empty");
        assertThat(mount.readdir("/")).containsExactly("file", "empty");
        assertThat(mount.readdir("/empty")).containsExactly("child");
    }

    @Test
    void aDirectoryHasTwoLinksAndOnePerSubdirectory() {
        assertThat(mount.stat("/").links()).isEqualTo(4);
        mount.rename("/empty", "/full/empty");
        assertThat(mount.stat("/").links()).isEqualTo(3);
        assertThat(mount.stat("/full").links()).isEqualTo(3);
        mount.rmdir("/full/empty");
        assertThat(mount.stat("/full").links()).isEqualTo(2);
    }

    @Test
    void inodeNumbersAreUniqueAndStayWithTheFile() {
        long number = mount.stat("/file").inode();
        mount.rename("/file", "/renamed");
        assertThat(mount.stat("/renamed").inode()).isEqualTo(number);
        assertThat(mount.stat("/full/child").inode()).isNotEqualTo(number);
    }

    @ParameterizedTest(name = "a name of {0} bytes: {1}")
    @CsvSource({"255, ", "256, ENAMETOOLONG"})
    void namesHaveUpTo255Bytes(int bytes, Errno errno) {
        String name = "a".repeat(bytes);
        if (errno == null) {
            mount.create(name).close();
            assertThat(mount.readdir("/")).contains(name);
        } else {
            assertThatThrownBy(() -> mount.create(name)).extracting("errno").isEqualTo(errno);
        }
    }

    @Test
    void bytesCountNotCharacters() {
        assertThatThrownBy(() -> mount.create("\u00e9".repeat(128))).extracting("errno").isEqualTo(Errno.ENAMETOOLONG);
    }

    @Test
    void aFileIsNamedByMountAndPath() {
        try (OpenFile file = mount.open("/full/child", OpenMode.READ_ONLY)) {
            assertThat(file.name()).isEqualTo("/mnt/full/child");
            mount.rename("/full", "/moved");
            assertThat(file.name()).isEqualTo("/mnt/moved/child");
            mount.unlink("/moved/child");
            assertThat(file.name()).isEqualTo("/mnt/child (deleted)");
        }
    }

    @ParameterizedTest(name = "{0}: readable {1}, writable {2}")
    @CsvSource({"READ_ONLY, true, false", "WRITE_ONLY, false, true", "READ_WRITE, true, true"})
    void anOpenFileKnowsHowItWasOpened(OpenMode mode, boolean readable, boolean writable) {
        try (OpenFile file = mount.open("/file", mode)) {
            assertThat(file.readable()).isEqualTo(readable);
            assertThat(file.writable()).isEqualTo(writable);
        }
    }

    private void call(String call, String path, String to) {
        switch (call) {
            case "create" -> mount.create(path).close();
            case "mkdir" -> mount.mkdir(path);
            case "open" -> mount.open(path, OpenMode.READ_WRITE).close();
            case "unlink" -> mount.unlink(path);
            case "rmdir" -> mount.rmdir(path);
            case "rename" -> mount.rename(path, to);
            case "stat" -> mount.stat(path);
            case "readdir" -> mount.readdir(path);
            default -> throw new AssertionError(call);
        }
    }
}
