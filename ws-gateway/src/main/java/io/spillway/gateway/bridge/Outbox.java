package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;

/**
 * What waits for one browser that isn't taking bytes just now, in order. Empty for a browser that
 * keeps up, and then it holds no memory of its own.
 *
 * <p>Droppable packets (QoS 0) are bounded by {@link Limits#bytesMax} and the {@link
 * SlowClientPolicy}; where none of them waits, one of any size is taken. All others are never
 * dropped; the sender's credit bounds them. The sum over all browsers is bounded by {@link
 * QueuedBytes}. A large packet comes in pieces: it is taken or dropped as a whole, by its first
 * piece, and once its first piece has left for the browser the rest follows.
 *
 * <p>Thread: the browser's I/O thread. Lifetime: the browser's; {@link #clear} gives back the
 * buffers. Packets may be shared with other outboxes, so nothing here moves their indices.
 */
final class Outbox {
  /** The same for all browsers of a gateway. */
  record Limits(int bytesMax, SlowClientPolicy policy, QueuedBytes total) {}

  enum Offer {
    QUEUED,
    DROPPED,
    /** There's no room over all browsers for a packet that must not be dropped. */
    REFUSED
  }

  private static final int CAPACITY_MIN = 8;

  /** A larger table is given back when the outbox runs empty. */
  private static final int CAPACITY_KEPT = 64;

  private static final byte DROPPABLE = 1;

  /** The entry begins a packet. */
  private static final byte FIRST = 2;

  /** The packet goes on in the next entry. */
  private static final byte MORE = 4;

  /** The edge's own packet, for which nobody spent credit. */
  private static final byte OWN = 8;

  private final Limits limits;

  /** A ring, indexed by sequence number; null holes where packets were dropped. Null: no table. */
  private ByteBuf[] packets;

  private byte[] flags;

  /** Sequence number of the oldest entry, which is never a hole unless the outbox is empty. */
  private long head;

  /** Sequence number of the next entry. */
  private long tail;

  private int entries;
  private int bytes;
  private int droppableBytes;

  /** No packet that could be dropped begins before this sequence number. */
  private long droppableFrom;

  /** The rest of a dropped packet is still arriving. */
  private boolean discarding;

  /** Where each topic's waiting packet is; only with {@link SlowClientPolicy#LATEST}, else null. */
  private Map<TopicKey, Long> newest;

  /** Bytes of the last packet that haven't arrived. */
  private int arriving;

  private SlowClientPolicy policy;

  private long packetsDropped;
  private long bytesDropped;
  private long packetsReplaced;

  Outbox(Limits limits) {
    this.limits = limits;
    this.policy = limits.policy;
  }

  /** The core may know better than the configuration what suits this client. */
  void policy(SlowClientPolicy policy) {
    this.policy = policy;
    if (policy != SlowClientPolicy.LATEST) {
      newest = null;
    }
  }

  boolean isEmpty() {
    return entries == 0;
  }

  int bytes() {
    return bytes;
  }

  /** Since the outbox was made; without those replaced. */
  long packetsDropped() {
    return packetsDropped;
  }

  /** Their length. */
  long bytesDropped() {
    return bytesDropped;
  }

  /** Since the outbox was made: gave way to a newer packet of the same topic. */
  long packetsReplaced() {
    return packetsReplaced;
  }

  /**
   * Appends a packet, several that may not be dropped, or a piece.
   *
   * @param packet ownership passes, whatever the answer
   * @param first it begins a packet
   * @param remaining bytes of it that the following calls bring; what arrives until then belongs to
   *     it
   */
  Offer offer(ByteBuf packet, boolean first, int remaining, boolean droppable) {
    if (!first) {
      return offerRest(packet, remaining, droppable);
    }
    int length = packet.readableBytes() + remaining;
    boolean fits = droppable ? makeRoom(packet, length) : makeRoomInTotal(length);
    if (!fits) {
      packet.release();
      if (!droppable) {
        return Offer.REFUSED;
      }
      discarding = remaining > 0;
      packetsDropped++;
      bytesDropped += length;
      return Offer.DROPPED;
    }
    if (droppable && policy == SlowClientPolicy.LATEST) {
      remember(packet);
    }
    append(packet, flags(true, remaining > 0, droppable));
    arriving = remaining;
    return Offer.QUEUED;
  }

  /** Appends a short packet of the edge's own, between units; ownership passes. */
  void offerOwn(ByteBuf packet) {
    append(packet, (byte) (FIRST | OWN));
  }

  private Offer offerRest(ByteBuf piece, int remaining, boolean droppable) {
    if (discarding) {
      piece.release();
      discarding = remaining > 0;
      return Offer.DROPPED;
    }
    append(piece, flags(false, remaining > 0, droppable));
    arriving = remaining;
    return Offer.QUEUED;
  }

  /** The oldest entry begins a packet, rather than going on with one that has begun to leave. */
  boolean headBegins() {
    return (flags[slot(head)] & FIRST) != 0;
  }

  /** The oldest entry's packet goes on in the next entry, which may not have arrived. */
  boolean headGoesOn() {
    return (flags[slot(head)] & MORE) != 0;
  }

  /** The credit that the oldest entry has cost. */
  int headCredit() {
    return (flags[slot(head)] & (DROPPABLE | OWN)) == 0 ? headLength() : 0;
  }

  /** The length of the oldest entry. */
  int headLength() {
    return packets[slot(head)].readableBytes();
  }

  /**
   * The whole length of the packet that begins at the oldest entry, also of what hasn't arrived.
   */
  int headPacketLength() {
    int length = 0;
    for (long sequence = head; sequence < tail; sequence++) {
      length += packets[slot(sequence)].readableBytes();
      if ((flags[slot(sequence)] & MORE) == 0) {
        return length;
      }
    }
    return length + arriving;
  }

  /** Removes the oldest entry; ownership passes to the caller. */
  ByteBuf take() {
    ByteBuf packet = packets[slot(head)];
    if (newest != null && (flags[slot(head)] & (DROPPABLE | FIRST)) == (DROPPABLE | FIRST)) {
      newest.remove(TopicKey.of(packet), head);
    }
    remove(head);
    return packet;
  }

  /** Releases everything. */
  void clear() {
    while (entries > 0) {
      take().release();
    }
  }

  private boolean makeRoom(ByteBuf packet, int length) {
    if (policy == SlowClientPolicy.LATEST) {
      replaceOlder(packet);
    }
    while (droppableBytes > 0 && droppableBytes + (long) length > limits.bytesMax) {
      if (!dropOldest()) {
        return false;
      }
    }
    return makeRoomInTotal(length);
  }

  private boolean makeRoomInTotal(int length) {
    while (!limits.total.hasRoomFor(length)) {
      if (!dropOldest()) {
        return false;
      }
    }
    return true;
  }

  /** False when nothing may be dropped in favour of what comes. */
  private boolean dropOldest() {
    if (policy == SlowClientPolicy.DROP_NEWEST || droppableBytes == 0) {
      return false;
    }
    for (long sequence = Math.max(head, droppableFrom); sequence < tail; sequence++) {
      int slot = slot(sequence);
      if (packets[slot] != null && (flags[slot] & (DROPPABLE | FIRST)) == (DROPPABLE | FIRST)) {
        droppableFrom = sequence + 1;
        packetsDropped++;
        bytesDropped += drop(sequence);
        return true;
      }
    }
    droppableFrom = tail;
    return false; // What is left of the droppable bytes belongs to a packet that has begun.
  }

  /** Drops the packet that begins there, with all its pieces, and says how many bytes it had. */
  private int drop(long first) {
    if (newest != null) {
      newest.remove(TopicKey.of(packets[slot(first)]), first);
    }
    int length = 0;
    boolean more = true;
    long end = tail;
    for (long sequence = first; more && sequence < end; sequence++) {
      int slot = slot(sequence);
      more = (flags[slot] & MORE) != 0;
      ByteBuf packet = packets[slot];
      length += packet.readableBytes();
      remove(sequence);
      packet.release();
    }
    discarding = more;
    return length;
  }

  private void replaceOlder(ByteBuf packet) {
    Long older = newest == null ? null : newest.get(TopicKey.of(packet));
    if (older != null) {
      packetsReplaced++;
      drop(older);
    }
  }

  private void remember(ByteBuf packet) {
    if (newest == null) {
      newest = new HashMap<>();
    }
    if (needsRoom()) {
      makeSpace(); // Numbers change only here, so that the number remembered stays true.
    }
    newest.put(TopicKey.of(packet), tail);
  }

  private void append(ByteBuf packet, byte flag) {
    if (needsRoom()) {
      makeSpace();
    }
    int slot = slot(tail++);
    packets[slot] = packet;
    flags[slot] = flag;
    int length = packet.readableBytes();
    entries++;
    bytes += length;
    if ((flag & DROPPABLE) != 0) {
      droppableBytes += length;
    }
    limits.total.add(length);
  }

  private void remove(long sequence) {
    int slot = slot(sequence);
    int length = packets[slot].readableBytes();
    packets[slot] = null;
    entries--;
    bytes -= length;
    if ((flags[slot] & DROPPABLE) != 0) {
      droppableBytes -= length;
    }
    limits.total.remove(length);
    if (entries == 0) {
      empty();
    } else {
      while (packets[slot(head)] == null) {
        head++;
      }
    }
  }

  private void empty() {
    head = tail;
    newest = null;
    if (packets.length > CAPACITY_KEPT) {
      packets = null;
      flags = null;
    }
  }

  private boolean needsRoom() {
    return packets == null || tail - head == packets.length;
  }

  /** Closes the holes, into a larger table when there are few of them. */
  private void makeSpace() {
    int capacity = packets == null ? CAPACITY_MIN : packets.length;
    if (entries > capacity / 2) {
      capacity *= 2;
    }
    ByteBuf[] oldPackets = packets;
    byte[] oldFlags = flags;
    packets = new ByteBuf[capacity];
    flags = new byte[capacity];
    long oldHead = head;
    long oldTail = tail;
    head = 0;
    tail = 0;
    droppableFrom = 0;
    for (long sequence = oldHead; sequence < oldTail; sequence++) {
      int from = (int) (sequence & oldPackets.length - 1);
      if (oldPackets[from] == null) {
        continue;
      }
      if (newest != null) {
        renumber(oldPackets[from], oldFlags[from], sequence);
      }
      packets[(int) tail] = oldPackets[from];
      flags[(int) tail] = oldFlags[from];
      tail++;
    }
    if (newest != null) {
      newest.replaceAll((key, sequence) -> -1 - sequence);
    }
  }

  /** Negative numbers are new ones, until all are. */
  private void renumber(ByteBuf packet, byte flag, long sequence) {
    if ((flag & (DROPPABLE | FIRST)) == (DROPPABLE | FIRST)) {
      newest.replace(TopicKey.of(packet), sequence, -1 - tail);
    }
  }

  private int slot(long sequence) {
    return (int) (sequence & packets.length - 1);
  }

  private static byte flags(boolean first, boolean more, boolean droppable) {
    return (byte) ((first ? FIRST : 0) | (more ? MORE : 0) | (droppable ? DROPPABLE : 0));
  }
}
