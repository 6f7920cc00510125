package org.dmemfs.conformance.tests.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.conformance.PatchSeries;
import org.dmemfs.conformance.SeriesPatch;
import org.dmemfs.conformance.tests.house.House;

/** docs/patches.md: the reviewer's way from a patch to its class, and the one list of patches that have none yet. */
public final class PatchPage {
    private static final Path FILE = House.built().root().resolve("docs/patches.md");

    private final List<PatchHomes.Home> homes;

    PatchPage(List<PatchHomes.Home> homes) {
        this.homes = homes;
    }

    /** The page as it should be, made from the built house. */
    static String made() {
        return new PatchPage(PatchHomes.in(House.built(), House.built().examined())).text();
    }

    /** The page as it is committed; with the system property pages.write it is made anew before it is read. */
    public static String committed() {
        try {
            if (Boolean.getBoolean("pages.write")) {
                Files.writeString(FILE, made());
            }
            return Files.readString(FILE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String text() {
        StringBuilder text = new StringBuilder(
                """
                        # The patches and their classes
                        Made from the classes' `@Patch`, and held to them by the rule `patch-has-home`; `CONTRIBUTING.md` says how to make
                        it anew. The numbers are those of the series of December 2020 (V2) and of October 2020 (V1).

                        Pending, with no class yet: %s.

                        | V2 | V1 | what it does | folder | classes |
                        |---|---|---|---|---|
                        """
                        .formatted(pending()));
        for (SeriesPatch patch : PatchSeries.patches()) {
            text.append("| %02d | %s | %s | %s | %s |%n".formatted(patch.v2(), patch.v1() == 0
                    ? "-"
                    : "%02d".formatted(patch.v1()), patch.title(),
                    patch.folders().stream().sorted().collect(Collectors.joining(", ")), classes(patch)));
        }
        return text.toString();
    }

    private String pending() {
        String numbers = PatchSeries.patches().stream().filter(patch -> classes(patch).equals("pending"))
                .map(patch -> "%02d".formatted(patch.v2())).collect(Collectors.joining(", "));
        return numbers.isEmpty() ? "none" : numbers;
    }

    private String classes(SeriesPatch patch) {
        List<PatchHomes.Home> named = homes.stream().filter(home -> home.isOf(patch)).toList();
        if (named.stream().noneMatch(home -> isAtHome(home, patch))) {
            return "pending";
        }
        return named.stream()
                .map(home -> "`" + home.simpleName() + "`"
                        + (isAtHome(home, patch) ? "" : " (in " + home.module().folder() + ")"))
                .distinct().sorted().collect(Collectors.joining(", "));
    }

    private static boolean isAtHome(PatchHomes.Home home, SeriesPatch patch) {
        return patch.folders().stream()
                .anyMatch(folder -> home.module().folder().equals(folder)
                        || home.module().folder().startsWith(folder + "/"));
    }
}
