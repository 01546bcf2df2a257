import AsyncHTTPClient
import NIOCore

extension DockerHost {
    public func logs(_ id: String, follow: Bool) async throws(EngineError) -> AsyncThrowingStream<LogFrame, any Error> {
        let flags = "stdout=1&stderr=1&timestamps=1&follow=\(follow ? 1 : 0)"
        let response = try await connection.begin(
            .init(path: "/containers/\(Self.query(id))/logs?\(flags)", patience: follow ? .endless : .patient))
        guard response.status == .ok else {
            let words = EngineWords.sentence(in: try await connection.read(response))
            throw EngineWords.ofContainer(id, status: Int(response.status.code), words)
        }
        let reader = LogReader(ResponseParts(connection, response))
        return AsyncThrowingStream { try await reader.next() }
    }

    public func archive(_ id: String, path: String) async throws(EngineError) -> AsyncThrowingStream<[UInt8], any Error>
    {
        let response = try await connection.begin(
            .init(path: "/containers/\(Self.query(id))/archive?path=\(Self.query(path))", patience: .patient))
        guard response.status == .ok else {
            let words = EngineWords.sentence(in: try await connection.read(response))
            throw EngineWords.ofArchive(id, path: path, status: Int(response.status.code), words)
        }
        let parts = ResponseParts(connection, response)
        return AsyncThrowingStream { try await parts.next().map { Array($0.readableBytesView) } }
    }
}

/// The parts of an answer, read one at a time and only when asked for; keeps the connection alive.
/// Unchecked: a stream has one reader, and asks for a part only after it has had the last one.
private final class ResponseParts: @unchecked Sendable {
    private let connection: EngineConnection
    private var parts: HTTPClientResponse.Body.AsyncIterator

    init(_ connection: EngineConnection, _ response: HTTPClientResponse) {
        self.connection = connection
        parts = response.body.makeAsyncIterator()
    }

    func next() async throws(EngineError) -> ByteBuffer? { try await connection.next(&parts) }
}

/// The frames in the parts of an answer. Unchecked as above.
private final class LogReader: @unchecked Sendable {
    private let parts: ResponseParts
    private var parser = LogFrameParser()
    private var frames: ArraySlice<LogFrame> = []

    init(_ parts: ResponseParts) { self.parts = parts }

    func next() async throws(EngineError) -> LogFrame? {
        while frames.isEmpty {
            guard let part = try await parts.next() else { return nil }
            frames = try parser.feed(part.readableBytesView)[...]
        }
        return frames.removeFirst()
    }
}
