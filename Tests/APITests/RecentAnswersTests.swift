import Synchronization
import Testing
import Units

@testable import API

/// One answer for many askers, and never one from before a write, of another second, or of somebody else.
@Suite struct RecentAnswersTests {
    private static let now = RecentAnswers.Moment(version: 1, second: 10)

    private static func question(
        account: String = "a", role: String = "user", target: String = "/usage/"
    ) throws -> RecentAnswers.Question {
        .init(
            account: try AccountID(account), user: try UserID("u"), role: try #require(.init(rawValue: role)),
            authority: "localhost", target: target)
    }

    @Test func sameQuestionIsAnsweredOnceUntilSomethingChanges() async throws {
        let answers = RecentAnswers(), made = Mutex(0)
        func ask(_ question: RecentAnswers.Question, _ moment: RecentAnswers.Moment = Self.now) async throws -> Int {
            _ = try await answers.answer(question, at: moment) {
                made.withLock { $0 += 1 }
                return .bytes([1], contentType: "text/plain")
            }
            return made.withLock { $0 }
        }
        #expect(try await ask(Self.question()) == 1)
        #expect(try await ask(Self.question()) == 1)
        #expect(try await ask(Self.question(account: "b")) == 2)
        #expect(try await ask(Self.question(role: "auditor")) == 3)
        #expect(try await ask(Self.question(target: "/usage/?user=x")) == 4)
        #expect(try await ask(Self.question()) == 4)
        #expect(try await ask(Self.question(), .init(version: 2, second: 10)) == 5, "something was written")
        #expect(try await ask(Self.question(), .init(version: 2, second: 11)) == 6, "another second")
    }

    @Test func whoComesMeanwhileWaitsForTheFirst() async throws {
        let answers = RecentAnswers(), made = Mutex(0)
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let begun = AsyncStream<Void>.makeStream()
        let question = try Self.question()
        try await withThrowingTaskGroup { group in
            let make: @Sendable () async throws -> APIResponse = {
                made.withLock { $0 += 1 }
                begun.continuation.yield()
                for await _ in gate { break }
                return .bytes([7], contentType: "text/plain")
            }
            group.addTask { try await answers.answer(question, at: Self.now, make).body.contentLength }
            for await _ in begun.stream { break }
            for _ in 0..<50 {
                group.addTask { try await answers.answer(question, at: Self.now, make).body.contentLength }
            }
            opening.finish()
            for try await length in group { #expect(length == 1) }
        }
        #expect(made.withLock { $0 } == 1)
    }

    @Test func anErrorIsNotKept() async throws {
        struct Fault: Error {}
        let answers = RecentAnswers()
        await #expect(throws: Fault.self) {
            _ = try await answers.answer(try Self.question(), at: Self.now) { throw Fault() }
        }
        let answer = try await answers.answer(try Self.question(), at: Self.now) { .noContent }
        #expect(answer.status == .noContent)
    }
}
