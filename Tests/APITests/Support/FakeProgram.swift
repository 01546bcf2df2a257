import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A program behind a port of the loopback: says the same bytes to everybody whose request has come to its end, and
/// closes.
final class FakeProgram: Sendable {
    private let channel: any Channel
    private let heard: Heard

    static func listen(saying answer: String, after end: String = "\r\n\r\n") async throws -> FakeProgram {
        let heard = Heard()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Speaker(answer, end, heard))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeProgram(channel, heard)
    }

    private init(_ channel: any Channel, _ heard: Heard) {
        self.channel = channel
        self.heard = heard
    }

    deinit { channel.close(promise: nil) }

    var port: Int { channel.localAddress?.port ?? 0 }
    /// What each connection has sent, in the order in which they ended.
    var requests: AsyncStream<String> { heard.stream }
}

private final class Heard: Sendable {
    let stream: AsyncStream<String>
    let telling: AsyncStream<String>.Continuation
    init() { (stream, telling) = AsyncStream.makeStream() }
}

private final class Speaker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer, end: String
    private let heard: Heard
    private var text = ""

    init(_ answer: String, _ end: String, _ heard: Heard) {
        self.answer = answer
        self.end = end
        self.heard = heard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard text.hasSuffix(end) else { return }
        let output = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
            output.value.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { heard.telling.yield(text) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A port of the loopback that is taken, so that nobody else gets it, and on which nobody listens.
final class SilentPort {
    struct Unavailable: Error {}

    let number: Int
    private let socket: Int32

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard status else { throw Unavailable() }
    }

    deinit { close(socket) }
}
