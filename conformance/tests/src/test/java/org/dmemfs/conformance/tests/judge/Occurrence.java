package org.dmemfs.conformance.tests.judge;

/**
 * One call and what both sides made of it.
 *
 * @param pair whose
 * @param call the call
 * @param before what both had before it
 * @param hostAnswer the host's answer
 * @param modelAnswer the model's answer
 * @param host what the host has after it
 * @param model what the model has after it
 */
record Occurrence(Pair pair, Call call, State before, String hostAnswer, String modelAnswer, State host,
        State model) {
    boolean agrees() {
        return hostAnswer.equals(modelAnswer) && host.equals(model);
    }

    boolean answered(String byHost, String byModel) {
        return hostAnswer.equals(byHost) && modelAnswer.equals(byModel);
    }

    /** Whether the call left the host as it was. */
    boolean hostUnchanged() {
        return host.equals(before);
    }

    /** Whether the call left the model as it was. */
    boolean modelUnchanged() {
        return model.equals(before);
    }

    /** Disagreements of one kind are alike in this. */
    String kind() {
        return "%s %s: the host says %s, the model %s%s".formatted(pair, call.getClass().getSimpleName(),
                word(hostAnswer), word(modelAnswer), host.equals(model) ? "" : ", and leaves something else behind");
    }

    private static String word(String answer) {
        return answer.contains(" ") ? answer.substring(0, answer.indexOf(' ')) : answer;
    }

    @Override
    public String toString() {
        return "%s%n  host  %s %s%n  model %s %s%n  before %s".formatted(call, hostAnswer, host, modelAnswer, model,
                before);
    }
}
