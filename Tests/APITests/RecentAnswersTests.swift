import Service
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
        let who = Credential(
            token: "t", account: try AccountID(account), user: try UserID("u"),
            role: try #require(.init(rawValue: role)))
        return .init(who, authority: "localhost", target: target)
    }

    @Test func sameQuestionIsAnsweredOnceUntilSomethingChanges() async throws {
        let answers = RecentAnswers(), made = Mutex(0)
        func ask(_ question: RecentAnswers.Question, _ moment: RecentAnswers.Moment = Self.now) async throws -> Int {
            _ = try await answers.answer(question, at: moment, access: .readers, template: "/usage/") {
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
            group.addTask { try await answers.ask(question, make).body.contentLength }
            for await _ in begun.stream { break }
            for _ in 0..<50 {
                group.addTask { try await answers.ask(question, make).body.contentLength }
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
            _ = try await answers.ask(try Self.question()) { throw Fault() }
        }
        let answer = try await answers.ask(try Self.question()) { .noContent }
        #expect(answer.status == .noContent)
    }

    @Test func onlyWhatWasAnsweredThisMomentInOnePieceIsKnown() async throws {
        let answers = RecentAnswers(), question = try Self.question()
        #expect(answers.known(question, at: Self.now) == nil)
        _ = try await answers.ask(question) {
            #expect(answers.known(question, at: Self.now) == nil, "it is still being made")
            return .bytes([1, 2], contentType: "text/plain")
        }
        let known = try #require(answers.known(question, at: Self.now))
        #expect(known.status == .ok)
        #expect(known.fields.map { "\($0): \($1)" } == ["Content-Type: text/plain", "Content-Length: 2"])
        #expect(known.body.readableBytesView.elementsEqual([1, 2]))
        #expect(known.template == "/usage/")
        #expect(answers.known(try Self.question(account: "b"), at: Self.now) == nil)
        #expect(answers.known(question, at: .init(version: 2, second: 10)) == nil, "something was written")
        #expect(answers.known(question, at: .init(version: 1, second: 11)) == nil, "another second")
        let other = try Self.question(target: "/invoices/archive/")
        _ = try await answers.ask(other) { APIResponse(status: .ok, body: .init(contentLength: 0) { _ in }) }
        #expect(answers.known(other, at: Self.now) == nil, "in pieces")
    }
}

extension RecentAnswers {
    fileprivate func ask(
        _ question: Question, _ make: () async throws -> APIResponse
    ) async throws -> APIResponse {
        try await answer(
            question, at: .init(version: 1, second: 10), access: .readers, template: "/usage/", make)
    }
}
