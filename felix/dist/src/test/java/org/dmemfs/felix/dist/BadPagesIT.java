package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages go bad under a task and a device, and the commands tell whom it costs what. */
class BadPagesIT {
    private MachineUnderTest machine;

    @BeforeEach
    void setUp() {
        machine = new MachineUnderTest(Map.of(Option.MACHINE, "2x4G", Option.CMDLINE, "dmem=256M"));
        done("mount", "/mnt/lab");
        done("truncate", "/mnt/lab/guest", "8M");
        done("mmap", "vmm", "/mnt/lab/guest");
        done("vfio", "open", "nic", "vmm");
        done("vfio", "map", "nic", "0x100000000", address(), "8M");
    }

    @AfterEach
    void end() {
        machine.close();
    }

    private String done(String... words) {
        Answer answer = machine.run(words);
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        return answer.output();
    }

    private String address() {
        Matcher start = Pattern.compile("mapped by task \\d+ \\(vmm\\): (0x[0-9a-f]+) to")
                .matcher(done("stat", "/mnt/lab/guest"));
        assertThat(start.find()).isTrue();
        return start.group(1);
    }

    @Test
    void whoIsHitIsTold() {
        assertThat(done("poison", "/mnt/lab/guest:0x201000")).contains("its owner was told",
                "hit: file /mnt/lab/guest, offset 0x201000", "(vmm) at 0x", "hit: device nic at iova 0x100201000",
                "128 of 128 dpages left");
        assertThat(done("badpages")).contains("bad pages of 4K: 1",
                ", in a dpage of 2M: used, retires with its last reference",
                "file /mnt/lab/guest, offset 0x201000");
        assertThat(done("poison", "/mnt/lab/guest:0x201000")).contains("it was known: nothing happens twice");
    }

    @Test
    void capacityGoesWhenTheLastOwnerDoes() {
        done("poison", "/mnt/lab/guest:0x201000");
        done("truncate", "/mnt/lab/guest", "0");
        assertThat(done("badpages")).contains("used, retires with its last reference");
        assertThat(done("vfio")).contains("poisoned at iova 0x100201000");
        done("vfio", "unmap", "nic", "0x100000000", "8M");
        assertThat(done("badpages")).contains(": retired", "127 of 128 dpages left");
    }

    @Test
    void aDeviceMapAndItsFileComeApart() {
        assertThat(done("vfio")).contains("container nic: 1 maps",
                "iova 0x100000000 to 0x100800000 (8M)", "4 of 2M", "4 references");
        done("truncate", "/mnt/lab/guest", "0");
        done("truncate", "/mnt/lab/guest", "8M");
        done("mmap", "other", "/mnt/lab/guest");
        done("exec", "map vmm " + address());
        assertThat(done("vfio", "needs", "nic", "0x200000000", address(), "4M")).contains("2 of 2M", "2 references",
                "within the limits");
    }

    @Test
    void aRehearsalTellsEachPage() {
        assertThat(done("poison", "random", "--count", "3", "--every", "1ms").lines())
                .filteredOn(line -> line.contains("goes bad")).hasSize(3).last().asString().startsWith("3 of 3: ");
        assertThat(done("badpages")).contains("bad pages of 4K: 3");
    }

    @Test
    void whatEachNodeHasLeftIsTold() {
        done("poison", "/mnt/lab/guest:0x201000");
        done("vfio", "unmap", "nic", "0x100000000", "8M");
        done("truncate", "/mnt/lab/guest", "0");
        JsonArray nodes = JsonParser.parseString(done("badpages", "--json")).getAsJsonObject()
                .getAsJsonArray("capacity");
        assertThat(nodes).extracting(node -> node.getAsJsonObject().get("retired").getAsLong())
                .containsExactlyInAnyOrder(1L, 0L);
        assertThat(nodes).allSatisfy(node -> {
            JsonObject one = node.getAsJsonObject();
            assertThat(one.get("total").getAsLong()).isEqualTo(128);
            assertThat(one.get("free").getAsLong()).isEqualTo(128 - one.get("retired").getAsLong());
            assertThat(one.get("pageSize").getAsString()).isEqualTo("2M");
        });
    }

    @ParameterizedTest(name = "{0} --json")
    @ValueSource(strings = {"poison /mnt/lab/guest:0", "badpages", "vfio"})
    void withJsonTheAnswerIsADocument(String line) {
        String output = done((line + " --json").split(" "));
        assertThat(JsonParser.parseString(output).isJsonObject()).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {"poison nowhere | nowhere is no place", "poison 0x7fffffffffff | 0x7fffffff",
            "poison /mnt/lab/guest:0x800000 | a hole there", "poison /mnt/lab/none:0 | none",
            "poison /mnt/lab/guest:0 --count 2 | more than one page goes with random",
            "poison random --count 0 | --count 0 is no count",
            "poison random --every 1 | --every 1 is no length of time",
            "vfio close disk | no container disk is open: open are [nic]",
            "vfio open nic vmm | a container nic is open",
            "vfio map nic 0x100000000 0x1000 4K | iova", "vfio open disk nobody | there is no task nobody"})
    void wrongInputIsRefused(String line, String sentence) {
        Answer answer = machine.run(line.split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains(sentence);
    }
}
