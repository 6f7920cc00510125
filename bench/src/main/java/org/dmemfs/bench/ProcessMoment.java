package org.dmemfs.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process has at one moment, as its JVM counts it.
 *
 * @param outsideHeap bytes that Java asked for outside the heap
 * @param heap bytes of living objects
 * @param resident bytes of anonymous memory, by the kernel
 */
record ProcessMoment(long outsideHeap, long heap, long resident) {
    private static final int COLLECTIONS = 100;
    /** What the JVM counts for memory that Java asks for outside the heap. */
    private static final Pattern OUTSIDE_HEAP = Pattern.compile(" Other \\(reserved=\\d+, committed=(\\d+)\\)");
    private static final Pattern RESIDENT = Pattern.compile("RssAnon:\\s+(\\d+) kB");
    private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");

    /** Once collecting does not change anything any more. */
    static ProcessMoment now() throws IOException, JMException {
        ProcessMoment moment = afterCollection();
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            ProcessMoment next = afterCollection();
            if (next.heap >= moment.heap && next.outsideHeap == moment.outsideHeap) {
                return next;
            }
            moment = next;
        }
        throw new IllegalStateException("the process does not come to rest");
    }

    /** The bytes of living objects by class. */
    static Map<String, Long> bytesByClass() throws JMException {
        return ask("gcClassHistogram").lines().map(CLASS::matcher).filter(Matcher::matches)
                .collect(Collectors.toMap(line -> line.group(2), line -> Long.parseLong(line.group(1)), Long::sum));
    }

    private static ProcessMoment afterCollection() throws IOException, JMException {
        System.gc();
        return new ProcessMoment(number(OUTSIDE_HEAP, ask("vmNativeMemory", "summary", "scale=b")),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                1024 * number(RESIDENT, Files.readString(Path.of("/proc/self/status"))));
    }

    private static String ask(String command, String... words) throws JMException {
        return (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), command, new Object[]{words},
                new String[]{String[].class.getName()});
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }

    void print(String when, ProcessMoment before) {
        System.out.printf("%s %d %d %d%n", when, outsideHeap - before.outsideHeap, heap - before.heap,
                resident - before.resident);
    }
}
