package org.dmemfs.felix.commands.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests as users write them. */
class GuestListTest {
    private static final NodeMask NODES = NodeMask.of(0, 1);

    @TempDir
    private Path folder;

    private GuestList parse(String text) {
        return GuestList.parse(text, folder, NODES);
    }

    private GuestList parseFile(String text) throws IOException {
        Files.writeString(folder.resolve("guests.csv"), text.replace("/", "\n"));
        return parse("guests.csv");
    }

    @ParameterizedTest(name = "{0}: {1} guests, {2} bytes")
    @CsvSource(delimiter = '|', value = {
            "1x4G | 1 | 4294967296",
            "40x4G,10x16G | 50 | 343597383680",
            "3x1@1 | 3 | 3",
            "2x0x1000,1x512M | 3 | 536879104"})
    void aListIsCountsAndSizes(String text, long guests, long bytes) {
        GuestList list = parse(text);
        assertThat(list.count()).isEqualTo(guests);
        assertThat(list.bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "0x4G | has 0 guests",
            "40x | it is no list such as",
            "40x4G, | \"\" of --guests",
            "40x4G,x | \"x\" of --guests",
            "2x0 | has guests of 0",
            "2x-4G | has guests of -4G",
            "2x4Q | has guests of 4Q",
            "2x9999P | has guests of 9999P",
            "2x4G@2 | wishes node 2",
            "99999999999x4G | has 99999999999 guests",
            "9000000x4G,9000000x4G | 18,000,000 guests",
            "nowhere.csv | there is no such file"})
    void aBadListIsRefusedWithItsValue(String text, String sentence) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(ErrnoException.class).hasMessageContaining(sentence);
    }

    @ParameterizedTest(name = "{0}: {1} guests, {2} bytes, first wishes {3}")
    @CsvSource(delimiter = '|', value = {
            "a,4G,1 | 1 | 4294967296 | 1",
            "name,bytes,node/a,4G,0/b,1M, | 2 | 4296015872 | 0",
            "NAME,bytes/a,4096 | 1 | 4096 | -1",
            "a , 4G , 1//b,4G/ | 2 | 8589934592 | 1"})
    void aFileHasALineAGuest(String text, long guests, long bytes, int node) throws IOException {
        GuestList list = parseFile(text);
        assertThat(list.count()).isEqualTo(guests);
        assertThat(list.bytes()).isEqualTo(bytes);
        assertThat(list.groups().getFirst().node()).isEqualTo(node);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "a,4G/b,four | line 2: \"four\": accepted is a number above 0",
            "a,4G/b | line 2: \"b\": accepted is name,bytes",
            "a,4G,0,1 | line 1: \"a,4G,0,1\": accepted is name,bytes",
            "a,4G,7 | line 1: \"7\": accepted is nothing or one of the machine's nodes",
            "a,4G,x | line 1: \"x\": accepted is nothing or one of the machine's nodes",
            ",4G | line 1: \",4G\": the name is empty",
            "a,4G/a,4G | line 2: \"a\": line 1 has a guest of that name",
            "name,bytes | has no guest in it",
            "'a,0/b,-1/c,' | line 1: \"0\": accepted is a number above 0"})
    void aBadLineIsRefusedWithItsNumber(String text, String sentence) {
        assertThatThrownBy(() -> parseFile(text)).isInstanceOf(ErrnoException.class).hasMessageContaining(sentence);
    }

    @Test
    void everyBadLineIsToldUpToTen() {
        assertThatThrownBy(() -> parseFile("a,x/".repeat(12))).hasMessageContaining("line 1:")
                .hasMessageContaining("line 10:").hasMessageContaining("and 2 more bad lines")
                .message().doesNotContain("line 11:");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        Files.write(folder.resolve("guests.csv"), new byte[]{(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> parse("guests.csv")).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("is no text in UTF-8");
    }
}
