import Hummingbird
import NIOCore
import Service

/// The answer to a stream of events: a line for each, in order, while the stream still comes.
///
/// Its status says what is known when it begins: 200 or 207 for a stream that has ended by then, 207 (look at each
/// line) for one that goes on. It begins when a result isn't `recorded` or `duplicate`, when a mebibyte of results
/// waits, after a second in which nothing came, and after five seconds at the latest.
final class EventStreamAnswer: Sendable {
    private let stream: EventStream
    private let reading: Task<Void, Never>

    private static let heldBytes = 1 << 20
    private static let contentType = "application/x-ndjson"

    /// Errors: `overloaded`, and those of the store before the first result.
    static func begin(_ request: APIRequest) async throws -> APIResponse {
        let answer = try EventStreamAnswer(request)
        let nudging = request.context.eventLoop.scheduleRepeatedTask(
            initialDelay: .seconds(1), delay: .seconds(1)
        ) { [stream = answer.stream] _ in stream.nudge() }
        defer { nudging.cancel() }
        let begin = ContinuousClock.now
        var lastCame = begin
        var held: [UInt8] = []
        do {
            while let outcomes = try await answer.stream.next() {
                let now = ContinuousClock.now
                held += lines(outcomes)
                let isSilent = outcomes.isEmpty && lastCame.duration(to: now) >= .seconds(1)
                guard outcomes.allSatisfy(\.isTaken), !isSilent, held.count < heldBytes,
                    begin.duration(to: now) < .seconds(5)
                else {
                    return answer.goingOn(after: held)
                }
                if !outcomes.isEmpty { lastCame = now }
            }
        } catch {
            await answer.stop()
            throw error
        }
        await answer.reading.value
        return .bytes(held, contentType: contentType)
    }

    private init(_ request: APIRequest) throws {
        let stream = try EventStream(request.ledger, by: request.credential), body = request.request.body
        self.stream = stream
        reading = Task {
            do {
                for try await buffer in body { await stream.add(Array(buffer: buffer)) }
                stream.end()
            } catch {
                stream.cutOff()
            }
        }
    }

    deinit { reading.cancel() }

    /// The body has one reader at a time: the connection may read on only when ours is done.
    private func stop() async {
        stream.cancel()
        reading.cancel()
        await reading.value
    }

    private func goingOn(after held: [UInt8]) -> APIResponse {
        var answer = APIResponse(status: .multiStatus, headers: [.contentType: Self.contentType])
        answer.body = ResponseBody { writer in
            if !held.isEmpty { try await writer.write(ByteBuffer(bytes: held)) }
            do {
                while let outcomes = try await self.stream.next() {
                    guard !outcomes.isEmpty else { continue }
                    try await writer.write(ByteBuffer(bytes: Self.lines(outcomes)))
                }
            } catch {
                await self.stop()
                throw error
            }
            await self.reading.value
            try await writer.finish(nil)
        }
        return answer
    }

    private static func lines(_ outcomes: [EventOutcome]) -> [UInt8] {
        outcomes.flatMap { $0.jsonBytes + [UInt8(ascii: "\n")] }
    }
}
