package org.dmemfs.conformance.tests.rules;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/**
 * {@code no-cas-on-owners-bytes}. A compare-and-set on memory needs a VarHandle that views a segment or a byte buffer
 * (Unsafe is kept out by {@code native-in-one-place}), so what can be held is where such a VarHandle is made and what
 * its maker can reach:
 * <ul>
 * <li>only the classes listed here make one, for words of their own;
 * <li>a class that makes one knows nothing that leads to an owner's bytes: no PhysicalBytes, PhysicalMemory, HostRange,
 * SharedMemory or AddressWindow;
 * <li>the class through which owners' bytes are reached, PhysicalBytes, calls nothing on its segment but plain gets,
 * sets, copies and fills, and lets it go to nobody.
 * </ul>
 * That no downcall is given such memory follows where downcalls are allowed at all: {@code native-in-one-place}.
 */
final class NoCasOnOwnersBytes implements Rule {
    private static final Map<String, String> OWN_WORDS = Map.of("org.dmemfs.core.SparseWords",
            "the words of an allocator, in a segment that it made itself", "org.dmemfs.linux.native_.LibC",
            "the errno that a downcall left, in a segment of the call", "org.dmemfs.mm.mm.TableMemory",
            "page tables of the model's tasks, in segments of their own", "org.dmemfs.mm.mm.Memmap",
            "reference counts of the model's struct pages, in a segment of its own", "org.dmemfs.mm.mm.ReverseMap",
            "who maps the model's struct pages, in a segment of its own");
    private static final Set<String> MAKERS = Set.of("varHandle", "arrayElementVarHandle");
    private static final Set<String> VIEWS = Set.of("byteBufferViewVarHandle", "byteArrayViewVarHandle");
    private static final Set<String> LEADS_TO_OWNERS_BYTES = Set.of("org.dmemfs.reserve.PhysicalBytes",
            "org.dmemfs.reserve.PhysicalMemory", "org.dmemfs.reserve.HostRange", "org.dmemfs.linux.SharedMemory",
            "org.dmemfs.linux.AddressWindow");
    private static final String SEGMENT = "java.lang.foreign.MemorySegment";
    private static final String OWNERS_BYTES = "org.dmemfs.reserve.PhysicalBytes";
    private static final Set<String> PLAIN = Set.of("get", "set", "copy", "asSlice", "fill", "byteSize");

    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        for (ReactorModule module : house.shipped()) {
            for (JavaClass javaClass : house.classesOf(module)) {
                makers(module, javaClass, offences);
                if (javaClass.getName().equals(OWNERS_BYTES)) {
                    plainAccessOnly(module, javaClass, offences);
                }
            }
        }
        return offences.stream().distinct().toList();
    }

    private static void makers(ReactorModule module, JavaClass javaClass, List<String> offences) {
        boolean makes = false;
        for (JavaAccess<?> access : javaClass.getAccessesFromSelf()) {
            if (isMaker(access)) {
                makes = true;
                if (!OWN_WORDS.containsKey(javaClass.getName())) {
                    offences.add(module + ": " + javaClass.getName() + " makes a VarHandle that views memory with "
                            + access.getName() + ", which only " + OWN_WORDS.keySet().stream().sorted().toList()
                            + " do");
                }
            }
        }
        if (makes) {
            javaClass.getDirectDependenciesFromSelf().stream().map(use -> use.getTargetClass().getName())
                    .filter(LEADS_TO_OWNERS_BYTES::contains)
                    .map(type -> module + ": " + javaClass.getName()
                            + " makes a VarHandle that views memory and knows " + type)
                    .forEach(offences::add);
        }
    }

    private static boolean isMaker(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return owner.startsWith("java.lang.foreign.") && MAKERS.contains(access.getName())
                || owner.equals("java.lang.invoke.MethodHandles") && VIEWS.contains(access.getName());
    }

    private static void plainAccessOnly(ReactorModule module, JavaClass javaClass, List<String> offences) {
        for (JavaAccess<?> access : javaClass.getAccessesFromSelf()) {
            if (access.getTargetOwner().getName().equals(SEGMENT) && !PLAIN.contains(access.getName())) {
                offences.add(module + ": " + OWNERS_BYTES + " calls " + access.getName()
                        + " on a segment: accepted are " + PLAIN.stream().sorted().toList());
            }
        }
        for (JavaCodeUnit unit : javaClass.getCodeUnits()) {
            if (unit.getRawReturnType().getName().equals(SEGMENT)) {
                offences.add(module + ": " + OWNERS_BYTES + " lets its segment go by " + unit.getName());
            }
        }
    }
}
