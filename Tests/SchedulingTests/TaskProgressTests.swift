import Scheduling
import TestSupport
import Testing
import UsageLedger

@Suite struct TaskProgressTests {
    private static let submit = "submit 1T09:00 account=acme user=alice plan=v100"

    private func status(_ script: String) -> TaskStatus? { TaskProgress(EventScript(script).facts)?.status }

    @Test(arguments: [
        ("", TaskStatus.waiting), ("start 1T10:00", .running), ("alive 1T10:00", .running),
        ("start 1T10:00; stop 1T11:00", .done), ("start 1T10:00; stop 1T11:00 outcome=error", .error),
        ("start 1T10:00; stop 1T11:00 outcome=aborted", .aborted),
        ("start 1T10:00; stop 1T11:00 outcome=canceled", .canceled), ("cancel 1T09:30", .canceled),
        ("start 1T10:00; restate 1T12:00 stopped=1T11:00", .aborted),
        ("start 1T10:00; stop 1T11:00 outcome=error; start 1T12:00 attempt=2", .running),
        ("cancel 1T09:30; start 1T10:00", .running), ("waive 1T12:00 from=1T10:00 to=1T11:00", .waiting),
    ])
    func theStatusFollowsFromTheEvents(_ script: String, _ expected: TaskStatus) {
        #expect(status(Self.submit + "\n" + script) == expected)
    }

    @Test func anOrderOfEventsChangesNothing() throws {
        let facts = EventScript(
            """
            \(Self.submit); submit 1T08:59 account=other; start 1T10:00; alive 1T10:30; stop 1T11:00 outcome=error
            stop 1T10:50 outcome=aborted; cancel 1T09:30
            start 1T12:00 attempt=2; restate 1T13:00 stopped=1T12:30 attempt=2
            """
        ).facts
        func seen(_ facts: [UsageFact]) throws -> [String] {
            let progress = try #require(TaskProgress(facts))
            return [
                progress.account.text, progress.status.rawValue, progress.createdAt.description,
                progress.updatedAt.description, "\(progress.attempt ?? 0)", facts[progress.submission].key.id,
                progress.stop.map { facts[$0].key.id } ?? "none",
            ]
        }
        let expected = try seen(facts)
        #expect(expected[0...1] == ["other", "aborted"])
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 { #expect(try seen(facts.shuffled(using: &generator)) == expected) }
    }

    @Test func aTaskWithoutASubmissionIsNobodys() {
        #expect(status("start 1T10:00 account=acme user=alice plan=v100") == nil)
        #expect(status("submit 1T10:00 plan=v100") == nil)
    }
}
