package org.dmemfs.mm.mm;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The VMAs that one anonymous mapping has become by splits, mremap and fork ({@code anon_vma}). A page keeps its page offset
 * wherever it goes, so that family and offset lead to every entry that may map it. The kernel has a list for each child too, so
 * that a search of a page that the child made passes its parent by; here it does not.
 */
final class AnonymousFamily extends Mappers {
    private final Set<MappedArea> areas = new LinkedHashSet<>();

    @Override
    synchronized void add(MappedArea area) {
        areas.add(area);
    }

    @Override
    synchronized void remove(MappedArea area) {
        areas.remove(area);
    }

    @Override
    synchronized void replace(List<MappedArea> gone, List<MappedArea> come) {
        gone.forEach(areas::remove);
        areas.addAll(come);
    }

    @Override
    synchronized List<MappedArea> areasAt(long pageOffset) {
        return areas.stream().filter(area -> area.hasPage(pageOffset)).toList();
    }

    @Override
    synchronized boolean isEmpty() {
        return areas.isEmpty();
    }

    @Override
    void lost(long pageOffset, long pfn) {
        // Nothing beside the entries keeps an anonymous page.
    }
}
