package org.dmemfs.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Names the patch of the series that a class is the home of. bnd copies each one into the manifest as a capability of
 * the namespace {@code org.dmemfs.patch}, so that a running framework can be asked which bundle has which patch.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Repeatable(Patches.class)
@Capability(namespace = "org.dmemfs.patch")
public @interface Patch {
    /**
     * The patch's number in the series of December 2020.
     *
     * @return 1 to 37, or 0 for a patch that only V1 has
     */
    @Attribute("v2")
    int v2() default 0;

    /**
     * The patch's number in the series of October 2020.
     *
     * @return 1 to 35, or 0 for a patch that only V2 has
     */
    @Attribute("v1")
    int v1() default 0;
}
