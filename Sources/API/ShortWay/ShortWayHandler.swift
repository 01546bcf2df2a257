import NIOCore
import NIOHTTP1
import Service

/// Answers requests that need none of the routes' machinery without leaving the connection's event loop (decision 29):
/// otherwise each would pay for several changes of thread.
///
/// Stands between the connection's guard and the server, before requests are put into the server's own types. A
/// request is held until its end; then it is either answered here, or goes on to the server as it came. Requests of one
/// connection are answered in their order: while others are with the server, none is taken here, and while an event is
/// recorded, what comes behind it waits.
final class ShortWayHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private final class Held {
        let head: HTTPRequestHead
        let answer: ShortAnswer
        var body: ByteBuffer?
        var hasEnded = false

        init(_ head: HTTPRequestHead, _ answer: ShortAnswer) {
            self.head = head
            self.answer = answer
        }
    }

    private enum State {
        case free
        /// A request that may be for us is coming.
        case reading(Held)
        /// An event is on its way to the disk.
        case recording(Held, ExpectedEvent)
    }

    private enum Waiting {
        case part(HTTPServerRequestPart), event(Any), error(any Error)
    }

    private let desk: ShortWayDesk
    private var key = ConnectionKey()
    private var state = State.free
    /// Requests that the server has and hasn't answered to the end.
    private var requestsWithServer = 0
    private var waiting: [Waiting] = []
    private var isReadHeld = false

    init(_ desk: ShortWayDesk) { self.desk = desk }

    func handlerRemoved(context: ChannelHandlerContext) {
        if case .reading(let held) = state { leave(held) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { take(unwrapInboundIn(data), context) }

    /// While something waits, nothing more is read.
    func read(context: ChannelHandlerContext) {
        guard case .recording = state, !waiting.isEmpty else { return context.read() }
        isReadHeld = true
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { requestsWithServer -= 1 }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .recording = state { return waiting.append(.event(event)) }
        passOn(context)
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .recording = state { return waiting.append(.error(error)) }
        passOn(context)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        passOn(context)
        context.fireChannelInactive()
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.recording, _): waiting.append(.part(part))
        case (.free, .head(let head)):
            if requestsWithServer == 0, let answer = desk.enter(head, &key) {
                state = .reading(Held(head, answer))
            } else {
                requestsWithServer += 1
                context.fireChannelRead(wrapInboundOut(part))
            }
        case (.reading(let held), .body(var bytes)):
            // Mostly the only one.
            if held.body?.writeBuffer(&bytes) == nil { held.body = bytes }
        case (.reading(let held), .end):
            held.hasEnded = true
            finishReading(held, context)
        case (.reading, .head), (.free, _): context.fireChannelRead(wrapInboundOut(part))
        }
    }

    private func finishReading(_ held: Held, _ context: ChannelHandlerContext) {
        switch held.answer {
        case .known(let answer, let asked):
            state = .free
            send(desk.answer(answer, to: asked), to: asked, context)
        case .event(let expected):
            guard let body = held.body, let event = desk.event(in: body) else { return passOn(context) }
            state = .recording(held, expected)
            let place = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            desk.record(event) { [eventLoop = context.eventLoop] result in
                eventLoop.execute { place.value.handler.finishRecording(result, place.value.context) }
            }
        }
    }

    /// On disk, or not: then the routes say why, and a repeat of what did get there is a duplicate.
    private func finishRecording(_ result: Result<EventOutcome, any Error>, _ context: ChannelHandlerContext) {
        guard case .recording(let held, let expected) = state else { return }
        switch result {
        case .success(let outcome):
            state = .free
            desk.leave(expected)
            send(desk.answer(outcome, to: expected.asked), to: expected.asked, context)
        case .failure:
            state = .reading(held)
            passOn(context)
            context.fireChannelReadComplete()
        }
        if !waiting.isEmpty { takeWaiting(context) }
    }

    private func send(
        _ answer: (head: HTTPResponseHead, body: ByteBuffer), to asked: AskedRequest, _ context: ChannelHandlerContext
    ) {
        desk.note(asked, status: context.channel.isActive ? Int(answer.head.status.code) : AskedRequest.clientGone)
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// What came while an event was recorded; another event may be among it, behind which the rest waits again.
    private func takeWaiting(_ context: ChannelHandlerContext) {
        let came = waiting
        waiting = []
        for item in came {
            switch item {
            case .part(let part): take(part, context)
            case .event(let event): userInboundEventTriggered(context: context, event: event)
            case .error(let error): errorCaught(context: context, error: error)
            }
        }
        context.fireChannelReadComplete()
        guard isReadHeld else { return }
        isReadHeld = false
        read(context: context)
    }

    /// Hands a request that was held to the server, as far as it has come.
    private func passOn(_ context: ChannelHandlerContext) {
        guard case .reading(let held) = state else { return }
        state = .free
        leave(held)
        desk.passOn(held.answer.asked)
        requestsWithServer += 1
        context.fireChannelRead(wrapInboundOut(.head(held.head)))
        if let body = held.body { context.fireChannelRead(wrapInboundOut(.body(body))) }
        if held.hasEnded { context.fireChannelRead(wrapInboundOut(.end(nil))) }
    }

    private func leave(_ held: Held) {
        if case .event(let expected) = held.answer { desk.leave(expected) }
    }
}
