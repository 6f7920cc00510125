package org.dmemfs.conformance.tests.judge;

/** One side: an empty range of addresses and an empty file at first. */
interface Memory extends AutoCloseable {
    /**
     * Makes a call.
     *
     * @return {@code ok}, with the value or the vector where there is one, or the name of the errno; EFAULT also where a
     *         touch raised a signal
     */
    String answer(Call call);

    /** What is there now. */
    State state();

    @Override
    void close();
}
