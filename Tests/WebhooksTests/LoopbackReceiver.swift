import NIOCore
import NIOPosix
import Synchronization

/// A server on a free port of the loopback that answers every connection with fixed bytes, or never.
final class LoopbackReceiver: Sendable {
    private let channel: any Channel
    private let requests = Mutex<[String]>([])

    var port: Int { channel.localAddress?.port ?? 0 }
    /// What came in, by connection.
    var received: [String] { requests.withLock { $0 } }

    /// - Parameter answer: `nil` never answers.
    static func run(_ answer: String?, _ body: (LoopbackReceiver) async throws -> Void) async throws {
        let box = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answering(answer) { text in box.receiver.withLock { $0 }?.note(text) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let receiver = LoopbackReceiver(channel)
        box.receiver.withLock { $0 = receiver }
        do {
            try await body(receiver)
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    private init(_ channel: any Channel) { self.channel = channel }

    private func note(_ text: String) { requests.withLock { $0.append(text) } }

    private final class Box: Sendable {
        let receiver = Mutex<LoopbackReceiver?>(nil)
    }
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String?
    private let note: (String) -> Void
    private var text = ""

    init(_ answer: String?, _ note: @escaping (String) -> Void) {
        self.answer = answer
        self.note = note
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard text.hasSuffix("}") else { return }
        note(text)
        text = ""
        guard let answer else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
    }
}
