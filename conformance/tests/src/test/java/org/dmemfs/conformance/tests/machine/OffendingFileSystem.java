package org.dmemfs.conformance.tests.machine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.dmemfs.core.DmemPool;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.FilePlace;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.reserve.PhysicalMemory;

/** A file system that breaks one rule, as a bug in it would, once it has brought some dpages in. */
final class OffendingFileSystem implements Dmemfs {
    private static final int DPAGES_BEFORE = 12;

    /** What it does wrong. */
    enum Offence {
        /** The new owner sees bytes that are not its own. */
        NOT_ZEROED("its owner's is 0x0"),
        /** One reference too many keeps a dpage for good. */
        LOSES_A_DPAGE("references instead of"),
        /** It answers with a dpage that another file has. */
        GIVES_A_DPAGE_TWICE("was given to a second owner"),
        /** It moves a file to another dpage behind everybody's back. */
        LOSES_BYTES("lost the dpage");

        private final String sentence;

        Offence(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    private final Dmemfs honest;
    private final DmemPool pool;
    private final PhysicalMemory memory;
    private final Offence offence;
    private final Set<Long> seen = new HashSet<>();
    private boolean offended;
    private long last;

    OffendingFileSystem(Dmemfs honest, DmemPool pool, PhysicalMemory memory, Offence offence) {
        this.honest = honest;
        this.pool = pool;
        this.memory = memory;
        this.offence = offence;
    }

    // A proxy is equal to itself alone.
    @SuppressWarnings("ReferenceEquality")
    @Override
    public Mount mount(String target, String options) {
        Mount mount = honest.mount(target, options);
        return (Mount) Proxy.newProxyInstance(Mount.class.getClassLoader(), new Class<?>[]{Mount.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "create" -> offending(mount.create((String) arguments[0]));
                    case "equals" -> proxy == arguments[0];
                    default -> call(() -> method.invoke(mount, arguments));
                });
    }

    @SuppressWarnings("ReferenceEquality")
    private OpenFile offending(OpenFile file) {
        return (OpenFile) Proxy.newProxyInstance(OpenFile.class.getClassLoader(), new Class<?>[]{OpenFile.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "frameAt" -> offend(file.frameAt((Long) arguments[0]));
                    case "equals" -> proxy == arguments[0];
                    default -> call(() -> method.invoke(file, arguments));
                });
    }

    private interface Call {
        Object make() throws IllegalAccessException, InvocationTargetException;
    }

    private static Object call(Call call) throws Throwable {
        try {
            return call.make();
        } catch (InvocationTargetException thrown) {
            throw Objects.requireNonNullElse(thrown.getCause(), thrown);
        }
    }

    private OptionalLong offend(OptionalLong frame) {
        if (frame.isEmpty()) {
            return frame;
        }
        long pfn = frame.getAsLong();
        boolean fresh = seen.add(pfn);
        long before = last;
        last = pfn;
        if (offended || seen.size() < DPAGES_BEFORE || fresh == (offence == Offence.LOSES_BYTES)) {
            return frame;
        }
        offended = true;
        switch (offence) {
            case NOT_ZEROED -> memory.bytes().storeLong((pfn << 12) + (1 << 20) + 0x128, 0xDEADL);
            case LOSES_A_DPAGE -> pool.get(pfn);
            case GIVES_A_DPAGE_TWICE -> {
                return OptionalLong.of(before);
            }
            case LOSES_BYTES -> {
                return OptionalLong.empty();
            }
        }
        return frame;
    }

    @Override
    public List<Mount> mounts() {
        return honest.mounts();
    }

    @Override
    public Optional<FilePlace> placeOf(long pfn) {
        return honest.placeOf(pfn);
    }
}
