import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Service

/// Records plain single events without leaving the connection's event loop (decision 29): many schedulers that post one
/// event at a time would otherwise pay for four changes of thread each.
///
/// Stands between the connection's guard and the server. A request is held until its end; then it is either recorded
/// and answered here, or goes on to the server as it came. Requests of one connection are answered in their order:
/// while others are with the server, none is taken here, and while one is recorded, what comes behind it waits.
final class SingleEventHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private struct Held {
        let request: SingleEventDesk.Expected
        var body = ByteBuffer()
        var hasEnded = false
    }

    private enum State {
        case free
        /// A request that may be for us is coming.
        case reading(Held)
        /// An event is on its way to the disk.
        case recording(Held)
    }

    private enum Waiting {
        case part(HTTPRequestPart), event(Any), error(any Error)
    }

    private let desk: SingleEventDesk
    private var state = State.free
    /// Requests that the server has and hasn't answered to the end.
    private var requestsWithServer = 0
    private var waiting: [Waiting] = []
    private var isReadHeld = false

    init(_ desk: SingleEventDesk) { self.desk = desk }

    func handlerRemoved(context: ChannelHandlerContext) {
        if case .reading(let held) = state { desk.leave(held.request) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { take(unwrapInboundIn(data), context) }

    func read(context: ChannelHandlerContext) {
        guard case .recording = state else { return context.read() }
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

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.recording, _): waiting.append(.part(part))
        case (.free, .head(let head)):
            if requestsWithServer == 0, let request = desk.enter(head) {
                state = .reading(Held(request: request))
            } else {
                requestsWithServer += 1
                context.fireChannelRead(wrapInboundOut(part))
            }
        case (.reading(var held), .body(var bytes)):
            // Mostly the only one.
            state = .free
            if held.body.readableBytes == 0 { held.body = bytes } else { held.body.writeBuffer(&bytes) }
            state = .reading(held)
        case (.reading(var held), .end):
            held.hasEnded = true
            state = .reading(held)
            record(held, context)
        case (.reading, .head), (.free, _): context.fireChannelRead(wrapInboundOut(part))
        }
    }

    private func record(_ held: Held, _ context: ChannelHandlerContext) {
        guard let event = desk.event(in: held.body) else { return passOn(context) }
        state = .recording(held)
        let place = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        desk.record(event) { [eventLoop = context.eventLoop] result in
            eventLoop.execute { place.value.handler.finish(result, place.value.context) }
        }
    }

    /// On disk, or not: then the routes say why, and a repeat of what did get there is a duplicate.
    private func finish(_ result: Result<EventOutcome, any Error>, _ context: ChannelHandlerContext) {
        guard case .recording(let held) = state else { return }
        state = .reading(held)
        switch result {
        case .success(let outcome): answer(outcome, held.request, context)
        case .failure: passOn(context)
        }
        takeWaiting(context)
    }

    private func answer(
        _ outcome: EventOutcome, _ request: SingleEventDesk.Expected, _ context: ChannelHandlerContext
    ) {
        state = .free
        desk.leave(request)
        let answer = desk.answer(outcome, to: request)
        desk.note(request, status: context.channel.isActive ? answer.head.status.code : AskedRequest.clientGone)
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
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
        desk.leave(held.request)
        requestsWithServer += 1
        context.fireChannelRead(wrapInboundOut(.head(held.request.head)))
        if held.body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(held.body))) }
        if held.hasEnded { context.fireChannelRead(wrapInboundOut(.end(nil))) }
    }
}
