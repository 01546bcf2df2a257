import ContainerEngine
import Crypto
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Service
import UsageLedger
import Units

/// The live log of a running task: who may see it asks for a token, and opens a WebSocket with it.
enum LogStreamRoutes {
    static let all: [Route] = [
        Route(.post, "/tasks/{task}/containers/{index}/stream/", for: .users) { request in
            let task = try request.taskID, account = request.credential.account
            try await request.ledger.readers.read { try $0.store.checkTask(task, account: account) }
            guard request.part("index") == "0" else {
                throw ServiceError(.notFound, "a task has one container; its index is 0")
            }
            let container = try await request.ledger.readers.read { try $0.store.container(of: task) }
            guard container?.phase == .running else { throw ServiceError(.forbidden, "task is not running") }
            let address = request.publicAddress.replacing(/^http/, with: "ws")
            let token = try StreamToken.make(for: task, request.ledger.secrets, now: request.now)
            return .json(
                .object([.init("url", .string("\(address)/stream/\(task)/0/")), .init("token", .string(token))]))
        },
        Route(.get, "/stream/{task}/{index}/", base: .root, for: .open, stream),
    ]

    /// Errors, in order: `unauthorized`, `not_found` for another index, `invalid_request` for what opens no WebSocket,
    /// `forbidden` for a task that doesn't run. Ends with `SocketClosed`.
    @Sendable private static func stream(_ request: APIRequest) async throws -> APIResponse {
        let task = try request.taskID
        let words = request.request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
        let token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : ""
        try StreamToken.check(token, for: task, request.ledger.secrets, now: request.now)
        guard request.part("index") == "0" else {
            throw ServiceError(.notFound, "a task has one container; its index is 0")
        }
        let accept = try WebSocketHandshake.accept(request.request.headers)
        let frames = try await request.ledger.liveLogs(of: task)
        let socket = try await WebSocketHandshake.open(request.context.channel, accept: accept)
        let channel = request.context.channel
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tell(frames, on: socket, channel.eventLoop) }
            group.addTask { try? await channel.closeFuture.get() }
            await group.next()
            group.cancelAll()
        }
        try? await channel.closeFuture.get()
        throw SocketClosed()
    }

    private static func tell(
        _ frames: AsyncThrowingStream<LogFrame, any Error>, on socket: NIOLoopBound<LineSocket>, _ loop: any EventLoop
    ) async {
        var lines = LogLines()
        do {
            for try await frame in frames {
                for line in lines.feed(frame) { try await loop.flatSubmit { socket.value.tell(line) }.get() }
            }
            for line in lines.finish() { try await loop.flatSubmit { socket.value.tell(line) }.get() }
            try await loop.submit { socket.value.close(.normalClosure) }.get()
        } catch {
            // The engine is silent, or the client has gone.
            try? await loop.submit { socket.value.close(.unexpectedServerError) }.get()
        }
    }
}

/// A connection that has been a WebSocket is over; nothing is answered on it.
struct SocketClosed: Error {}

/// The opening handshake of RFC 6455, §4.2.
enum WebSocketHandshake {
    /// What the answer says. Error: `invalid_request`.
    static func accept(_ headers: HTTPFields) throws -> String {
        let connection = headers[values: .connection].joined(separator: ",").lowercased()
        guard headers[.upgrade]?.lowercased() == "websocket", connection.contains("upgrade"),
            headers[.secWebSocketVersion] == "13", let key = headers[.secWebSocketKey],
            Data(base64Encoded: key)?.count == 16
        else {
            throw ServiceError(.invalidRequest, "open a WebSocket of version 13 here (RFC 6455)")
        }
        let digest = Insecure.SHA1.hash(data: Data("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        return Data(digest).base64EncodedString()
    }

    /// Answers 101 and puts the codec of frames in front of HTTP's.
    static func open(_ channel: any Channel, accept: String) async throws -> NIOLoopBound<LineSocket> {
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
            let answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
            try pipeline.context(handler: encoder).writeAndFlush(NIOAny(ByteBuffer(string: answer)), promise: nil)
            let socket = LineSocket(channel.eventLoop)
            try pipeline.addHandlers(
                [WebSocketFrameEncoder(), ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 14)), socket],
                position: .before(encoder))
            return NIOLoopBound(socket, eventLoop: channel.eventLoop)
        }.get()
    }
}
