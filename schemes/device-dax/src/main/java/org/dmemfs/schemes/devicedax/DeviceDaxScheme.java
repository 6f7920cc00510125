package org.dmemfs.schemes.devicedax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.HookSet;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.CurrentCarveout;
import org.dmemfs.schemes.Extent;
import org.dmemfs.schemes.ExtentCarveout;
import org.dmemfs.schemes.ExtentFile;
import org.dmemfs.schemes.GrantMappings;
import org.dmemfs.schemes.GuestLayout;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.NodeRoom;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.schemes.SetAsideRanges;
import org.dmemfs.schemes.UnpatchedHooks;
import org.dmemfs.schemes.WholePages;
import org.jspecify.annotations.Nullable;

/** device-dax of one kernel. */
sealed class DeviceDaxScheme implements Scheme, FrameFailure
        permits DeviceDax510, DeviceDax510OnDevice, DeviceDax612, DeviceDaxPagelessRfc, DeviceDaxPagelessWip {
    /** {@code EFI_MEMORY_SP}, and the type that it becomes in the memory map. */
    private static final String SPECIAL_PURPOSE = "0x40000";
    private static final String SOFT_RESERVED = "0xefffffff";

    private final Variant variant;
    private final Machine machine;
    private final HookSet hooks;
    private final CurrentCarveout<ExtentCarveout> carveout;

    DeviceDaxScheme(Variant variant, Machine machine) {
        this.variant = variant;
        this.machine = machine;
        this.carveout = new CurrentCarveout<>("device-dax-" + variant.name());
        this.hooks = variant.pages().exist() ? new UnpatchedHooks() : new PagelessHooks();
    }

    /** Takes back what it has set aside. */
    final void end() {
        carveout.close();
    }

    @Override
    public SchemeDescription description() {
        return new SchemeDescription("device-dax-" + variant.name(), "device-dax", variant.kernel(), false,
                variant.machineSeries(), Set.of(PageSize.values()), variant.changes(),
                variant.pages() == Pages.COMPOUND
                        ? List.of("the tables of the thinned vmemmap: about 40 MB per TB at 1G (the series' own cover)")
                        : List.of());
    }

    @Override
    public List<String> bootWords(BootRequest request) {
        NodeRoom room = new NodeRoom(request.machine());
        List<String> words = new ArrayList<>();
        new TreeMap<>(request.bytesByNode())
                .forEach((node, bytes) -> room.highest(node, bytes, request.pageSize()).forEach(piece -> {
                    String size = NodeRoom.exact(piece.bytes());
                    String start = "0x" + Long.toHexString(piece.startPhysicalAddress());
                    words.add(switch (variant.pages()) {
                        case IN_MEMORY, ON_DEVICE, NONE_COMPLETED ->
                            "efi_fake_mem=%s@%s:%s".formatted(size, start, SPECIAL_PURPOSE);
                        case COMPOUND -> "memmap=%s%%%s-1+%s".formatted(size, start, SOFT_RESERVED);
                        case NONE -> "memmap=%s!%s".formatted(size, start);
                    });
                }));
        return words;
    }

    @Override
    public GuestLayout layout() {
        return variant.pages() == Pages.NONE ? GuestLayout.ONE_RANGE : GuestLayout.RANGES;
    }

    @Override
    public Optional<HookSet> hooks() {
        return Optional.of(hooks);
    }

    @Override
    public Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        carveout.requireNone();
        List<Extent> device = new SetAsideRanges(machine.reservation()).of(bytesByNode, pageSize);
        if (device.stream().anyMatch(extent -> extent.bytes() % PageSize.SIZE_2M.bytes() != 0)) {
            throw new ErrnoException(Errno.EINVAL, "a device is made of units of 2M: " + bytesByNode + " are none");
        }
        List<Extent> sold = device.stream().map(extent -> sold(extent, pageSize)).filter(extent -> extent.bytes() > 0)
                .toList();
        Rules rules = new Rules(device);
        ExtentCarveout made = carveout.begin(
                new ExtentCarveout(rules, pageSize, sold, machine.reservation().topology()));
        try {
            rules.begin();
        } catch (ErrnoException refused) {
            carveout.ended();
            throw refused;
        }
        return made;
    }

    /** What is left of a range once its struct pages have their place at its start. */
    private Extent sold(Extent extent, PageSize pageSize) {
        long taken = Math.min(extent.bytes(), variant.pages().takenOut(extent.bytes(), pageSize));
        return new Extent(extent.startPhysicalAddress() + taken, extent.bytes() - taken, extent.node());
    }

    @Override
    public List<MetadataCost> metadata(long bytes, PageSize pageSize) {
        WholePages.require(bytes, pageSize);
        return variant.pages().costs(bytes, pageSize, 1);
    }

    /** {@code memory_failure_dev_pagemap}, and by frame in the work in progress: unmapped, and the mappers are told. */
    @Override
    public @Nullable Outcome failed(long pfn) {
        Optional<ExtentCarveout> current = carveout.get();
        if (current.isEmpty() || variant.pages() == Pages.NONE) {
            return null;
        }
        for (ExtentFile file : current.get().files()) {
            long page = file.pageOffsetOf(pfn);
            if (page >= 0) {
                PageSize size = file.pageSize();
                long first = page & -size.naturePages();
                file.mapping().unmapRange(first, size.naturePages());
                return Outcome.ofFile("recovery action for dax page: unmapped", file.mapping(), page, size.shift());
            }
        }
        return variant.pages().exist() && machine.reservation().memoryMap().kindOf(pfn) == FrameKind.SET_ASIDE
                ? Outcome.ofNobody("recovery action for dax page: nobody maps it")
                : null;
    }

    /** One range a guest in January 2020, several since. */
    private final class Rules implements ExtentCarveout.Rules {
        private final List<Extent> device;

        Rules(List<Extent> device) {
            this.device = device;
        }

        void begin() {
            if (variant.pages().exist()) {
                device.forEach(extent -> machine.frames().addDevicePages(extent.startPhysicalAddress(),
                        extent.endPhysicalAddress()));
            }
        }

        @Override
        public String name() {
            return description().name();
        }

        @Override
        public boolean contiguous() {
            return layout() == GuestLayout.ONE_RANGE;
        }

        @Override
        public ExtentFile open(String guest, List<Extent> extents, PageSize pageSize) {
            return new DaxFile(guest, extents, pageSize, machine.addressSpaces().newFileMapping(), variant.pages(),
                    machine.memory().bytes());
        }

        @Override
        public void mapped(GrantMappings.Place place) {
            if (!variant.pages().exist()) {
                machine.systemCalls().of(place.task()).madvise(place.virtualAddress(), place.bytes(),
                        Advice.DONTFORK);
            }
        }

        @Override
        public List<MetadataCost> metadata(long bytes, PageSize pageSize, int extents) {
            return variant.pages().costs(device.stream().mapToLong(Extent::bytes).sum(), pageSize,
                    Math.max(1, extents));
        }

        @Override
        public void ended() {
            if (variant.pages().exist()) {
                device.forEach(extent -> machine.frames().removeDevicePages(extent.startPhysicalAddress(),
                        extent.endPhysicalAddress()));
            }
            carveout.ended();
        }
    }
}
