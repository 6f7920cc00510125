package org.dmemfs.conformance.tests.judge;

/** A model with a fault: one kind of call is answered and not done. */
record Offender(Memory model, Class<? extends Call> forgotten) implements Memory {
    @Override
    public String answer(Call call) {
        return forgotten.isInstance(call) ? "ok" : model.answer(call);
    }

    @Override
    public State state() {
        return model.state();
    }

    @Override
    public void close() {
        model.close();
    }
}
