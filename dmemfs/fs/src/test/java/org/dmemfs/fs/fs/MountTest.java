package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmemfs.fs.FileSystemUsage;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountTest {
    private final PlainMachine machine = new PlainMachine(8);

    @ParameterizedTest(name = "-o \"{0}\" gives {1} pages")
    @CsvSource({"'', SIZE_4K", "pagesize=4K, SIZE_4K", "pagesize=4096, SIZE_4K", "pagesize=2M, SIZE_2M",
            "pagesize=0x200000, SIZE_2M", "pagesize=2048k, SIZE_2M", "pagesize=1G, SIZE_1G",
            "'pagesize=4K,pagesize=1G', SIZE_1G"})
    void thePageSizeIsAnOption(String options, PageSize expected) {
        assertThat(machine.type.mount("/mnt", options).pageSize()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "-o \"{0}\" is EINVAL")
    @ValueSource(strings = {"pagesize=3K", "pagesize=8K", "pagesize=0", "pagesize=", "pagesize=big", "pagesize=2Mx",
            "pagesize=-4096", "pagesize", "huge=always", ",", "pagesize=4K,", "size=3K", "size=0", "size=",
            "pagesize=2M,size=3M"})
    void otherOptionsAreRefused(String options) {
        assertErrno(Errno.EINVAL, () -> machine.type.mount("/mnt", options));
        assertThat(machine.pool.pageSize()).isEmpty();
    }

    @ParameterizedTest(name = "\"{0}\" is no mount point")
    @ValueSource(strings = {"", "mnt", "./mnt"})
    void aMountPointIsAnAbsolutePath(String target) {
        assertErrno(Errno.EINVAL, () -> machine.type.mount(target, ""));
    }

    @ParameterizedTest(name = "series {0} shows \"{1}\"")
    @CsvSource(delimiter = ';', value = {"REPAIRED; rw,relatime,pagesize=2M", "V2; rw,relatime", "V1; rw,relatime"})
    void thePageSizeIsShownSinceTheRepair(SeriesVersion series, String shown) {
        machine.settings = PlainMachine.settings(series, 1);
        assertThat(machine.mount(PageSize.SIZE_2M).showOptions()).isEqualTo(shown);
    }

    @ParameterizedTest(name = "series {0}: {1} blocks, {2} free with 3 used")
    @CsvSource({"REPAIRED, 8, 5", "V2, 0, 0", "V1, 0, 0"})
    void statfsTellsBlocksSinceTheRepair(SeriesVersion series, long blocks, long free) {
        machine.settings = PlainMachine.settings(series, 1);
        Mount mount = machine.mount(PageSize.SIZE_2M);
        PlainVma vma = machine.map(machine.file(mount, "a", 3), 0, 3);
        for (int index = 0; index < 3; index++) {
            new PlainFault(vma, vma.start() + index * PageSize.SIZE_2M.bytes(), false).handle();
        }
        assertThat(mount.statfs()).isEqualTo(new FileSystemUsage(0x2ace90c6L, 2 << 20, blocks, free));
    }

    @Test
    void twoMountsShareThePoolButNotTheirFiles() {
        Mount first = machine.type.mount("/first", "");
        Mount second = machine.type.mount("/second", "");
        first.create("a").close();
        assertThat(second.readdir("/")).isEmpty();
        assertThat(machine.type.mounts()).containsExactly(first, second);
        assertThat(machine.pool.usage().users()).isEqualTo(2);
    }

    @Test
    void anotherPageSizeIsBusyUntilTheLastUnmount() {
        Mount first = machine.mount(PageSize.SIZE_2M);
        assertErrno(Errno.EBUSY, () -> machine.type.mount("/other", "pagesize=4K"));
        first.unmount();
        assertThat(machine.type.mount("/other", "pagesize=4K").pageSize()).isEqualTo(PageSize.SIZE_4K);
    }

    @Test
    void aMountPointIsTakenOnce() {
        machine.mount(PageSize.SIZE_4K);
        assertErrno(Errno.EBUSY, () -> machine.type.mount("/mnt/", ""));
        assertThat(machine.pool.usage().users()).isEqualTo(1);
    }

    @Test
    void anOpenFileKeepsItsMountBusy() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        OpenFile open = mount.create("guest");
        assertThatThrownBy(mount::unmount).isInstanceOf(ErrnoException.class).hasMessageContaining("/guest is open")
                .extracting("errno").isEqualTo(Errno.EBUSY);
        open.close();
        mount.unmount();
        assertThat(machine.type.mounts()).isEmpty();
    }

    @Test
    void aMappedFileKeepsItsMountBusyEvenWithoutAName() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        OpenFile open = machine.file(mount, "guest", 1);
        PlainVma vma = machine.map(open, 0, 1);
        open.close();
        mount.unlink("guest");
        assertThatThrownBy(mount::unmount).hasMessageContaining("guest is mapped");
        vma.unmap();
        mount.unmount();
    }

    @Test
    void aLazyUnmountEndsMappingsAndOpenFiles() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        OpenFile open = machine.file(mount, "guest", 2);
        PlainVma vma = machine.map(open, 0, 2);
        new PlainFault(vma, vma.start(), true).handle();
        mount.close();
        mount.close();
        assertThat(vma.mapping().entries).isEmpty();
        assertThat(machine.pool.used()).isEmpty();
        assertThat(machine.pool.pageSize()).isEmpty();
        assertThat(new PlainFault(vma, vma.start(), true).handle()).isEqualTo(org.dmemfs.mm.FaultResult.SIGBUS);
        vma.unmap();
        open.close();
    }

    @Test
    void aStopEndsEveryMountWithOneLine() {
        OpenFile open = machine.file(machine.type.mount("/one", ""), "a", 1);
        machine.type.mount("/two", "");
        PlainVma vma = machine.map(open, 0, 1);
        new PlainFault(vma, vma.start(), true).handle();
        machine.type.stop();
        assertThat(machine.logged("ended as the file system stopped")).hasSize(2)
                .anyMatch(line -> line.contains("/one") && line.contains("1 files, 1 dpages"));
        assertThat(machine.pool.used()).isEmpty();
        assertErrno(Errno.ENODEV, () -> machine.type.mount("/three", ""));
    }

    @ParameterizedTest(name = "{0} on a mount that has gone is ENODEV")
    @EnumSource(StaleCall.class)
    void aStaleHandleAnswersEnodev(StaleCall call) {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        OpenFile open = mount.create("a");
        mount.close();
        assertErrno(Errno.ENODEV, () -> call.on(mount, open));
    }

    enum StaleCall {
        CREATE {
            @Override
            void on(Mount mount, OpenFile open) {
                mount.create("b");
            }
        },
        MKDIR {
            @Override
            void on(Mount mount, OpenFile open) {
                mount.mkdir("b");
            }
        },
        STAT {
            @Override
            void on(Mount mount, OpenFile open) {
                mount.stat("/");
            }
        },
        READDIR {
            @Override
            void on(Mount mount, OpenFile open) {
                mount.readdir("/");
            }
        },
        STATFS {
            @Override
            void on(Mount mount, OpenFile open) {
                mount.statfs();
            }
        },
        UNMOUNT {
            @Override
            void on(Mount mount, OpenFile open) {
                mount.unmount();
            }
        },
        SIZE {
            @Override
            void on(Mount mount, OpenFile open) {
                open.size();
            }
        },
        TRUNCATE {
            @Override
            void on(Mount mount, OpenFile open) {
                open.truncate(4096);
            }
        },
        FILE_STAT {
            @Override
            void on(Mount mount, OpenFile open) {
                open.stat();
            }
        },
        MMAP {
            @Override
            void on(Mount mount, OpenFile open) {
                open.mmap(java.util.Set.of(org.dmemfs.mm.VmFlag.SHARED), 0, 4096);
            }
        };

        abstract void on(Mount mount, OpenFile open);
    }

    private static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ErrnoException.class).extracting("errno").isEqualTo(errno);
    }
}
