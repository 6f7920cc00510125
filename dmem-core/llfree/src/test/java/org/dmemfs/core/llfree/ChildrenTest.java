package org.dmemfs.core.llfree;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.core.RegionAllocator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildrenTest {
    @Test
    @DisplayName("a word of 0 is a child that is free")
    void free() {
        assertThat(ChildCounter.free(0)).isEqualTo(512);
        assertThat(ChildCounter.isPending(0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "512, 512, false", "5, 3, true", "200, 1, true"})
    @DisplayName("pending claims are claimed until they are settled; one that is returned leaves its mark")
    void pending(int claims, int used, boolean returned) {
        int pending = ChildCounter.withPending(0, claims);
        assertThat(ChildCounter.free(pending)).isEqualTo(512 - claims);
        assertThat(ChildCounter.isPending(pending)).isTrue();
        int settled = ChildCounter.withSettled(pending, claims, used);
        assertThat(ChildCounter.isPending(settled)).isFalse();
        assertThat(ChildCounter.claimed(settled)).isEqualTo(used);
        assertThat(ChildCounter.returns(settled) > 0).isEqualTo(returned);
    }

    @Test
    @DisplayName("4,096 returns begin anew and touch nothing else")
    void returnsWrap() {
        int word = 0;
        for (int round = 0; round < 4096; round++) {
            word = ChildCounter.withClaimed(word, 1) + ChildCounter.returnedOne();
        }
        assertThat(word).isZero();
    }

    @ParameterizedTest
    @CsvSource({"60, 8, 60, 8", "0, 512, 0, 512", "63, 2, 63, 2", "100, 300, 100, 300"})
    @DisplayName("a run crosses words within its child")
    void run(int taken, int wanted, long first, int given) {
        Children children = new Children(new OnHeapWords(512), 512);
        for (int dpage = 0; dpage < taken; dpage++) {
            children.begin(dpage);
        }
        assertThat(children.takeRun(0, wanted)).isEqualTo(RegionAllocator.run(first, given));
        assertThat(ChildCounter.claimed(children.counter(0))).isEqualTo(taken + given);
    }

    @Test
    @DisplayName("where no run is long enough the longest is taken, and the claims beyond it are returned")
    void longestRun() {
        Children children = new Children(new OnHeapWords(512), 512);
        for (int dpage = 0; dpage < 512; dpage++) {
            if (dpage % 50 < 10 || dpage > 400) {
                children.begin(dpage);
            }
        }
        int before = ChildCounter.claimed(children.counter(0));
        assertThat(RegionAllocator.dpagesOf(children.takeRun(0, 64))).isEqualTo(40);
        assertThat(ChildCounter.claimed(children.counter(0))).isEqualTo(before + 40);
    }
}
