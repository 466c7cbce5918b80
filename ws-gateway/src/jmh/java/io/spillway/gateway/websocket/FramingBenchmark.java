package io.spillway.gateway.websocket;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A client's frame, read and unmasked, and the header of a server's, without sockets. Reading
 * changes the bytes in place, so each run unmasks what the one before has masked.
 *
 * <pre>
 * mvn -q -Pjmh -pl ws-gateway -am test-compile
 * cd ws-gateway/target
 * java -cp "test-classes:classes:$(cat jmh.classpath)" org.openjdk.jmh.Main FramingBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FramingBenchmark implements FrameReader.Sink {
  @Param({"64", "1024", "65000"})
  int payloadLength;

  private final FrameReader reader = new FrameReader(this);
  private final ByteBuffer header = ByteBuffer.allocateDirect(FrameHeader.LENGTH_MAX);
  private ByteBuffer frame;
  private int seen;

  @Setup
  public void fill() {
    byte[] payload = new byte[payloadLength];
    new Random(1).nextBytes(payload);
    byte[] bytes = RawClient.frame(0x82, payload);
    frame = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Benchmark
  public int read() {
    reader.read(frame.rewind());
    return seen;
  }

  @Benchmark
  public ByteBuffer unmask() {
    Masking.unmask(frame.position(8), 0x1F2E3D4C, 0);
    return frame;
  }

  @Benchmark
  public ByteBuffer writeHeader() {
    FrameHeader.put(header.clear(), Opcode.BINARY, payloadLength);
    return header;
  }

  @Override
  public void data(ByteBuffer payload, boolean lastOfMessage) {
    seen += payload.remaining();
  }

  @Override
  public void control(int opcode, byte[] payload) {
    seen += payload.length;
  }
}
