package org.dmemfs.tracing.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.tracing.Tracepoint;
import org.dmemfs.tracing.Tracepoint.Field;
import org.dmemfs.tracing.Tracepoint.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tracefs tree: what an administrator reads there (patch 07, the events of section 2.11). */
class TracefsTest {
    private final Tracepoint init = new Tracepoint("dmem", "dmem_alloc_init", new Field("dpage_shift", Format.DECIMAL));
    private final Tracepoint alloc = new Tracepoint("dmem", "dmem_alloc_pages_node",
            new Field("addr", Format.HEXADECIMAL), new Field("node", Format.DECIMAL),
            new Field("try_max", Format.DECIMAL), new Field("result_nr", Format.DECIMAL));
    private final Tracefs tracefs = new Tracefs(4, "*:*");

    @Test
    void treeHasAFolderPerPublishedEvent() {
        tracefs.addTracepoint(init);
        tracefs.addTracepoint(alloc);

        assertThat(tracefs.files()).containsExactly("available_events", "events/dmem/dmem_alloc_init/enable",
                "events/dmem/dmem_alloc_init/format", "events/dmem/dmem_alloc_init/id",
                "events/dmem/dmem_alloc_pages_node/enable", "events/dmem/dmem_alloc_pages_node/format",
                "events/dmem/dmem_alloc_pages_node/id", "set_event", "trace");
        assertThat(tracefs.read("available_events")).isEqualTo("dmem:dmem_alloc_init\ndmem:dmem_alloc_pages_node\n");
    }

    @Test
    void withoutPatch07NoEventIsCollectedUntilItIsBack() {
        tracefs.addTracepoint(init);
        tracefs.collect(false);
        tracefs.addTracepoint(alloc);
        init.emit(21);
        alloc.emit(0, 0, 1, 0);

        assertThat(tracefs.files()).containsExactly("available_events", "set_event", "trace");
        assertThat(tracefs.read("available_events")).isEmpty();
        assertThat(tracefs.read("trace")).contains("entries-in-buffer/entries-written: 0/0");
        assertThatThrownBy(() -> tracefs.write("set_event", "dmem:*")).isInstanceOf(ErrnoException.class);
        tracefs.collect(true);
        init.emit(12);
        alloc.emit(0, 0, 1, 0);
        assertThat(tracefs.read("trace")).contains("dpage_shift=12", "try_max=1").doesNotContain("dpage_shift=21");
    }

    @Test
    void formatDescribesEachFieldWithItsPlace() {
        tracefs.addTracepoint(alloc);

        assertThat(tracefs.read("events/dmem/dmem_alloc_pages_node/format")).isEqualTo(
                """
                        name: dmem_alloc_pages_node
                        ID: 1
                        format:
                        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
                        \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
                        \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
                        \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

                        \tfield:unsigned long addr;\toffset:8;\tsize:8;\tsigned:0;
                        \tfield:long node;\toffset:16;\tsize:8;\tsigned:1;
                        \tfield:long try_max;\toffset:24;\tsize:8;\tsigned:1;
                        \tfield:long result_nr;\toffset:32;\tsize:8;\tsigned:1;

                        print fmt: "addr=0x%lx node=%ld try_max=%ld result_nr=%ld", REC->addr, REC->node, REC->try_max, REC->result_nr
                        """);
    }

    @Test
    void traceShowsTheNewestEventsOldestFirst() {
        tracefs.addTracepoint(init);
        tracefs.addTracepoint(alloc);

        init.emit(21);
        for (long dpage = 0; dpage < 4; dpage++) {
            alloc.emit(0x1_0000_0000L + (dpage << 21), -1, 1, 1);
        }

        assertThat(tracefs.read("trace")).contains("# entries-in-buffer/entries-written: 4/5   #dropped: 0");
        assertThat(eventsOfTheTrace()).containsExactly(
                "dmem_alloc_pages_node: addr=0x100000000 node=-1 try_max=1 result_nr=1",
                "dmem_alloc_pages_node: addr=0x100200000 node=-1 try_max=1 result_nr=1",
                "dmem_alloc_pages_node: addr=0x100400000 node=-1 try_max=1 result_nr=1",
                "dmem_alloc_pages_node: addr=0x100600000 node=-1 try_max=1 result_nr=1");
    }

    @Test
    void lineBeginsWithThreadAndTime() {
        tracefs.addTracepoint(init);
        init.emit(12);

        assertThat(tracefs.read("trace").lines().filter(line -> !line.startsWith("#")))
                .singleElement().asString()
                .matches(" +<\\.\\.\\.>-" + Thread.currentThread().threadId()
                        + " +0\\.\\d{6}: dmem_alloc_init: dpage_shift=12");
    }

    @Test
    void eventOfABundleThatHasGoneStaysInTheTrace() {
        tracefs.addTracepoint(init);
        init.emit(30);
        tracefs.removeTracepoint(init);
        init.emit(12);

        assertThat(eventsOfTheTrace()).containsExactly("dmem_alloc_init: dpage_shift=30");
        assertThat(tracefs.files()).containsExactly("available_events", "set_event", "trace");
    }

    @Test
    void sameEventPublishedAgainKeepsItsNumber() {
        tracefs.addTracepoint(init);
        Tracepoint again = new Tracepoint("dmem", "dmem_alloc_init", new Field("dpage_shift", Format.DECIMAL));
        tracefs.addTracepoint(again);
        tracefs.removeTracepoint(init);
        again.emit(21);

        assertThat(tracefs.read("events/dmem/dmem_alloc_init/id")).isEqualTo("1\n");
        assertThat(eventsOfTheTrace()).containsExactly("dmem_alloc_init: dpage_shift=21");
    }

    @Test
    void collectorThatLeavesDoesNotTakeTheEventFromItsSuccessor() {
        Tracefs successor = new Tracefs(4, "*:*");
        tracefs.addTracepoint(init);
        successor.addTracepoint(init);
        tracefs.detachAll();
        init.emit(21);

        assertThat(successor.read("trace")).contains("dpage_shift=21");
        assertThat(eventsOfTheTrace()).isEmpty();
    }

    @Test
    void unknownFileIsRefusedByName() {
        assertThatThrownBy(() -> tracefs.read("events/dmem/none/format")).isInstanceOf(ErrnoException.class)
                .extracting(failure -> ((ErrnoException) failure).errno()).isEqualTo(Errno.ENOENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3, 1000, 1 << 25})
    void sizeThatIsNoPowerOfTwoWithinReachIsRefused(int entries) {
        assertThatThrownBy(() -> new Tracefs(entries, "*:*")).isInstanceOf(ErrnoException.class)
                .hasMessageContaining(Integer.toString(entries)).hasMessageContaining("power of two");
    }

    @ParameterizedTest(name = "{0} records {1}")
    @CsvSource(nullValues = "nothing", value = {
            "*:*, dmem_alloc_init dmem_alloc_pages_node",
            "*:* !dmem:dmem_alloc_pages_node, dmem_alloc_init",
            "*:* !dmem:dmem_alloc_pages_node dmem, dmem_alloc_init dmem_alloc_pages_node",
            "dmem, dmem_alloc_init dmem_alloc_pages_node",
            "dmem:, dmem_alloc_init dmem_alloc_pages_node",
            "dmem:*init, dmem_alloc_init",
            "dmem_alloc_init, dmem_alloc_init",
            "dmem:dmem_alloc, nothing",
            "!dmem, nothing"})
    void lastWordThatMatchesDecides(String words, String recorded) {
        Tracefs chosen = new Tracefs(4, words.split(" "));
        chosen.addTracepoint(init);
        chosen.addTracepoint(alloc);
        init.emit(21);
        alloc.emit(0, 0, 1, 1);

        assertThat(chosen.read("trace").lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceAll(".*: (dmem_\\w+):.*", "$1")).collect(Collectors.joining(" ")))
                .isEqualTo(recorded == null ? "" : recorded);
        assertThat(chosen.read("set_event").lines().map(event -> event.replace("dmem:", ""))
                .collect(Collectors.joining(" "))).isEqualTo(recorded == null ? "" : recorded);
    }

    @Test
    void eventIsSwitchedInItsFolder() {
        tracefs.addTracepoint(init);
        tracefs.write("events/dmem/dmem_alloc_init/enable", "0\n");
        init.emit(21);
        assertThat(eventsOfTheTrace()).isEmpty();

        tracefs.write("events/dmem/dmem_alloc_init/enable", "1\n");
        init.emit(12);
        assertThat(eventsOfTheTrace()).containsExactly("dmem_alloc_init: dpage_shift=12");
        assertThat(tracefs.read("events/dmem/dmem_alloc_init/enable")).isEqualTo("1\n");
    }

    @Test
    void nothingWrittenToTheTraceEmptiesIt() {
        tracefs.addTracepoint(init);
        init.emit(21);
        tracefs.write("trace", "");

        assertThat(eventsOfTheTrace()).isEmpty();
    }

    @ParameterizedTest(name = "{1} into {0}: {2}")
    @CsvSource({"set_event, dmem:none, EINVAL", "set_event, !none, EINVAL", "set_event, dmem\\E(, EINVAL",
            "trace, 1, EACCES",
            "available_events, dmem, EACCES", "events/dmem/dmem_alloc_init/enable, 2, EINVAL",
            "events/dmem/dmem_alloc_init/id, 2, EACCES", "events/dmem/none/enable, 1, EACCES"})
    void whatAFileDoesNotAcceptIsRefusedByName(String path, String text, Errno errno) {
        tracefs.addTracepoint(init);

        assertThatThrownBy(() -> tracefs.write(path, text)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining(text)
                .extracting(failure -> ((ErrnoException) failure).errno()).isEqualTo(errno);
        assertThat(tracefs.read("set_event")).isEqualTo("dmem:dmem_alloc_init\n");
    }

    private List<String> eventsOfTheTrace() {
        return tracefs.read("trace").lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.indexOf(": ") + 2)).toList();
    }
}
