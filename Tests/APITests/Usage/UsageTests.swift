import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct UsageTests {
    static let setUp = """
        issuer: {name: 株式会社勘定, registration_number: T7000012050002}
        accounts: [{id: acme, name: Acme}, {id: other, name: Other}, {id: ops, name: Operators}]
        plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 60}]
        prices: [{plan: v100, yen_per_second: "0.06", from: 2017-10-01}]
        """

    @Test func aRunningTaskCostsMoreEverySecondWithNoEvent() async throws {
        let clock = TestClock(EventScript.instant("10T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            try await server.record("start 10T11:30 task=t1 account=acme user=mina plan=v100")
            for (time, yen) in [("10T12:00", "108"), ("10T12:00:01", "108.06"), ("10T12:00:02.5", "108.18")] {
                clock.set(EventScript.instant(time))
                let usage = try await server.ask(.get, "/usage/", key: key).json
                #expect(usage["total"]?["amount_yen"]?.string == yen)
                #expect(usage["watermark"]?["event_cut"]?.string == clock.now.description)
                let task = try await server.ask(.get, "/usage/tasks/t1/", key: key).json
                #expect(task["amount_yen"]?.string == yen)
            }
            // What was recorded a moment ago is in the next answer.
            try await server.record("stop 10T12:00:01 task=t1 id=stop")
            let usage = try await server.ask(.get, "/usage/?group_by=day,user", key: key).json
            #expect(usage["results"]?.array?.first?["day"]?.string == "2017-11-10")
            #expect(usage["results"]?.array?.first?["user"]?.string == "mina")
            #expect(usage["total"]?["seconds"]?.integer == 1801)
        }
    }

    @Test func pagesByTaskAddUpAndKeepTheirQuestion() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            for index in 1...7 {
                try await server.record(
                    """
                    submit \(index)T09:00 task=t\(index) id=a\(index) account=acme user=mina plan=v100 tags=a,b
                    start \(index)T10:00 task=t\(index) id=b\(index)
                    stop \(index)T10:01:40 task=t\(index) id=c\(index)
                    """)
            }
            try await server.record("start 5T10:00 task=x id=x1 account=other user=o plan=v100")
            var seen: [String] = []
            var path: String? = "/usage/?group_by=task,tag&page_size=4"
            while let next = path {
                let answer = try await server.ask(.get, next, key: key).json
                #expect(answer["meta"]?["count"]?.integer == 14)
                #expect(answer["total"]?["seconds"]?.integer == 700)
                seen += answer["results"]?.array?.map { "\($0["task"]?.string ?? "")/\($0["tag"]?.string ?? "")" } ?? []
                path = answer["meta"]?["next"]?.string.map { String($0.split(separator: "1.0", maxSplits: 1)[1]) }
            }
            #expect(seen == (1...7).flatMap { ["t\($0)/a", "t\($0)/b"] })
            // As known before the last three tasks, from the log itself: set-up has 7 events, each task 3.
            let earlier = try await server.ask(.get, "/usage/?group_by=task&as_of=18", key: key).json
            #expect(earlier["watermark"]?["position"]?.integer == 18)
            #expect(earlier["results"]?.array?.count == 4)
            #expect(earlier["total"]?["seconds"]?.integer == 400)
        }
    }

    @Test func everythingWrongIsToldAtOnceAndNobodySeesAnother() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme"), all = try await server.key(.auditor, account: "ops")
            try await server.record("start 5T10:00 task=theirs account=other user=o plan=v100")
            let wrong = try await server.ask(
                .get, "/usage/?from=yesterday&group_by=day,day&as_of=soon&account=other&page_size=0", key: key)
            #expect(wrong.status == 400)
            let fields = try wrong.json["errors"]?.array?.compactMap { $0["field"]?.string }
            #expect(Set(fields ?? []) == ["from", "to", "group_by", "as_of", "account", "page_size"])
            // What this key can't ask for isn't offered, and an unreadable day is one fault.
            let groups = try await server.ask(.get, "/usage/?group_by=account", key: key)
            #expect(groups.status == 400)
            #expect(
                try groups.json["errors"]?.array?.map { $0["message"]?.string } == [
                    "'account' is no group; choose from day, plan, task, tag, user"
                ])
            let day = try await server.ask(.get, "/usage/?from=soon&to=2017-11-30", key: key).json["errors"]?.array
            #expect(day?.map { $0["field"]?.string } == ["from"])
            let half = try await server.ask(.get, "/usage/?from=2017-11-01", key: key).json["errors"]?.array
            #expect(half?.map { $0["field"]?.string } == ["to"])
            let nobody = try await server.ask(.get, "/usage/?account=nobody", key: all)
            #expect(nobody.status == 404)
            // What isn't there and what isn't theirs look the same.
            let absent = try await server.ask(.get, "/usage/tasks/nothing/", key: key)
            let foreign = try await server.ask(.get, "/usage/tasks/theirs/", key: key)
            #expect(absent.status == 404 && foreign.status == 404)
            #expect(Self.body(absent) == Self.body(foreign).replacing("theirs", with: "nothing"))
            #expect(try await server.ask(.get, "/usage/tasks/theirs/", key: all).status == 200)
            let mine = try await server.ask(.get, "/usage/?group_by=task", key: key).json
            #expect(mine["total"]?["seconds"]?.integer == 0)
            #expect(mine["results"]?.array?.isEmpty == true)
            let theirs = try await server.ask(.get, "/usage/?group_by=account&account=other", key: all).json
            #expect(theirs["results"]?.array?.first?["account"]?.string == "other")
        }
    }

    /// An error's words, without its serial.
    private static func body(_ answer: TestServer.Answer) -> String {
        let json = try? answer.json
        return
            "\(json?["status"]?.string ?? "") \(json?["error_code"]?.string ?? "") \(json?["error_msg"]?.string ?? "")"
    }

    @Test func aTaskIsShownFromItsEventsToYen() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            try await server.record(
                """
                start 5T23:59:30 task=t1 account=acme user=mina plan=v100
                stop 6T00:00:10 task=t1
                """)
            let task = try await server.ask(.get, "/usage/tasks/t1/", key: key).json
            let slices = task["slices"]?.array ?? []
            #expect(slices.map { $0["day"]?.string } == ["2017-11-05", "2017-11-06"])
            #expect(slices.map { $0["seconds"]?.integer } == [30, 30])
            #expect(slices.map { $0["shortfall_seconds"]?.integer } == [0, 20])
            #expect(slices.map { $0["amount_yen"]?.string } == ["1.8", "1.8"])
            #expect(task["price_rows"]?.array?.first?["yen_per_second"]?.string == "0.06")
            #expect(task["events"]?.array?.map { $0["type"]?.string } == ["task.started", "task.stopped"])
            #expect(task["amount_yen"]?.string == "3.6")
        }
    }
}
