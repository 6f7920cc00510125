package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages go bad under a task and a device, and the commands tell whom it costs what. */
class BadPagesIT {
    private BadPagesLab lab;

    @BeforeEach
    void setUp() {
        lab = new BadPagesLab();
    }

    @AfterEach
    void end() {
        lab.close();
    }

    @Test
    void whoIsHitIsTold() {
        assertThat(lab.done("poison", "/mnt/lab/guest:0x201000")).contains("its owner was told",
                "hit: file /mnt/lab/guest, offset 0x201000", "(vmm) at 0x", "hit: device nic at iova 0x100201000",
                "128 of 128 dpages left");
        assertThat(lab.done("badpages")).contains("bad pages of 4K: 1",
                ", in a dpage of 2M: used, retires with its last reference",
                "file /mnt/lab/guest, offset 0x201000");
        assertThat(lab.done("poison", "/mnt/lab/guest:0x201000")).contains("it was known: nothing happens twice");
    }

    @Test
    void capacityGoesWhenTheLastOwnerDoes() {
        lab.done("poison", "/mnt/lab/guest:0x201000");
        lab.done("truncate", "/mnt/lab/guest", "0");
        assertThat(lab.done("badpages")).contains("used, retires with its last reference");
        assertThat(lab.done("vfio")).contains("poisoned at iova 0x100201000");
        lab.done("vfio", "unmap", "nic", "0x100000000", "8M");
        assertThat(lab.done("badpages")).contains(": retired", "127 of 128 dpages left");
    }

    @Test
    void aDeviceMapAndItsFileComeApart() {
        assertThat(lab.done("vfio")).contains("container nic: 1 maps",
                "iova 0x100000000 to 0x100800000 (8M)", "4 of 2M", "4 references");
        lab.done("truncate", "/mnt/lab/guest", "0");
        lab.done("truncate", "/mnt/lab/guest", "8M");
        lab.done("mmap", "other", "/mnt/lab/guest");
        lab.done("exec", "map vmm " + lab.address());
        assertThat(lab.done("vfio", "needs", "nic", "0x200000000", lab.address(), "4M")).contains("2 of 2M",
                "2 references",
                "within the limits");
    }

    @Test
    void aRehearsalTellsEachPage() {
        assertThat(lab.done("poison", "random", "--count", "3", "--every", "1ms").lines())
                .filteredOn(line -> line.contains("goes bad")).hasSize(3).last().asString().startsWith("3 of 3: ");
        assertThat(lab.done("badpages")).contains("bad pages of 4K: 3");
    }

    @Test
    void whatEachNodeHasLeftIsTold() {
        lab.done("poison", "/mnt/lab/guest:0x201000");
        lab.done("vfio", "unmap", "nic", "0x100000000", "8M");
        lab.done("truncate", "/mnt/lab/guest", "0");
        JsonArray nodes = JsonParser.parseString(lab.done("badpages", "--json")).getAsJsonObject()
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
        String output = lab.done((line + " --json").split(" "));
        assertThat(JsonParser.parseString(output).isJsonObject()).isTrue();
    }
}
