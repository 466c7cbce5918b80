/**
 * The standard, statement by statement, over real connections: one class per chapter, whose tests
 * say by {@link io.spillway.conformance.Statement} what they prove. The same bodies run for 3.1.1
 * and 5 and for every transport; those that only the gateway has are run in its module. {@code
 * CONFORMANCE.md} is made from the annotations by {@link io.spillway.conformance.ConformanceTable}.
 */
package io.spillway.conformance;
