import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL

/// Connections that speak TLS. Whoever speaks plain HTTP is told so, in plain HTTP, and nothing it sent is read.
struct TLSOnlyChannel: ServerChildChannel {
    typealias Value = TLSChannel<ConnectionChannel>.Value

    private let base: TLSChannel<ConnectionChannel>
    private let table: ConnectionTable
    private let makeSerial: @Sendable () -> String

    /// Errors: those of a certificate and key that don't fit.
    init(
        _ base: ConnectionChannel, _ configuration: TLSConfiguration, _ table: ConnectionTable,
        makeSerial: @escaping @Sendable () -> String
    ) throws {
        self.base = try TLSChannel(base, tlsConfiguration: configuration)
        self.table = table
        self.makeSerial = makeSerial
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(PlainTextRefusal(table, makeSerial: makeSerial))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

/// Looks at a connection's first byte: a TLS handshake goes on, everything else is answered and closed.
private final class PlainTextRefusal: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The first byte of every TLS record that begins a connection.
    private static let handshake: UInt8 = 22

    private let table: ConnectionTable
    private let makeSerial: @Sendable () -> String
    private var hasRefused = false

    init(_ table: ConnectionTable, makeSerial: @escaping @Sendable () -> String) {
        self.table = table
        self.makeSerial = makeSerial
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        let bytes = unwrapInboundIn(data)
        guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self), first != Self.handshake else {
            context.fireChannelRead(data)
            if bytes.readableBytes > 0 { context.pipeline.syncOperations.removeHandler(self, promise: nil) }
            return
        }
        hasRefused = true
        table.noteClosing("plain_text")
        let answer = ErrorAnswer.plainTextResponse(serial: makeSerial())
        let output = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer))).whenComplete { _ in
            // Closed at once, the answer could be lost with what we haven't read; the guard's deadline ends the rest.
            output.value.close(mode: .output, promise: nil)
        }
    }
}
