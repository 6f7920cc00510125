package org.dmemfs.bench;

import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The peer of the start: a Felix without a bundle. It closes its output when
 * it is ready and stays until it is killed. Its one word is the directory that it may use. */
final class EmptyFelix {
    private EmptyFelix() {
    }

    public static void main(String[] words) throws BundleException, InterruptedException {
        Framework framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, words[0],
                        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        System.out.close();
        framework.waitForStop(0);
    }
}
