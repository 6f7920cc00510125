package org.dmemfs.fs.fs;

import java.util.List;
import java.util.function.Consumer;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoolUse;
import org.dmemfs.fs.FileAttributes;
import org.dmemfs.fs.FileSystemUsage;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.reserve.PhysicalMemory;

/** A mount: its names, its use of the pool, and its end (patch 01). */
@Patch(v1 = 1, v2 = 1)
final class SuperBlock implements Mount {
    private static final long MAGIC = 0x2ace90c6L;

    private final String target;
    private final MountOptions options;
    private final Surroundings surroundings;
    private final PoolUse use;
    private final Ownership ownership;
    private final Consumer<SuperBlock> onEnd;
    private final Namespace namespace;
    private final DpageSupply supply;
    private final Quota quota;
    private final RateLimitedLog exhaustionLog;

    SuperBlock(String target, MountOptions options, Surroundings surroundings, PoolUse use, Ownership ownership,
            Consumer<SuperBlock> onEnd) {
        this.target = target;
        this.options = options;
        this.surroundings = surroundings;
        this.use = use;
        this.ownership = ownership;
        this.onEnd = onEnd;
        this.namespace = new Namespace(target);
        this.supply = new DpageSupply(this);
        this.quota = new Quota(target, options.pageSize(), options.limitBytes());
        this.exhaustionLog = new RateLimitedLog(surroundings.log(), System::nanoTime);
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public PageSize pageSize() {
        return options.pageSize();
    }

    @Override
    public String showOptions() {
        return options.show(settings().repaired());
    }

    @Override
    public OpenFile create(String path) {
        PathName name = PathName.parse(path);
        return new OpenDescriptor(namespace.create(name, number -> newFile(number, name)), OpenMode.READ_WRITE);
    }

    @Override
    public OpenFile open(String path, OpenMode mode) {
        return new OpenDescriptor(namespace.open(PathName.parse(path)), mode);
    }

    @Override
    public void mkdir(String path) {
        namespace.mkdir(PathName.parse(path));
    }

    @Override
    public void rmdir(String path) {
        namespace.rmdir(PathName.parse(path));
    }

    @Override
    public void unlink(String path) {
        namespace.unlink(PathName.parse(path)).forEach(Eviction::evict);
    }

    @Override
    public void rename(String from, String to) {
        namespace.rename(PathName.parse(from), PathName.parse(to)).forEach(Eviction::evict);
    }

    @Override
    public FileAttributes stat(String path) {
        PathName name = PathName.parse(path);
        return namespace.reading(() -> attributesLocked(namespace.inodeAt(name)));
    }

    @Override
    public List<String> readdir(String path) {
        PathName name = PathName.parse(path);
        return namespace.reading(() -> namespace.directoryAt(name).names());
    }

    /** Defect 12.2.14, mended here: v2 and v1 report neither blocks nor free blocks. */
    @Override
    public FileSystemUsage statfs() {
        namespace.checkMounted();
        if (!settings().repaired()) {
            return new FileSystemUsage(MAGIC, pageSize().bytes(), 0, 0);
        }
        List<NodeUsage> nodes = nodeUsage();
        long total = nodes.stream().mapToLong(NodeUsage::total).sum();
        long free = nodes.stream().mapToLong(NodeUsage::free).sum();
        return new FileSystemUsage(MAGIC, pageSize().bytes(), Math.min(total, quota.limit()),
                Math.min(free, quota.left()));
    }

    @Override
    public void unmount() {
        end(namespace.endUnlessBusy());
    }

    @Override
    public void close() {
        namespace.end().ifPresent(this::end);
    }

    /** Ends with the file system, and says so in one line. */
    void stop() {
        namespace.end().ifPresent(files -> {
            long dpages = files.stream().mapToLong(file -> file.tree().size()).sum();
            files.forEach(
                    file -> file.mapping().withdraw("dmemfs, which gave the memory from " + target + ", was stopped"));
            end(files);
            surroundings.log().info("dmemfs: " + target + " ended as the file system stopped: " + files.size()
                    + " files, " + dpages + " dpages of " + pageSize().label() + " given back");
        });
    }

    Namespace namespace() {
        return namespace;
    }

    DpageSupply supply() {
        return supply;
    }

    Quota quota() {
        return quota;
    }

    PoolUse use() {
        return use;
    }

    OwnerIndex owners() {
        return ownership.owners();
    }

    BadFrames badFrames() {
        return ownership.badFrames();
    }

    TreeTrace trace() {
        return surroundings.trace();
    }

    PhysicalMemory memory() {
        return surroundings.memory();
    }

    Settings settings() {
        return surroundings.settings().get();
    }

    ErrnoException gone() {
        return new ErrnoException(Errno.ENODEV, target + " is not mounted any more");
    }

    String nameOf(RegularFile file) {
        return target + namespace.pathOf(file);
    }

    FileAttributes attributes(RegularFile file) {
        return namespace.reading(() -> attributesLocked(file));
    }

    /** A file got no memory: the pool's sentence goes to the kernel log, as the task only sees a signal. */
    void exhausted(String consequence, RegularFile file, ErrnoException why) {
        exhaustionLog.error("dmemfs: " + nameOf(file) + ": " + consequence + ": " + why.getMessage());
    }

    /** Gives the dpages of indexes back; the file's lock is held exclusively and nothing maps them any more. */
    void giveBack(RegularFile file, long from, long to) {
        file.tree().drop(from, to, (index, entry) -> {
            trace().deleted(index, DpageTree.dpageOf(entry));
            owners().remove(DpageTree.dpageOf(entry));
            quota.refund(1);
            unlessStopped(() -> use.give(file.holder(), DpageTree.dpageOf(entry) << pageSize().shift()));
        });
    }

    /** Gives a dpage back that nobody could write to. */
    void giveBackUnwritten(RegularFile file, long dpage) {
        unlessStopped(() -> use.giveUnwritten(file.holder(), dpage << pageSize().shift()));
    }

    List<NodeUsage> nodeUsage() {
        return surroundings.pool().usage().nodes();
    }

    List<HolderUsage> holders() {
        return surroundings.pool().holders();
    }

    private static void unlessStopped(Runnable giving) {
        try {
            giving.run();
        } catch (ErrnoException stopped) {
            // a pool that has stopped has forgotten its dpages, and what is ending here must go on to its end
            if (stopped.errno() != Errno.ENODEV) {
                throw stopped;
            }
        }
    }

    private void end(List<RegularFile> files) {
        files.forEach(Eviction::evict);
        use.close();
        onEnd.accept(this);
    }

    private RegularFile newFile(long number, PathName name) {
        return new RegularFile(number, name, this, surroundings.addressSpaces().newFileMapping());
    }

    private FileAttributes attributesLocked(Inode inode) {
        return switch (inode) {
            case Directory directory ->
                new FileAttributes(directory.number(), true, directory.links(), 0, pageSize().bytes(), 0);
            case RegularFile file ->
                new FileAttributes(file.number(), false, file.links, file.size(), pageSize().bytes(),
                        file.tree().size());
        };
    }
}
