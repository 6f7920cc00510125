package org.dmemfs.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import javax.management.JMException;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;

/**
 * A process of its own that gives 320 GiB of dpages to files and says what that cost it: how many files, bytes outside the
 * heap, in it, and those of the files' own trees, by the classes of the living objects. Its word: how many files.
 */
final class OwnersProbe {
    private static final long REGION = 320L << 30;
    private static final List<String> OF_TREES = List.of("[J", AtomicLongArray.class.getName());
    private static final String LEAF = "DpageTree$Leaf";

    private OwnersProbe() {
    }

    public static void main(String[] words) throws IOException, JMException {
        try (FelixMachine machine = Assembled.boot("1x384G", "dmem=" + (REGION >> 30) + "G:1G", "")) {
            Dmemfs dmemfs = machine.service(Dmemfs.class);
            fill(dmemfs, 1, 2L << 20);
            measure(dmemfs, Integer.parseInt(words[0]));
        }
    }

    private static void measure(Dmemfs dmemfs, int files) throws IOException, JMException {
        ProcessMoment before = ProcessMoment.now();
        long treesBefore = trees();
        Mount mount = fill(dmemfs, files, REGION / files);
        ProcessMoment after = ProcessMoment.now();
        System.out.printf("%d %d %d %d%n", files, after.outsideHeap() - before.outsideHeap(),
                after.heap() - before.heap(), trees() - treesBefore);
        mount.close();
    }

    /** The first of everything loads classes, which is not what is counted: one dpage goes through a mount before. */
    private static Mount fill(Dmemfs dmemfs, int files, long bytes) {
        Mount mount = dmemfs.mount("/mnt/" + files + "x" + bytes, "pagesize=2M");
        List<OpenFile> open = new ArrayList<>();
        for (int each = 0; each < files; each++) {
            OpenFile file = mount.create("/file" + each);
            file.fallocate(0, bytes, MemoryPolicy.bind(NodeMask.of(0)), 0);
            open.add(file);
        }
        open.forEach(OpenFile::close);
        if (bytes == 2L << 20) {
            mount.close();
        }
        return mount;
    }

    private static long trees() throws JMException {
        Map<String, Long> bytes = ProcessMoment.bytesByClass();
        return OF_TREES.stream().mapToLong(name -> bytes.getOrDefault(name, 0L)).sum() + bytes.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(LEAF)).mapToLong(Map.Entry::getValue).sum();
    }
}
