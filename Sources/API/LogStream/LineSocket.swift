import NIOCore
import NIOWebSocket

/// The server's end of a WebSocket (RFC 6455) on which only lines are told. It stands between the frame codec and the
/// HTTP codec, which has nothing to say any more; the connection's deadlines stay in force.
final class LineSocket: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Any
    typealias OutboundOut = WebSocketFrame

    static let pingSeconds: Int64 = 20
    /// A client from which nothing comes for so long, not even an answer to a ping, is gone.
    static let silenceSeconds: Int64 = 60

    private var context: ChannelHandlerContext?
    private var heardAt = NIODeadline.now()
    private var pings: RepeatedTask?
    private var isClosing = false

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        pings = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .seconds(Self.pingSeconds), delay: .seconds(Self.pingSeconds)
        ) { _ in bound.value.ping() }
        context.read()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        heardAt = .now()
        switch frame.opcode {
        case .ping: write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData), nil)
        case .connectionClose: close(.normalClosure)
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { close(.goingAway) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        error is NIOWebSocketError ? close(.protocolError) : context.close(promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(ChannelError.ioOnClosedChannel)
    }

    /// Done when the line has found room.
    func tell(_ line: String) -> EventLoopFuture<Void> {
        guard let context, !isClosing else { return loop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: line)), promise)
        return promise.futureResult
    }

    /// Says why, then ends the connection.
    func close(_ code: WebSocketErrorCode) {
        guard let context, !isClosing else { return }
        isClosing = true
        var reason = ByteBuffer()
        reason.write(webSocketErrorCode: code)
        let promise = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        write(WebSocketFrame(fin: true, opcode: .connectionClose, data: reason), promise)
    }

    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    private func write(_ frame: WebSocketFrame, _ promise: EventLoopPromise<Void>?) {
        guard let context else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    private func ping() {
        guard NIODeadline.now() - heardAt < .seconds(Self.silenceSeconds) else { return close(.policyViolation) }
        write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()), nil)
    }

    private func end() {
        pings?.cancel()
        (pings, context) = (nil, nil)
    }
}
