package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A PUBLISH with a topic name of 23 bytes, read and written. Topic names are one, or ten thousand
 * in turn, so that the memory of names is seen to hit and to miss.
 *
 * <pre>
 * mvn -q -Pjmh -pl core-broker test-compile
 * cd core-broker/target
 * java -cp "test-classes:classes:$(cat jmh.classpath)" org.openjdk.jmh.Main CodecBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CodecBenchmark {
  @Param({"64", "1024"})
  int payloadLength;

  @Param({"1", "10000"})
  int topicNames;

  private ByteBuf[] qos0;
  private ByteBuf[] qos1;
  private Message message;
  private ByteBuf out;
  private EmbeddedChannel library;
  private int next;

  @Setup
  public void fill() {
    qos0 = new ByteBuf[topicNames];
    qos1 = new ByteBuf[topicNames];
    out = PooledByteBufAllocator.DEFAULT.directBuffer(4096);
    library = new EmbeddedChannel(new MqttDecoder(1 << 20));
    for (int i = 0; i < topicNames; i++) {
      message =
          Message.of(String.format("plant/%05d/temperature", i), new byte[payloadLength], 0, false);
      qos0[i] = encoded(0);
      qos1[i] = encoded(1);
    }
  }

  private ByteBuf encoded(int qos) {
    ByteBuf packet = PooledByteBufAllocator.DEFAULT.directBuffer();
    message.encode(packet, ProtocolVersion.MQTT_3_1_1, qos, false, false, 1, null, 0);
    return packet;
  }

  @TearDown
  public void release() {
    for (int i = 0; i < topicNames; i++) {
      qos0[i].release();
      qos1[i].release();
    }
    out.release();
    library.finishAndReleaseAll();
  }

  private int next() {
    next = next + 1 == topicNames ? 0 : next + 1;
    return next;
  }

  @Benchmark
  public PublishPacket decodeQos0() {
    return PublishPacket.decode(qos0[next()], ProtocolVersion.MQTT_3_1_1);
  }

  @Benchmark
  public PublishPacket decodeQos1() {
    return PublishPacket.decode(qos1[next()], ProtocolVersion.MQTT_3_1_1);
  }

  /** The channel it must live in is part of what it costs. */
  @Benchmark
  public void decodeQos0ByTheLibrary() {
    library.writeInbound(qos0[next()].retainedDuplicate());
    MqttPublishMessage read = library.readInbound();
    ReferenceCountUtil.release(read);
  }

  @Benchmark
  public ByteBuf encodedQos0() {
    return out.clear().writeBytes(message.encodedQos0(ProtocolVersion.MQTT_3_1_1, false));
  }

  @Benchmark
  public ByteBuf encodedQos0OfTheOtherVersion() {
    return out.clear().writeBytes(message.encodedQos0(ProtocolVersion.MQTT_5, false));
  }

  /** As for a connection that gathers: the bytes are shared and not copied. */
  @Benchmark
  public ByteBuf encodedQos0Wrapped() {
    return Unpooled.wrappedBuffer(message.encodedQos0(ProtocolVersion.MQTT_3_1_1, false));
  }

  @Benchmark
  public ByteBuf encodeQos1() {
    message.encode(out.clear(), ProtocolVersion.MQTT_3_1_1, 1, false, false, 7, null, 0);
    return out;
  }
}
