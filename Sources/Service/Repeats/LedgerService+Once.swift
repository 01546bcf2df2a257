import Store
import Units

extension LedgerService {
    /// How long a key stands for its request.
    static let repeatNanoseconds: Int64 = 24 * 3600 * 1_000_000_000

    /// Does what a request asks for and keeps its answer, in one transaction; a repeat does nothing and gets the same
    /// answer. Without a key the effect is a transaction too, and nothing is kept. An effect that throws has written
    /// nothing and keeps nothing, so that the same request may be sent again once its fault is mended.
    /// Errors, in order: `idempotency_key_reused` when the key was used within 24 hours for another request, those of
    /// the effect.
    /// - Returns: the answer, and what the effect gave besides; `nil` for a repeat.
    /// - Parameter secrets: encrypts the kept answer, which may hold what is shown once.
    public func once<Value>(
        _ request: RepeatableRequest?, secrets: SecretCipher? = nil,
        _ effect: (LedgerService) throws -> (answer: StoredAnswer, value: Value)
    ) throws -> (answer: StoredAnswer, value: Value?) {
        try store.transaction {
            if let request, let answer = try keptAnswer(to: request, secrets: secrets) { return (answer, nil) }
            let (answer, value) = try effect(self)
            if let request {
                try store.keep(
                    answer.sealed(with: secrets, for: request), of: request, at: environment.now(), since: horizon)
            }
            return (answer, value)
        }
    }

    /// What a request was answered before; `nil` when it comes for the first time.
    /// Error: `idempotency_key_reused` when its key was used for another one.
    public func keptAnswer(to request: RepeatableRequest, secrets: SecretCipher?) throws -> StoredAnswer? {
        switch try store.earlierRequest(request, since: horizon) {
        case .none: return nil
        case .answered(let answer): return try answer.opened(with: secrets, for: request)
        case .different:
            throw ServiceError(
                .keyReused,
                "the Idempotency-Key '\(request.key)' was used for another request less than 24 hours ago; "
                    + "send this one with a new key")
        }
    }

    /// Keys from before stand for nothing any more.
    private var horizon: Instant { environment.now().advanced(byNanoseconds: -Self.repeatNanoseconds) }
}

extension LedgerWriter {
    /// Does what a request asks for, once; see `LedgerService.once`. A repeat that comes while the first still waits or
    /// runs waits its turn and gets the same answer.
    public func perform(
        once request: RepeatableRequest?, _ effect: @escaping @Sendable (LedgerService) throws -> StoredAnswer
    ) async throws -> StoredAnswer {
        try await perform { [secrets] service in
            try service.once(request, secrets: secrets) { (try effect($0), ()) }.answer
        }
    }

    /// The same for an effect that gives more than its answer, for what memory has to learn of it.
    public func perform<Value: Sendable>(
        once request: RepeatableRequest?,
        _ effect: @escaping @Sendable (LedgerService) throws -> (answer: StoredAnswer, value: Value)
    ) async throws -> (answer: StoredAnswer, value: Value?) {
        try await perform { [secrets] service in try service.once(request, secrets: secrets, effect) }
    }
}

extension StoredAnswer {
    fileprivate func sealed(with secrets: SecretCipher?, for request: RepeatableRequest) throws -> StoredAnswer {
        guard let secrets else { return self }
        let text = try secrets.seal(String(decoding: body, as: UTF8.self), for: request.place)
        return StoredAnswer(status: status, body: Array(text.utf8))
    }

    fileprivate func opened(with secrets: SecretCipher?, for request: RepeatableRequest) throws -> StoredAnswer {
        guard let secrets else { return self }
        let text = try secrets.open(String(decoding: body, as: UTF8.self), for: request.place)
        return StoredAnswer(status: status, body: Array(text.utf8))
    }
}

extension RepeatableRequest {
    /// Where its answer is kept: only there can it be opened.
    fileprivate var place: String { "idempotency_key:\(account):\(user):\(route):\(key)" }
}
