import Scheduling
import Store
import UsageLedger
import Units

/// Usage events of our own scheduler. Their ids are made of task, attempt and kind, so that one that is recorded again
/// after a crash is known as the same.
struct ContainerEvents {
    static let source = "kanjo.scheduler"

    let container: KeptContainer
    let makeSalt: @Sendable () -> Salt

    /// - Parameter instant: the engine's `StartedAt`.
    func started(_ instant: Instant) throws -> DecodedEvent {
        try event("started", .started, instant, [.init("node", .string(container.host))])
    }

    /// - Parameters:
    ///   - instant: when the engine has shown it alive.
    ///   - due: the instant for which the sign was due.
    func alive(_ instant: Instant, due: Instant) throws -> DecodedEvent {
        try event("alive/\(due.nanoseconds / 1_000_000_000)", .alive, instant)
    }

    /// - Parameter instant: the engine's `FinishedAt`.
    func stopped(_ instant: Instant, _ ending: ContainerEnding) throws -> DecodedEvent {
        try stopped(instant, ending.outcome, exitCode: ending.exitCode, message: ending.errorMessage)
    }

    /// Nobody saw the end: what ran up to the last proof of life is billed, and what came after it is the fault's time.
    func lost(after proof: Instant, noticedAt: Instant, _ message: String) throws -> [DecodedEvent] {
        let end = max(noticedAt, proof.advanced(byNanoseconds: 1))
        return [
            try stopped(proof, .aborted, exitCode: nil, message: message),
            try event(
                "waived", .waived, noticedAt,
                [
                    .init("from", .string(proof.canonicalText)), .init("to", .string(end.canonicalText)),
                    .init("reason", .string(message)), .init("who", .string(Self.source)),
                ]),
        ]
    }

    /// Canceled before it ran.
    func canceled(at instant: Instant) throws -> DecodedEvent {
        try event("canceled", .canceled, instant, isAboutRun: false)
    }

    private func stopped(
        _ instant: Instant, _ outcome: Outcome, exitCode: Int64?, message: String
    ) throws -> DecodedEvent {
        var data: [JSONValue.Member] = [.init("outcome", .string(outcome.rawValue))]
        if let exitCode { data.append(.init("exit_code", .integer(exitCode))) }
        if !message.isEmpty { data.append(.init("error_message", .string(message))) }
        return try event("stopped", .stopped, instant, data)
    }

    private func event(
        _ kind: String, _ type: UsageEventType, _ instant: Instant, _ data: [JSONValue.Member] = [],
        isAboutRun: Bool = true
    ) throws -> DecodedEvent {
        let attempt = isAboutRun ? [JSONValue.Member("attempt", .integer(container.attempt))] : []
        let event = JSONValue.object([
            .init("id", .string("\(container.task)/\(container.attempt)/\(kind)")),
            .init("source", .string(Self.source)), .init("type", .string(type.name)),
            .init("time", .string(instant.canonicalText)), .init("subject", .string(container.task.text)),
            .init("data", .object(attempt + data)),
        ])
        return try EventDecoder().decode(event.canonicalBytes, makeSalt: makeSalt).get()
    }
}
