import TestSupport
import Testing
import Units
import UsageLedger

/// As known at a position or a time: never beyond what is recorded.
@Suite struct AsOfTests {
    /// Set-up is 6 events, recorded at noon of the 10th; a start and its stop follow at one and two o'clock. Without
    /// a sign of life a run is billed for an hour.
    private static func run(_ body: (TestServer, TestServer.Key) async throws -> Void) async throws {
        let clock = TestClock(EventScript.instant("10T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.user, account: "acme")
            clock.set(EventScript.instant("10T13:00"))
            try await server.record("start 10T10:00 task=t1 account=acme user=mina plan=v100 id=start")
            clock.set(EventScript.instant("10T14:00"))
            try await server.record("stop 10T10:30 task=t1 id=stop")
            clock.set(EventScript.instant("10T15:00"))
            try await body(server, key)
        }
    }

    @Test func whatLiesBeyondTheHeadIsRefusedWithTheHead() async throws {
        try await Self.run { server, key in
            for path in ["/usage/", "/usage/tasks/t1/", "/invoices/preview/"] {
                for wrong in ["9", "9007199254740993", "2017-11-10T15:00:01%2B09:00", "2099-01-01T00:00:00Z"] {
                    let answer = try await server.ask(.get, "\(path)?as_of=\(wrong)", key: key)
                    #expect(answer.status == 400, "\(path) \(wrong)")
                    #expect(try answer.json["errors"]?.array?.map { $0["field"]?.string } == ["as_of"])
                    let head = "position 8, recorded at 2017-11-10T14:00:00.000+09:00"
                    #expect(answer.text.contains(head), "\(answer.text)")
                }
                for right in ["8", "2017-11-10T15:00:00%2B09:00", "2017-11-10T14:00:00%2B09:00"] {
                    let answer = try await server.ask(.get, "\(path)?as_of=\(right)", key: key)
                    #expect(answer.status == 200, "\(path) \(right)")
                    #expect(try answer.json["watermark"]?["position"]?.integer == 8)
                }
                let old = try await server.ask(.get, "\(path)?as_of=1969-12-31T00:00:00Z", key: key)
                #expect(old.status == 400)
                #expect(try old.json["error_msg"]?.string?.contains("neither a position") == false, "\(old.text)")
                let huge = try await server.ask(.get, "\(path)?as_of=99999999999999999999", key: key)
                #expect(huge.status == 400)
                #expect(try huge.json["error_msg"]?.string?.contains("beyond every log") == true)
            }
        }
    }

    @Test func beforeTheFirstEventNothingWasRecorded() async throws {
        try await Self.run { server, key in
            for path in ["/usage/?period=2017-11&", "/usage/?group_by=task&", "/invoices/preview/?"] {
                for asked in ["0", "2017-11-01T00:00:00%2B09:00"] {
                    let answer = try await server.ask(.get, "\(path)as_of=\(asked)", key: key)
                    #expect(answer.status == 200, "\(path)\(asked) \(answer.text)")
                    let watermark = try answer.json["watermark"]
                    #expect(watermark?["position"]?.integer == 0)
                    #expect(watermark?["recorded_at"]?.isNull == true)
                }
            }
        }
    }

    @Test func aTaskIsShownAsItWasKnownThen() async throws {
        try await Self.run { server, key in
            let before = try await server.ask(.get, "/usage/tasks/t1/?as_of=7", key: key).json
            // Without its stop it went on.
            #expect(before["seconds"]?.integer == 3600)
            #expect(before["runs"]?.array?.first?["stopped_at"]?.isNull == true)
            #expect(before["events"]?.array?.compactMap { $0["id"]?.string } == ["start"])
            #expect(before["checkpoint"]?["size"]?.integer == 7)
            #expect(before["watermark"]?["recorded_at"]?.string == "2017-11-10T13:00:00.000+09:00")
            let after = try await server.ask(.get, "/usage/tasks/t1/?as_of=8", key: key).json
            #expect(after["seconds"]?.integer == 1800)
            #expect(try await server.ask(.get, "/usage/tasks/t1/?as_of=6", key: key).status == 404)
        }
    }

    @Test func aSliceNamesTheEventsOfItsOwnRun() async throws {
        try await Self.run { server, key in
            try await server.record(
                """
                submit 6T09:00 task=t2 account=acme user=mina plan=v100 id=a
                start 6T10:00 task=t2 attempt=1 id=b
                stop 6T11:00 task=t2 attempt=1 id=c
                start 6T12:00 task=t2 attempt=2 id=d
                stop 6T13:00 task=t2 attempt=2 id=e
                """)
            let slices = try await server.ask(.get, "/usage/tasks/t2/", key: key).json["slices"]?.array ?? []
            let named = slices.map { slice in
                "\(slice["attempt"]?.integer ?? 0): "
                    + (slice["events"]?.array ?? []).compactMap { $0.integer.map(String.init) }.joined(separator: " ")
            }
            #expect(named == ["1: 9 10 11", "2: 9 12 13"])
        }
    }
}
