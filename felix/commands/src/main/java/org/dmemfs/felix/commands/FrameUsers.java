package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.FilePlace;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.Vma;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.PoisonedEntry;
import org.dmemfs.vfio.Vfio;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Who has to do with a frame: a file, the tasks that map its page, guests with a slot there, devices. */
@Component(service = FrameUsers.class)
public final class FrameUsers {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Vfio vfio;
    private final List<Hypervisor> hypervisors;

    /** Bound by Declarative Services. */
    @Activate
    public FrameUsers(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces, @Reference Vfio vfio,
            @Reference(cardinality = ReferenceCardinality.MULTIPLE, policyOption = ReferencePolicyOption.GREEDY) List<Hypervisor> hypervisors) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.vfio = vfio;
        this.hypervisors = List.copyOf(hypervisors);
    }

    record InFile(String file, String offset) {
        String line() {
            return "file %s, offset %s".formatted(file, offset);
        }
    }

    record InTask(int pid, String task, String virtualAddress) {
        String line() {
            return "task %d (%s) at %s".formatted(pid, task, virtualAddress);
        }
    }

    record InSlot(String guest, int slot, String guestPhysicalAddress) {
        String line() {
            return "guest %s, slot %d, guest physical address %s".formatted(guest, slot, guestPhysicalAddress);
        }
    }

    record InDevice(String container, String iova) {
        String line() {
            return "device %s at iova %s".formatted(container, iova);
        }
    }

    record Users(@Nullable InFile file, List<InTask> tasks, List<InSlot> slots, List<InDevice> devices) {
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            if (file != null) {
                lines.add(file.line());
            }
            tasks.forEach(each -> lines.add(each.line()));
            slots.forEach(each -> lines.add(each.line()));
            devices.forEach(each -> lines.add(each.line()));
            return lines;
        }
    }

    /** The users of a bad frame; devices show only frames that are bad. */
    Users of(long pfn) {
        Optional<FilePlace> place = dmemfs.placeOf(pfn);
        List<InTask> tasks = new ArrayList<>();
        List<InSlot> slots = new ArrayList<>();
        place.ifPresent(found -> addTasks(found, tasks, slots));
        List<InDevice> devices = new ArrayList<>();
        for (Container container : vfio.containers()) {
            for (PoisonedEntry entry : container.poisonedEntries()) {
                if (entry.pfn() == pfn) {
                    devices.add(new InDevice(container.name(), "0x%x".formatted(entry.iova())));
                }
            }
        }
        return new Users(place.map(found -> new InFile(nameOf(found), "0x%x".formatted(found.offset()))).orElse(null),
                tasks, slots, devices);
    }

    private void addTasks(FilePlace place, List<InTask> tasks, List<InSlot> slots) {
        for (Task task : addressSpaces.tasks()) {
            for (Vma vma : task.addressSpace().vmas()) {
                long address = vma.start() + place.offset() - (vma.pageOffset() << 12);
                if (address >= vma.start() && address < vma.end()
                        && vma.file().map(MappableFile::name).filter(nameOf(place)::equals).isPresent()) {
                    tasks.add(new InTask(task.pid(), task.name(), "0x%x".formatted(address)));
                    addSlots(task, address, slots);
                }
            }
        }
    }

    private void addSlots(Task task, long address, List<InSlot> slots) {
        for (Hypervisor hypervisor : hypervisors) {
            for (VirtualMachine machine : hypervisor.machines()) {
                if (!machine.addressSpace().equals(task.addressSpace())) {
                    continue;
                }
                for (MemorySlot slot : machine.slots()) {
                    long inside = address - slot.hostVirtualAddress();
                    if (inside >= 0 && inside < slot.bytes()) {
                        slots.add(new InSlot(machine.name(), slot.slot(),
                                "0x%x".formatted(slot.guestPhysicalAddress() + inside)));
                    }
                }
            }
        }
    }

    private static String nameOf(FilePlace place) {
        return place.mount() + (place.path().startsWith("/") ? "" : "/") + place.path();
    }
}
