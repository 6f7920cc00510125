package org.dmemfs.conformance.tests.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;
import org.dmemfs.conformance.tests.pages.PatchHomes;
import org.dmemfs.conformance.PatchSeries;
import org.dmemfs.conformance.SeriesPatch;

/**
 * {@code patch-has-home}: each patch is named by {@code @Patch} on a class in one of its folders, or listed as pending;
 * a patch that is listed and has a home is an offence as well. A jar's manifest names the same patches as its classes.
 */
final class PatchHasHome implements Rule {
    private static final Pattern PENDING = Pattern.compile("Pending, with no class yet: ([^.]*)\\.");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final Set<Integer> pending;

    /** The rule with the list of pending patches that a page has. */
    PatchHasHome(String page) {
        Matcher line = PENDING.matcher(page);
        this.pending = line.find()
                ? NUMBER.matcher(line.group(1)).results().map(number -> Integer.valueOf(number.group()))
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        List<PatchHomes.Home> homes = PatchHomes.in(house, house.examined());
        for (SeriesPatch patch : PatchSeries.patches()) {
            boolean atHome = homes.stream().anyMatch(home -> home.isOf(patch) && isIn(home.module(), patch.folders()));
            if (!atHome && !pending.contains(patch.v2())) {
                offences.add("patch %02d has no class in %s and is not pending".formatted(patch.v2(),
                        patch.folders().stream().sorted().toList()));
            } else if (atHome && pending.contains(patch.v2())) {
                offences.add("patch %02d has a class and is still listed as pending".formatted(patch.v2()));
            }
        }
        for (PatchHomes.Home home : homes) {
            if (PatchSeries.patches().stream().noneMatch(home::isOf)) {
                offences.add("%s names a patch that there is not: v1=%d, v2=%d".formatted(home.className(), home.v1(),
                        home.v2()));
            }
        }
        house.shipped().forEach(module -> manifest(house, module, offences));
        return offences;
    }

    private static void manifest(House house, ReactorModule module, List<String> offences) {
        List<String> named = PatchHomes.in(house, List.of(module)).stream().map(home -> home.v1() + "/" + home.v2())
                .sorted().distinct().toList();
        List<String> provided = List.copyOf(house.manifestOf(module).patches());
        if (module.isJar() && !named.equals(provided)) {
            offences.add("%s: its classes name the patches %s (v1/v2), its manifest %s".formatted(module, named,
                    provided));
        }
    }

    private static boolean isIn(ReactorModule module, List<String> folders) {
        return folders.stream()
                .anyMatch(folder -> module.folder().equals(folder) || module.folder().startsWith(folder + "/"));
    }
}
