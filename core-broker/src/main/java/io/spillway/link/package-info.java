/**
 * The link: one byte connection between a gateway and a core that carries many clients' MQTT.
 *
 * <p>Knows Netty's buffers and nothing of MQTT beyond the sizes of what it carries; nothing of
 * sockets either, which are behind {@link io.spillway.link.LinkTransport}. One event loop owns a
 * {@link io.spillway.link.Link} with its streams and groups, makes every call to them and gets
 * every call of their listeners. Where a method takes a {@code ByteBuf}, its comment says who
 * releases it.
 *
 * <p>What follows is the protocol, version 1, complete enough to write another gateway from it.
 *
 * <h2>1. Words</h2>
 *
 * <p>A <em>gateway</em> dials; a <em>core</em> listens. A <em>client</em> is one MQTT client (a
 * browser) at the gateway. A <em>stream</em> is a client's lane in the link, from OPEN until both
 * ends let go of its number. A <em>unit</em> is what a sender hands over at once: one MQTT packet,
 * or several whole ones. <em>Downward</em> is from core to gateway. <em>Credit</em> is how many
 * bytes may still be sent on a stream.
 *
 * <p>All numbers are big-endian. {@code u8} to {@code u64} are unsigned; each {@code u32} below 2³¹
 * and each {@code u64} below 2⁶³ (PING's excepted, which are just bytes). {@code str8} is a {@code
 * u8} length and as many bytes of UTF-8; {@code str16} the same with a {@code u16}. {@code varint}
 * is seven bits per byte, lowest first, the high bit set on all bytes but the last, at most 32 bits
 * in all. {@code addr} is {@code u8} 4 or 16, that many bytes of an IPv4 or IPv6 address, {@code
 * u16} port. A payload is exactly as long as its fields; a longer or shorter one breaks the rules,
 * but for HELLO.
 *
 * <h2>2. Frames</h2>
 *
 * <pre>{@code
 * u24 length | u8 type | u32 stream | payload (length bytes)
 * }</pre>
 *
 * <p>{@code stream} is 0 for the link itself, a stream's number, or a group's number in GROUP_ADD,
 * GROUP_DEL and MCAST. A length is at most 2,048 before the handshake is complete, at most 65,536
 * in OPEN and at most 1,048,576 (1 MiB) in any other frame. An unknown type with its high bit
 * (0x80) set is ignored; any other ends the link.
 *
 * <table>
 * <caption>Frame types; ↑ from the gateway, ↓ from the core, ↕ both</caption>
 * <tr><th>type</th><th>name</th><th></th><th>payload</th></tr>
 * <tr><td>0x01</td><td>HELLO</td><td>↑</td><td>section 3</td></tr>
 * <tr><td>0x02</td><td>CHALLENGE</td><td>↓</td><td>section 3</td></tr>
 * <tr><td>0x03</td><td>AUTH</td><td>↑</td><td>section 3</td></tr>
 * <tr><td>0x04</td><td>WELCOME</td><td>↓</td><td>section 3</td></tr>
 * <tr><td>0x10</td><td>OPEN</td><td>↑</td><td>fields, section 4</td></tr>
 * <tr><td>0x11</td><td>CLOSE</td><td>↕</td><td>u8 reason, str8 text</td></tr>
 * <tr><td>0x12</td><td>CLOSED</td><td>↕</td><td>empty</td></tr>
 * <tr><td>0x13</td><td>ATTR</td><td>↓</td><td>section 4</td></tr>
 * <tr><td>0x14</td><td>DATA</td><td>↕</td><td>section 5</td></tr>
 * <tr><td>0x15</td><td>CREDIT</td><td>↕</td><td>u32 bytes</td></tr>
 * <tr><td>0x16</td><td>STAT</td><td>↑</td><td>section 7</td></tr>
 * <tr><td>0x20</td><td>GROUP_ADD</td><td>↓</td><td>list, section 6</td></tr>
 * <tr><td>0x21</td><td>GROUP_DEL</td><td>↓</td><td>list, section 6</td></tr>
 * <tr><td>0x22</td><td>MCAST</td><td>↓</td><td>section 6</td></tr>
 * <tr><td>0x23</td><td>MCAST_LIST</td><td>↓</td><td>section 6</td></tr>
 * <tr><td>0x24</td><td>MCAST_PID</td><td>↓</td><td>section 6</td></tr>
 * <tr><td>0x30</td><td>PING</td><td>↕</td><td>8 bytes of any kind</td></tr>
 * <tr><td>0x31</td><td>PONG</td><td>↕</td><td>the PING's 8 bytes</td></tr>
 * <tr><td>0x32</td><td>GOAWAY</td><td>↕</td><td>u8 reason, str8 text</td></tr>
 * <tr><td>0x33</td><td>DRAINED</td><td>↕</td><td>empty</td></tr>
 * </table>
 *
 * <h2>3. The handshake</h2>
 *
 * <p>HELLO, CHALLENGE, AUTH and WELCOME come once each, in this order, on stream 0. Until then no
 * other frame may be sent but GOAWAY, which ends the attempt with a reason. Each end gives up after
 * 5 seconds. A core that has a secret tells nothing about itself before AUTH was right.
 *
 * <pre>{@code
 * HELLO      "SPWY" | u8 lowest version | u8 highest version | u8 methods | 32 bytes nonce
 *            | u32 credit | u32 groups | str8 gateway id | str8 instance | ignored rest
 * CHALLENGE  u8 version | u8 method | 32 bytes nonce
 * AUTH       32 bytes proof, or nothing
 * WELCOME    u32 credit | u32 largest unit | u32 streams | str8 core id | str8 epoch
 *            | 32 bytes proof, or nothing
 * }</pre>
 *
 * <ul>
 *   <li>The first six bytes of HELLO never change, so any two versions can find out about each
 *       other. The core chooses the highest version that both know; when there is none it says
 *       GOAWAY VERSION. The ignored rest is part of the transcript all the same.
 *   <li>{@code methods} is a set of 1 (none) and 2 (HMAC-SHA256); {@code method} is one of them. An
 *       end with a secret offers and takes 2 only, an end without one 1 only. That one may be used
 *       where both ends are on the same host, or where TLS has authenticated both. Otherwise the
 *       end that sees the mismatch says GOAWAY AUTHENTICATION. With method 1 the proofs are absent.
 *   <li>A nonce is 32 bytes from a secure random generator, new for every connection.
 *   <li>The transcript is every frame so far, headers included, in the order of the list above. The
 *       gateway's proof is {@code HMAC(secret, "spillway link 1 gateway" | 0x00 | SHA-256(HELLO |
 *       CHALLENGE))}, the core's {@code HMAC(secret, "spillway link 1 core" | 0x00 | SHA-256(HELLO
 *       | CHALLENGE | AUTH | WELCOME))}, where WELCOME is taken without its proof and with a length
 *       in its header that doesn't count the proof. The labels are ASCII. Proofs are compared in
 *       constant time; a wrong one is answered with GOAWAY AUTHENTICATION.
 *   <li>{@code credit} is what the receiver of the frame may send on each new stream before the
 *       first CREDIT, at least 1. {@code groups} is how many groups the gateway keeps; their
 *       numbers are 1 to that. {@code largest unit} bounds what the gateway sends, in bytes;
 *       downward units are bounded by the core's maximum packet size. {@code streams} is how many
 *       streams there may be; their numbers are 1 to that. {@code instance} and {@code epoch}
 *       differ with every start of a process.
 * </ul>
 *
 * <p>So a recorded handshake can't be used again (nonces), a proof can't be sent back to its maker
 * (labels), and whoever changes a version, a method or a limit on the way breaks both proofs
 * (transcript). What the handshake doesn't give: secrecy, and protection of what comes after it
 * against somebody who can write into the connection. Outside one host, use TLS.
 *
 * <h2>4. Streams</h2>
 *
 * <p>OPEN has fields of {@code u8 tag | u16 length | value}, in any order, each at most once unless
 * said otherwise; unknown tags are skipped. Only the remote address is required.
 *
 * <table>
 * <caption>Fields of OPEN</caption>
 * <tr><td>1</td><td>addr</td><td>the client's own address</td></tr>
 * <tr><td>2</td><td>empty</td><td>there was a forwarding header or PROXY protocol</td></tr>
 * <tr><td>3</td><td>text</td><td>the gateway's listener</td></tr>
 * <tr><td>4</td><td>addr</td><td>where it is bound</td></tr>
 * <tr><td>5</td><td>str16 × 3</td><td>TLS: protocol, cipher suite, server name asked for</td></tr>
 * <tr><td>6</td><td>str16 × 4</td><td>verified client certificate (only with 5): subject, issuer,
 * serial number and SHA-256 fingerprint, both hexadecimal</td></tr>
 * <tr><td>7</td><td>text</td><td>path of the upgrade request, without query</td></tr>
 * <tr><td>8</td><td>text</td><td>Host header</td></tr>
 * <tr><td>9</td><td>text</td><td>Origin header</td></tr>
 * <tr><td>10</td><td>text</td><td>agreed subprotocol</td></tr>
 * <tr><td>11</td><td>str16 × 2</td><td>a request header: name, value; any number of times</td></tr>
 * <tr><td>12</td><td>str16 × 2, u64, str16 × n</td><td>identity established at the upgrade: user,
 * method, end in epoch milliseconds (2⁶³-1: never); then what it may do, a {@code pattern} line of
 * an access control file each, without that word. None at all: nothing; the one text {@code *}: what
 * the core's own rules say</td></tr>
 * </table>
 *
 * <p>({@code text} is UTF-8 as long as the field.) The gateway chooses a free number. There is no
 * answer: it may send DATA at once.
 *
 * <p>Either end closes a stream with CLOSE, which the other answers with CLOSED, also when it has
 * sent a CLOSE itself. After its CLOSE an end sends nothing on the stream but a CLOSED; frames that
 * still arrive on it are dropped. A number is free again when each CLOSE sent for it has been
 * answered. A frame for a number that isn't in use breaks the rules, so an end must remember the
 * streams whose CLOSED it waits for, and need remember no others. A CLOSE may cut a unit short. Its
 * text is at most 120 bytes here, so that it fits a WebSocket close frame. Its reason is a {@link
 * io.spillway.link.CloseReason}'s code; an unknown one is UNSPECIFIED_ERROR (4).
 *
 * <p>ATTR tells the gateway how to treat a client after CONNACK: {@code u8 MQTT protocol level |
 * u16 keep alive in seconds, 0 none | u32 maximum packet size that the client takes | u8 policy |
 * str16 client identifier}. Policy: 0 the gateway's own, 1 drop oldest, 2 drop newest, 3 newest per
 * topic. The gateway then enforces one and a half times the keep alive, and closes with
 * KEEP_ALIVE_TIMEOUT. From ATTR on it may answer a PINGREQ itself as long as no other packet has
 * gone up from that client since the core's last PINGRESP, since a client may take a PINGRESP to
 * mean that what it sent before has been handled; any other PINGREQ goes up.
 *
 * <p>So a client's life on a link looks like this, where a gateway may send the DATA with CONNECT
 * right behind OPEN:
 *
 * <pre>{@code
 * -> OPEN 17    address and the upgrade's facts
 * -> DATA 17    FIRST, CONNECT
 * <- DATA 17    FIRST, CONNACK
 * <- ATTR 17    keep alive 60 s
 * -> DATA 17    FIRST, SUBSCRIBE
 * <- DATA 17    FIRST, SUBACK
 * <- DATA 17    FIRST | DROPPABLE, a retained message
 * <- GROUP_ADD 3   17 joins those with the same subscription
 * <- MCAST 3    a PUBLISH for all of them
 * -> CREDIT 17  now and then, for what cost credit and is in the socket
 * -> CLOSE 17   CLIENT_CLOSED
 * <- CLOSED 17
 * }</pre>
 *
 * <h2>5. Data and credit</h2>
 *
 * <pre>{@code
 * DATA  u8 flags | u32 length of the whole unit (only with FIRST and MORE) | bytes, at least one
 *       flags: 1 MORE, 2 DROPPABLE, 4 FIRST; others must be 0
 * }</pre>
 *
 * <p>A unit is one frame with FIRST alone, or a frame with FIRST and MORE, any number with MORE and
 * one with neither. On one stream nothing comes between them; frames of other streams may and
 * should. Units above 256 KiB are cut, into pieces of 64 KiB here, and so are those for which there
 * isn't credit enough. All pieces of a unit have the same DROPPABLE.
 *
 * <p>DROPPABLE marks QoS 0 messages downward: the gateway may give it up when the client doesn't
 * keep up, and it costs no credit. Upward it isn't allowed. All other bytes cost credit: the number
 * of bytes behind the flags and the length. MCAST_PID costs each receiver the template's length.
 * Who sends more than it has ends the link. CREDIT grants more: at least 1, and never above 2³¹-1
 * in all. It is granted when bytes have been consumed, not when they arrived: by the gateway when
 * the client's socket has taken them, by the core when the packet was handled; bytes that the core
 * stores to put a large packet together count as consumed. This implementation grants when half of
 * what it first allowed has gathered.
 *
 * <p>Both ends always read the link. A client that takes nothing costs the gateway its own bounded
 * queue and its credit, and delays nobody else.
 *
 * <h2>6. Multicast</h2>
 *
 * <p>A {@code list} of streams is {@code varint count} and a {@code varint} per stream: the step
 * from the number before it (from 0 for the first), zigzag-coded: 0, -1, 1, -2, 2 … are 0, 1, 2, 3,
 * 4 ….
 *
 * <pre>{@code
 * GROUP_ADD   list                 these streams are in the group; the first one makes it
 * GROUP_DEL   list                 they aren't any more; an empty list ends the group
 * MCAST       list | packet        to all in the group but those in the list
 * MCAST_LIST  list | packet        to those in the list
 * MCAST_PID   varint offset | varint count | count × (varint step, u16 packet identifier)
 *             | template           to those in the list, each with its packet identifier
 *                                  in the template's two bytes at the offset
 * }</pre>
 *
 * <p>A packet is one MQTT packet of at least 2 bytes and at most 256 KiB. MCAST and MCAST_LIST are
 * droppable; MCAST_PID isn't, and costs credit. A stream that is closed leaves its groups by
 * itself, when its CLOSE is sent or read. A stream that is being sent a unit in pieces must be left
 * out until that is complete, and so must one for which the core still has something waiting. A
 * multicast packet carries its full topic: no topic alias is set or used. A larger packet than 256
 * KiB goes to each stream by itself.
 *
 * <h2>7. The link itself</h2>
 *
 * <p>STAT counts what the gateway did since the last STAT, for a stream or (stream 0) for all:
 * {@code u64} each of packets dropped, bytes dropped, packets replaced by newer ones, packets sent,
 * WebSocket frames sent, PINGREQs answered; then bytes that wait now.
 *
 * <p>Each end sends PING every 5 seconds and answers one with PONG. An end that has heard nothing,
 * of whatever type, for three intervals treats the other as dead.
 *
 * <p>GOAWAY with SHUTDOWN (0) asks for an orderly end: no OPEN after it (a core answers one that
 * crossed its GOAWAY with CLOSE), the open streams go on. When no number is in use any more, the
 * other end says DRAINED, and whoever said GOAWAY closes the connection. Either end may ask; the
 * gateway must not send OPEN after its own. GOAWAY with any other reason is the last frame before
 * the connection is closed. The reasons are {@link io.spillway.link.LinkCloseReason}'s codes; an
 * unknown one is INTERNAL (8).
 *
 * <p>A lost connection loses its clients' connections: the core treats each as broken and publishes
 * wills; the gateway stops reading its clients at once and closes them, at moments spread over some
 * seconds so that they don't all come back together. It takes new ones only when it has a link.
 *
 * <p>Whatever breaks a rule of this text ends the link with GOAWAY and a reason, and with it all
 * its streams: the peer has proved who it is, so it is a bug and not an attack by a client.
 */
package io.spillway.link;
