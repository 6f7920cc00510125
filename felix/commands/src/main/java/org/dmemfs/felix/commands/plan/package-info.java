/**
 * The planner behind {@code plan}: what of a machine each scheme of guest memory leaves to sell, and which guests find a place
 * in it. A {@link org.dmemfs.felix.commands.plan.Planner} is asked once a scheme: a
 * {@link org.dmemfs.felix.commands.plan.SetAsidePlan} settles how much of each node is set aside, a placer places the guests
 * as the scheme's own allocator would, a {@link org.dmemfs.felix.commands.plan.SchemePlan} holds what came of it, every
 * number a {@link org.dmemfs.felix.commands.plan.Figure} with its formula. Nothing is booted and nothing is kept; there is no
 * lock.
 */
package org.dmemfs.felix.commands.plan;
