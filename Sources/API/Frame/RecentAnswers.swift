import Service
import Synchronization
import Units

/// Answers of the present second: the same question of the same asker is answered once as long as nothing is written,
/// however many ask. Whoever comes while the first is being answered waits for that answer.
final class RecentAnswers: Sendable {
    /// All that an answer depends on beside the ledger and the clock.
    struct Question: Hashable {
        let account: AccountID
        let user: UserID
        let role: AccessRole
        /// As the client named us: addresses of further pages begin with it.
        let authority: String?
        /// Path and query as they were sent.
        let target: String

        init(_ who: Credential, authority: String?, target: String) {
            (account, user, role) = (who.account, who.user, who.role)
            (self.authority, self.target) = (authority, target)
        }
    }

    /// What the ledger held, and the second of the clock.
    struct Moment: Equatable {
        let version: Int
        let second: Int64
    }

    private enum Turn {
        case give(APIResponse), wait(ComingAnswer), make(ComingAnswer), makeAlone
    }

    private enum Answer {
        case coming(ComingAnswer), here(APIResponse, KnownAnswer?)
    }

    private struct State {
        var moment = Moment(version: -1, second: 0)
        var answers: [Question: Answer] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())
    private let greatestCount = 4096, greatestBytes = 16 << 20

    /// The answer of this moment, made if nobody has asked yet. Errors: those of making it.
    /// - Parameters:
    ///   - access: what the route asks of every key.
    ///   - template: the route's path.
    func answer(
        _ question: Question, at moment: Moment, access: Route.Access, template: String,
        _ make: () async throws -> APIResponse
    ) async throws -> APIResponse {
        switch turn(question, moment) {
        case .give(let answer): return answer
        case .makeAlone: return try await make()
        case .wait(let coming):
            // An error is the asker's own: nobody else is told it.
            if let answer = await coming.answer { return answer }
            return try await make()
        case .make(let coming):
            do {
                let answer = try await make()
                let known = KnownAnswer(answer, access: access, template: template)
                keep((answer, known), to: question, of: moment, coming)
                return answer
            } catch {
                keep(nil, to: question, of: moment, coming)
                throw error
            }
        }
    }

    /// An answer of this moment, if it was given before and is held in one piece.
    func known(_ question: Question, at moment: Moment) -> KnownAnswer? {
        state.withLock { state in
            guard state.moment == moment, case .here(_, let known) = state.answers[question] else { return nil }
            return known
        }
    }

    private func turn(_ question: Question, _ moment: Moment) -> Turn {
        state.withLock { state in
            if state.moment != moment { state = State(moment: moment) }
            switch state.answers[question] {
            case .here(let answer, _): return .give(answer)
            case .coming(let coming): return .wait(coming)
            case nil:
                guard state.answers.count < greatestCount else { return .makeAlone }
                let coming = ComingAnswer()
                state.answers[question] = .coming(coming)
                return .make(coming)
            }
        }
    }

    private func keep(
        _ answer: (given: APIResponse, known: KnownAnswer?)?, to question: Question, of moment: Moment,
        _ coming: ComingAnswer
    ) {
        state.withLock { state in
            guard state.moment == moment else { return }
            if let answer, let bytes = answer.given.body.contentLength, state.bytes + bytes <= greatestBytes {
                state.answers[question] = .here(answer.given, answer.known)
                state.bytes += bytes
            } else {
                state.answers[question] = nil
            }
        }
        coming.arrive(answer?.given)
    }
}

/// An answer that is being made, and who waits for it.
private final class ComingAnswer: Sendable {
    private enum State {
        case open([CheckedContinuation<APIResponse?, Never>])
        case over(APIResponse?)
    }

    private let state = Mutex(State.open([]))

    /// `nil` when it could not be made.
    var answer: APIResponse? {
        get async {
            await withCheckedContinuation { waiter in
                let arrived: APIResponse?? = state.withLock { state in
                    switch state {
                    case .open(let waiters):
                        state = .open(waiters + [waiter])
                        return nil
                    case .over(let answer): return .some(answer)
                    }
                }
                if let arrived { waiter.resume(returning: arrived) }
            }
        }
    }

    /// Once.
    func arrive(_ answer: APIResponse?) {
        let waiters = state.withLock { state in
            defer { state = .over(answer) }
            if case .open(let waiters) = state { return waiters }
            return []
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }
}
