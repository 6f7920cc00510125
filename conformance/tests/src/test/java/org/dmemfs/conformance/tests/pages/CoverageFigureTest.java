package org.dmemfs.conformance.tests.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageFigureTest {
    @Test
    void figureSumsTheClasses() {
        assertThat(CoverageFigure.sentence(List.of(
                "GROUP,PACKAGE,CLASS,INSTRUCTION_MISSED,INSTRUCTION_COVERED,BRANCH_MISSED,BRANCH_COVERED,LINE_MISSED,LINE_COVERED",
                "a,org.dmemfs.a,A,0,9,1,3,0,10,0,0,0,0", "b,org.dmemfs.b,B,7,2,1,3,10,20,0,0,0,0")))
                .isEqualTo("Coverage of the whole: 75.0 % of lines, 75.0 % of branches (30 of 40 lines)");
    }
}
