package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that look at a machine and change it, on one that has a mount, a file and a task. */
class MachineCommandsIT {
    private static MachineUnderTest machine;

    @BeforeAll
    static void boot() {
        machine = new MachineUnderTest(Map.of(Option.MACHINE, "2x4G"));
        done("trace", "--enable", "dmemfs:*");
        done("mount", "/mnt/lab");
        done("truncate", "/mnt/lab/guest", "8M");
        done("mkdir", "/mnt/lab/folder");
        done("mmap", "vmm", "/mnt/lab/guest");
    }

    @AfterAll
    static void end() {
        machine.close();
    }

    private static String done(String... words) {
        Answer answer = machine.run(words);
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        return answer.output();
    }

    private static String address() {
        Matcher start = Pattern.compile("mapped by task 1 \\(vmm\\): (0x[0-9a-f]+) to")
                .matcher(done("stat", "/mnt/lab/guest"));
        assertThat(start.find()).isTrue();
        return start.group(1);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "pool | 0          512          508            4            0            0",
            "pool | 1          512          512            0            0            0",
            "pool holders | 4 dpages of 2M: file /mnt/lab/guest",
            "allocator | present are bitmap, llfree",
            "trace --last 1 | rentry=",
            "trace | # recorded: dmem:dmem_alloc_init dmem:dmem_memory_failure dmemfs:dmemfs_radix_tree_delete",
            "trace --disable dmem | # recorded: dmemfs:dmemfs_radix_tree_delete dmemfs:dmemfs_radix_tree_insert",
            "trace --enable dmem:dmem_alloc_init | # recorded: dmem:dmem_alloc_init dmemfs:",
            "trace --enable dmem:dmem_memory_failure | # recorded: dmem:dmem_alloc_init dmem:dmem_memory_failure dmemfs:",
            "debugfs | /sys/kernel/debug/dmem/node0/",
            "dmesg | dmem: asked for is 1G on every node",
            "mount | none on /mnt/lab type dmemfs (",
            "ls | 4 dpages  guest",
            "ls /mnt/lab/guest | 4 dpages  guest",
            "stat /mnt/lab/guest | keeps 4 dpages of 2M",
            "stat /mnt/lab/guest | offset 0x0: 8M at 0x",
            "smaps | VmFlags: rd wr sh",
            "smaps vmm | /mnt/lab/guest",
            "vfio | no container is open",
            "vfio needs vmm | a device for the guest of task 1 (vmm) needs 1 maps, 4 references, 4 IOMMU entries",
            "vfio needs 1 | 8M of /mnt/lab/guest at 0x",
            "scenarios | mount_rules: patches [1, 3]"})
    void tellsWhatTheMachineHas(String line, String told) {
        assertThat(done(line.split(" "))).contains(told);
    }

    @ParameterizedTest(name = "{0} --json has {1}")
    @CsvSource({"pool, nodes", "pool holders, holders", "allocator, present", "trace, events", "debugfs, files",
            "dmesg, lines", "mount, mounts", "ls, directories", "ls /mnt/lab/folder, directories",
            "stat /mnt/lab/guest, runs", "smaps, tasks", "scenarios, scenarios"})
    void withJsonTheAnswerIsADocument(String line, String member) {
        assertThat(JsonParser.parseString(done((line + " --json").split(" "))).getAsJsonObject().has(member)).isTrue();
    }

    @ParameterizedTest(name = "{0} is refused with: {1}")
    @CsvSource(delimiter = '|', value = {
            "pool holder | pool has no part holder: accepted is holders",
            "pool holders more | more is too much for pool",
            "allocator best | best",
            "trace --last 0 | --last 0 is no count",
            "trace --last few | --last few is no count",
            "trace --enable none | 'none' names no event: accepted is SYSTEM:EVENT",
            "trace --disable none | '!none' names no event",
            "trace --first 1 | --first is no option of trace",
            "trace --last | --last wants a value",
            "debugfs dmem | dmem is too much for debugfs",
            "dmesg -c | -c is too much for dmesg",
            "mount mnt | mnt",
            "mount /mnt/x -o colour=red | colour",
            "mount /mnt/x -o pagesize=3K | 3K",
            "umount | umount wants TARGET",
            "umount /mnt/x | /mnt/x is not mounted: mounted are /mnt/lab",
            "ls /mnt/x | /mnt/x lies in no mount: mounted are /mnt/lab",
            "ls /mnt/lab/missing | missing",
            "stat | stat wants FILE",
            "stat /mnt/lab | /mnt/lab is a directory",
            "stat /mnt/lab/missing | missing",
            "mkdir /mnt/lab/folder | folder",
            "truncate /mnt/lab/guest 3K | 3072",
            "truncate /mnt/lab/guest large | large",
            "truncate /mnt/lab/folder 2M | folder",
            "rm /mnt/lab | /mnt/lab is the root of a mount",
            "rm /mnt/lab/missing | missing",
            "mmap vmm /mnt/lab/missing | missing",
            "smaps nobody | there is no task nobody: there are 1 (vmm)",
            "kill nobody | there is no task nobody: there are 1 (vmm)",
            "map nobody 0 | there is no task nobody: there are 1 (vmm)",
            "map vmm | map wants TASK, ADDRESS",
            "map vmm here | here is no address",
            "map vmm 0xhere | 0xhere is no address",
            "map vmm 0x10 | 0x10 is not mapped by task 1 (vmm)",
            "vfio needs | vfio cannot be called with 1 of its words: accepted are none; VERB ",
            "vfio needs nobody | there is no task nobody: there are 1 (vmm)",
            "vfio wants vmm | vfio wants with so many words is not known: accepted are needs TASK,",
            "scenarios nothing | nothing is no scenario: there are ",
            "reserve more | more is too much for reserve: accepted is no argument",
            "reserve --cmdline dmem=foo | dmem=foo",
            "reserve --machine /nowhere | /nowhere",
            "reserve --series v3 | v3",
            "reserve --as grub | --as grub is not known: accepted is memmap",
            "exec | exec wants SCRIPT",
            "help toor | toor is no command"})
    void wrongInputGivesOneSentenceAndExitCode2(String line, String sentence) {
        Answer answer = machine.run(line.split(" "));
        assertThat(answer.exitCode()).as(answer.output()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().startsWith("dmem: ").contains(sentence);
        assertThat(answer.output()).isEmpty();
    }

    @ParameterizedTest(name = "exec \"{0}\" ends with {1}")
    @CsvSource(delimiter = '|', value = {"echo hello | 0", "nonsense | 1", "echo hello; throw oops | 1",
            "'not { 1 }' | 1", "dmem:pool | 0", "dmem:pool nothing | 2"})
    void execEndsAsItsScriptDoes(String script, int exitCode) {
        assertThat(machine.run("exec", script).exitCode()).isEqualTo(exitCode);
    }

    @Test
    void anAddressIsWalkedFromTheTopToTheAnswers() {
        JsonObject walk = JsonParser.parseString(done("map", "vmm", address(), "--json")).getAsJsonObject();
        assertThat(walk.get("size").getAsString()).isEqualTo("2M");
        assertThat(walk.getAsJsonArray("levels").get(walk.getAsJsonArray("levels").size() - 1).getAsJsonObject()
                .getAsJsonArray("bits").toString()).contains("PRESENT", "HUGE", "SPECIAL", "DMEM");
        JsonObject frame = walk.getAsJsonObject("frame");
        assertThat(frame.get("references").getAsInt()).isEqualTo(1);
        assertThat(frame.get("file").getAsString()).isEqualTo("/mnt/lab/guest at offset 0x0");
        JsonObject answers = walk.getAsJsonObject("answers");
        assertThat(answers.get("getUserPages").getAsString()).isEqualTo("EFAULT");
        assertThat(answers.get("followPfn").getAsString()).isEqualTo("pfn " + frame.get("pfn").getAsString());
        assertThat(answers.get("mincore").getAsString()).isEqualTo("1");
        assertThat(answers.get("memoryType").getAsString()).isEqualTo("WRITE_BACK");
    }

    @Test
    void whatADeviceWouldNeedIsToldBeforeItIsTriedAndIsWhatItThenHas() {
        JsonObject needs = JsonParser.parseString(done("vfio", "needs", "vmm", "--json")).getAsJsonObject();
        assertThat(needs.get("task").getAsString()).isEqualTo("vmm");
        JsonObject map = needs.getAsJsonArray("maps").get(0).getAsJsonObject();
        assertThat(map.get("bytes").getAsLong()).isEqualTo(8 << 20);
        JsonObject needed = map.getAsJsonObject("needs");
        assertThat(needed.get("absentBytes").getAsLong()).isZero();
        assertThat(needed.get("withinLimits").getAsBoolean()).isTrue();
        done("vfio", "open", "nic", "vmm");
        done("vfio", "map", "nic", address(), address(), "8M");
        JsonObject mapped = JsonParser.parseString(done("vfio", "--json")).getAsJsonObject()
                .getAsJsonArray("containers").get(0).getAsJsonObject().getAsJsonArray("maps").get(0).getAsJsonObject();
        for (String figure : new String[]{"references", "entries4K", "entries2M", "entries1G"}) {
            assertThat(mapped.get(figure).getAsLong()).as(figure).isEqualTo(needed.get(figure).getAsLong());
        }
        assertThat(done("vfio", "close", "nic")).contains("no container is open");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bitmap", "llfree", "bitmap"})
    void anExchangedAllocatorAgreesWithTheOneBefore(String name) {
        JsonObject certificate = JsonParser.parseString(done("allocator", name, "--json")).getAsJsonObject();
        assertThat(certificate.get("to").getAsString()).isEqualTo(name);
        assertThat(certificate.get("agrees").getAsBoolean()).isTrue();
        assertThat(certificate.get("dpagesHeld").getAsLong()).isEqualTo(4);
        assertThat(done("allocator")).startsWith("allocator " + name + " serves");
    }

    @Test
    void whatIsMadeByCommandsIsGoneByCommands() {
        done("mount", "/mnt/other", "-o", "size=64M");
        done("truncate", "/mnt/other/file", "4M");
        done("mmap", "guest", "/mnt/other/file");
        assertThat(machine.run("umount", "/mnt/other").exitCode()).as("unmounted while it is mapped").isEqualTo(1);
        done("kill", "guest");
        done("rm", "/mnt/other/file");
        done("umount", "/mnt/other");
        assertThat(done("pool", "holders")).doesNotContain("/mnt/other");
    }
}
