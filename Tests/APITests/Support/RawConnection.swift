import NIOCore
import NIOPosix
import Synchronization

/// A connection that sends what a test says, byte for byte.
final class RawConnection: Sendable {
    private let channel: any Channel
    private let collector: Collector

    static func open(_ server: TestServer, reads: Bool = true) async throws -> RawConnection {
        let collector = Collector()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(collector) }
            }
            .connect(host: "127.0.0.1", port: server.port).get()
        return RawConnection(channel, collector)
    }

    private init(_ channel: any Channel, _ collector: Collector) {
        self.channel = channel
        self.collector = collector
    }

    deinit { channel.close(promise: nil) }

    var isOpen: Bool { channel.isActive }

    func send(_ text: String) async { try? await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    /// Sends text again and again until the connection ends.
    func drip(_ text: String, everyMilliseconds interval: Int64) {
        channel.eventLoop.scheduleRepeatedTask(
            initialDelay: .milliseconds(interval), delay: .milliseconds(interval)
        ) { [channel] task in
            guard channel.isActive else { return task.cancel() }
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }
    }

    /// Everything that came, when the server has closed the connection.
    func end() async -> String {
        try? await channel.closeFuture.get()
        return collector.text
    }

    /// What has come, as soon as it holds a text; or at the end.
    func text(until pattern: String) async -> String {
        for await text in collector.texts where text.contains(pattern) { return text }
        return collector.text
    }

    /// Nothing more comes from here; the answer may still be read.
    func finishSending() async { try? await channel.close(mode: .output).get() }

    func close() async { try? await channel.close().get() }
}

private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let received = Mutex("")
    let texts: AsyncStream<String>
    private let telling: AsyncStream<String>.Continuation

    init() { (texts, telling) = AsyncStream.makeStream() }

    var text: String { received.withLock { $0 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let piece = String(buffer: unwrapInboundIn(data))
        telling.yield(
            received.withLock { received in
                received += piece
                return received
            })
    }

    func channelInactive(context: ChannelHandlerContext) { telling.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
