package org.dmemfs.vfio.type1;

import java.util.List;
import org.dmemfs.core.DmemPages;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Type1 as a component. It is immediate: a delayed one would end its containers when nobody holds the service.
 */
@Component(service = {Vfio.class, PoisonListener.class}, immediate = true, configurationPid = "org.dmemfs.vfio.type1")
@Designate(ocd = Configuration.class)
public final class Type1Component implements Vfio, PoisonListener {
    private final KernelLog log;
    private final Type1 type1;
    private volatile Settings settings;

    @Activate
    public Type1Component(@Reference PhysicalMemory memory, @Reference DmemPages pages,
            @Reference AddressSpaces addressSpaces, @Reference KernelLog log, Configuration configuration) {
        this.log = log;
        this.settings = Settings.of(configuration);
        this.type1 = new Type1(new Surroundings(memory, pages, addressSpaces, log, () -> this.settings));
    }

    /** Maps go on as they were made; wrong settings change nothing. */
    @Modified
    void modified(Configuration configuration) {
        try {
            settings = Settings.of(configuration);
        } catch (ErrnoException wrong) {
            log.error("vfio: the configuration stays as it was: " + wrong.getMessage());
            throw wrong;
        }
    }

    @Deactivate
    void deactivate() {
        type1.stop();
    }

    @Override
    public Container open(String name, Task task) {
        return type1.open(name, task);
    }

    @Override
    public List<Container> containers() {
        return type1.containers();
    }

    @Override
    public void poisoned(PoisonEvent event) {
        type1.poisoned(event.pfn());
    }
}
