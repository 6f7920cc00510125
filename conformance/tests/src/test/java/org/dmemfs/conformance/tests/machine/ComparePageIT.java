package org.dmemfs.conformance.tests.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.List;
import java.util.stream.Stream;
import org.dmemfs.conformance.tests.machine.CompareFixture.Cell;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.MetadataKind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One run of compare: it agrees with every cell that is known from elsewhere, and docs/compare.md is what it makes. */
class ComparePageIT {
    private static final List<Cell> FIXTURE = CompareFixture.cells();
    private static ComparedSchemes run;

    @BeforeAll
    static void compare() {
        run = ComparedSchemes.run();
        if (Boolean.getBoolean("pages.write")) {
            new ComparePage(run, FIXTURE).write();
        }
    }

    static Stream<Cell> known() {
        return FIXTURE.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void runAgreesWithWhatIsKnown(Cell cell) {
        assertThat(run.answer(cell.scheme(), cell.operation())).as(cell.source()).isEqualTo(cell.answer());
    }

    @ParameterizedTest(name = "{0}: the struct pages of {1} pages of {2} are {3} KiB")
    @CsvSource({"hugetlb-5.10, 512, SIZE_2M, 16384", "hugetlb-6.12, 4096, SIZE_2M, 16384",
            "hugetlb-6.12, 2, SIZE_1G, 8",
            "hugetlb-5.14, 512, SIZE_2M, 4096", "device-dax-6.12, 512, SIZE_2M, 4096",
            "device-dax-6.12, 4, SIZE_1G, 32",
            "plain-5.10, 262144, SIZE_4K, 16384"})
    void structPagesAreWhatIsKnown(String scheme, long pages, PageSize size, long kibibytes) {
        long ofTib = Objects.requireNonNull(run.costs().get(scheme)).stream().filter(each -> each.pageSize() == size)
                .flatMap(each -> each.ofTib().stream()).filter(cost -> cost.kind() == MetadataKind.STRUCT_PAGES)
                .mapToLong(cost -> cost.bytes()).sum();
        assertThat(ofTib).isEqualTo((kibibytes << 10) * ((1L << 40) / (pages * size.bytes())));
    }

    @Test
    void everySchemeAnswersToEveryOperation() {
        assertThat(run.schemes()).hasSizeGreaterThanOrEqualTo(16);
        run.answers().forEach((scheme, answers) -> assertThat(answers.keySet()).as(scheme)
                .containsExactlyElementsOf(run.operations().stream().map(each -> each.name()).toList()));
    }

    @Test
    void hypotheticalSchemeIsMarked() {
        assertThat(run.schemes()).filteredOn(each -> each.scheme().equals("huge-pfnmap")).isNotEmpty()
                .allMatch(each -> each.title().endsWith("(hypothetical)"));
    }

    @Test
    void pageIsWhatTheRunMakes() {
        assertThat(ComparePage.committed())
                .as("docs/compare.md: make it anew with -Dpages.write=true and read what changed")
                .isEqualTo(new ComparePage(run, FIXTURE).made());
    }
}
