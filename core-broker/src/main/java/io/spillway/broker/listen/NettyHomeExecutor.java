package io.spillway.broker.listen;

import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.spillway.broker.routing.Cancellable;
import io.spillway.broker.routing.HomeExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Netty event loop as what a home stands on. */
public final class NettyHomeExecutor implements HomeExecutor {
  private final SingleThreadEventLoop loop;

  NettyHomeExecutor(EventExecutor loop) {
    this.loop = (SingleThreadEventLoop) loop;
  }

  @Override
  public boolean inLoop() {
    return loop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    ScheduledFuture<?> timer = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  @Override
  public void atEndOfTurn(Runnable task) {
    loop.executeAfterEventLoopIteration(task);
  }

  @Override
  public long nowMillis() {
    return System.currentTimeMillis();
  }
}
