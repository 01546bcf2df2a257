import NIOCore
import NIOHTTP1
import Service

/// Stands on every connection between the HTTP codec and the server: counts it, ends it when it takes too long, and
/// answers a head that is no HTTP or too long.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Of a body that is asked for.
    private static let greatestBytes = EventBatchLimits().bytes

    private let table: ConnectionTable
    private let makeSerial: @Sendable () -> String
    private var deadlines: ConnectionDeadlines
    private var place: ConnectionTable.Place?
    private var isClosing = false
    private var scheduled: (task: Scheduled<Void>, deadline: NIODeadline)?

    init(_ limits: ConnectionLimits, _ table: ConnectionTable, makeSerial: @escaping @Sendable () -> String) {
        self.table = table
        self.makeSerial = makeSerial
        deadlines = ConnectionDeadlines(limits, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // In front of everything, TLS included: a handshake is a head too.
        try? context.pipeline.syncOperations.addHandler(ByteWatch(self, context), position: .first)
        if context.channel.isActive { enter(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelActive(context: ChannelHandlerContext) {
        enter(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let isAnsweringAnother = deadlines.isBusy
            deadlines.requestBegan(now: .now())
            if !isAnsweringAnother { encourage(head, context) }
            if !head.isKeepAlive || head.version != .http1_1 {
                return context.fireChannelRead(wrapInboundOut(.head(Self.last(head))))
            }
        case .body: break
        case .end: deadlines.requestEnded(now: .now())
        }
        context.fireChannelRead(data)
    }

    /// A head behind which the connection is closed, in the word that the server knows: clients write it in many ways,
    /// and those of HTTP/1.0 wait for the end without a word (RFC 9112 § 9.3).
    private static func last(_ head: HTTPRequestHead) -> HTTPRequestHead {
        var head = head
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        return head
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: break
        case .body: deadlines.responseWent(now: .now())
        case .end: deadlines.responseEnded(now: .now())
        }
        context.write(data, promise: promise)
        schedule(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        deadlines.canWrite(context.channel.isWritable, now: .now())
        schedule(context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            deadlines.stops(now: .now())
            schedule(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// What is no HTTP before any request is answered here; in the middle of one it is for whoever reads its body.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else { return }
        guard let error = error as? HTTPParserError, !deadlines.isBusy, context.channel.isActive else {
            return context.fireErrorCaught(error)
        }
        refuse(error, context)
    }

    /// A client that asks before it sends its body is told to go on (RFC 9110 § 10.1.1), unless the body is one that no
    /// route takes: then the route says so.
    private func encourage(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard let expectation = head.headers.first(name: "Expect"), expectation.lowercased() == "100-continue",
            head.headers.first(name: "Content-Length").flatMap({ Int($0) }).map({ $0 <= Self.greatestBytes }) ?? true
        else { return }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func refuse(_ error: HTTPParserError, _ context: ChannelHandlerContext) {
        isClosing = true
        table.noteClosing("malformed")
        let answer = ErrorAnswer.connectionResponse(to: error, serial: makeSerial())
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        let output = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            // Closed at once, the answer could be lost with what we haven't read.
            output.value.close(mode: .output, promise: nil)
        }
        deadlines.lingers(now: .now())
        schedule(context)
    }

    private func enter(_ context: ChannelHandlerContext) {
        guard place == nil else { return }
        place = table.enter(context.remoteAddress)
        guard place != nil else { return close(context, "too_many") }
        schedule(context)
    }

    private func leave() {
        if let place { table.leave(place) }
        place = nil
        scheduled?.task.cancel()
        scheduled = nil
    }

    private func close(_ context: ChannelHandlerContext, _ reason: String) {
        table.noteClosing(reason)
        context.close(promise: nil)
    }
}

extension ConnectionGuard {
    fileprivate func received(_ count: Int, _ context: ChannelHandlerContext) {
        guard deadlines.received(count, now: .now()) else { return close(context, "unread_body") }
    }

    fileprivate func waitsForBytes(_ context: ChannelHandlerContext) {
        deadlines.waitsForBytes(now: .now())
        schedule(context)
    }

    fileprivate func pauses() { deadlines.pauses(now: .now()) }

    /// One task at a time, which looks again when it comes too early.
    private func schedule(_ context: ChannelHandlerContext) {
        guard place != nil, let deadline = deadlines.deadline else { return }
        if let scheduled {
            guard deadline < scheduled.deadline else { return }
            scheduled.task.cancel()
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.scheduled = nil
            if handler.deadlines.hasExpired(now: .now()) {
                handler.close(context, "too_slow")
            } else {
                handler.schedule(context)
            }
        }
        scheduled = (task, deadline)
    }
}

/// Sees the bytes as they come from the socket.
private final class ByteWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Any
    typealias OutboundOut = Any

    private let handler: ConnectionGuard
    private let context: ChannelHandlerContext

    init(_ handler: ConnectionGuard, _ context: ChannelHandlerContext) {
        self.handler = handler
        self.context = context
    }

    func read(context: ChannelHandlerContext) {
        handler.waitsForBytes(self.context)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        handler.received(unwrapInboundIn(data).readableBytes, self.context)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        handler.pauses()
        context.fireChannelReadComplete()
    }
}
