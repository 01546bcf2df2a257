import Testing
import Units
import UsageLedger

@Suite struct EventDecoderTests {
    private static let time = try! Instant(rfc3339: "2017-10-28T00:02:12Z")
    private static func instant(_ text: String) -> Instant { try! Instant(rfc3339: text) }
    private static func identity(_ account: String, _ user: String, _ plan: String) -> NamedIdentity {
        NamedIdentity(account: try! AccountID(account), user: try! UserID(user), plan: try! PlanID(plan))
    }

    static let factTable: [(String, String, UsageFact.Detail)] = [
        ("task.submitted", "", .submitted(NamedIdentity(), limitSeconds: nil)),
        (
            "task.submitted",
            #""account":"a","user":"u","plan":"p","execution_time_limit_sec":60,"attempt":"no key of this type""#,
            .submitted(identity("a", "u", "p"), limitSeconds: 60)
        ),
        ("task.started", "", .started(attempt: 1, NamedIdentity(), gpus: nil)),
        (
            "task.started", #""attempt":7,"gpus":"0.125","account":"a","user":"u","plan":"p""#,
            .started(attempt: 7, identity("a", "u", "p"), gpus: GPUQuantity(thousandths: 125))
        ),
        ("task.alive", #""attempt":2"#, .alive(attempt: 2)),
        ("task.stopped", #""outcome":"aborted""#, .stopped(attempt: 1, .aborted)),
        ("task.stopped", #""outcome":null"#, .stopped(attempt: 1, nil)),
        ("task.canceled", #""attempt":2"#, .canceled),
        (
            "usage.waived", #""from":"2017-10-28T00:00:00+09:00","to":"2017-10-28T00:00:00Z""#,
            .waived(attempt: 1, from: instant("2017-10-27T15:00:00Z"), to: instant("2017-10-28T00:00:00Z"))
        ),
        (
            "usage.restated", #""attempt":3,"started_at":"2017-10-28T00:00:00Z","gpus":2"#,
            .restated(
                attempt: 3,
                Restatement(startedAt: instant("2017-10-28T00:00:00Z"), gpus: GPUQuantity(thousandths: 2000)))
        ),
    ]

    @Test(arguments: factTable)
    func facts(type: String, data: String, detail: UsageFact.Detail) throws {
        let decoded = try decode(event(type, data))
        #expect(decoded.task.text == "t")
        #expect(decoded.fact == UsageFact(key: EventKey(source: "s", id: "1"), time: Self.time, detail: detail))
        #expect(try recordedFact(decoded.body).1 == decoded.fact)
    }

    @Test(arguments: [
        ("task.alive", "", "2017-10-28T00:02:12Z"),
        ("usage.waived", #""from":"2017-10-29T00:00:00Z","to":"2017-10-30T00:00:00Z""#, "2017-10-30T00:00:00Z"),
        (
            "usage.restated", #""started_at":"2017-10-31T00:00:00Z","stopped_at":"2017-10-30T00:00:00Z""#,
            "2017-10-31T00:00:00Z"
        ),
        ("usage.restated", #""stopped_at":"2017-10-01T00:00:00Z""#, "2017-10-28T00:02:12Z"),
    ])
    func latestInstant(type: String, data: String, latest: String) throws {
        #expect(try decode(event(type, data)).latestInstant == Self.instant(latest))
    }

    @Test func privateTextsAreInTheBodyAsHashesOnly() throws {
        let decoded = try decode(
            event("task.submitted", #""tags": [ "secret-a" , "b" ],"name":"secret\u0020name","plan":"p""#))
        #expect(decoded.privateTexts.map(\.field) == ["name", "tags"])
        #expect(
            decoded.privateTexts.map { String(decoding: $0.canonicalText, as: UTF8.self) } == [
                "\"secret name\"", "[\"secret-a\",\"b\"]",
            ])
        #expect(!String(decoding: decoded.body, as: UTF8.self).contains("secret"))
    }

    /// A resent event has new salts; with the recorded ones its body is the recorded one, if its words are the same.
    @Test func aResentEventIsComparedByTheRecordedSalts() throws {
        let sent = event("task.submitted", #""name":"n","tags":["a"],"plan":"p""#)
        let recorded = try decode(sent, firstSalt: 1)
        let salts = Dictionary(uniqueKeysWithValues: recorded.privateTexts.map { ($0.field, $0.salt) })
        let again = try decode(sent, firstSalt: 100)
        #expect(again.body != recorded.body)
        #expect(EventDecoder().body(of: again, withSalts: salts) == recorded.body)
        let other = try decode(event("task.submitted", #""name":"m","tags":["a"],"plan":"p""#), firstSalt: 100)
        let otherBody = EventDecoder().body(of: other, withSalts: salts)
        #expect(EventComparison.differingFields(recordedBody: recorded.body, newBody: otherBody) == ["data.name"])
        #expect(EventDecoder().body(of: again, withSalts: [:]) == again.body)
    }

    @Test(
        arguments: [
            (event("task.started", #""gpus":8"#), event("task.started", #""gpus":"8.0""#), []),
            (event("task.started", #""gpus":8"#), event("task.started", #""gpus":4"#), ["data.gpus"]),
            (
                event("task.started", #""gpus":8,"x":1"#), event("task.started", #""node":"n","x":{}"#),
                ["data.gpus", "data.node", "data.x"]
            ),
            (
                event("task.started", ""), event("task.started", "").replacing("00:02:12Z", with: "00:02:12.5Z"),
                ["time"]
            ),
            (
                event("task.started", ""), event("task.alive", #""b":1"#).replacing("\"t\"", with: "\"u\""),
                ["data.b", "subject", "type"]
            ),
            (event("task.started", #""attempt":1"#), event("task.started", ""), ["data.attempt"]),
        ] as [(String, String, [String])])
    func differingFields(recorded: String, new: String, fields: [String]) throws {
        #expect(
            EventComparison.differingFields(recordedBody: try decode(recorded).body, newBody: try decode(new).body)
                == fields)
    }

    @Test func aBodyThatIsNoEventDiffersAsAWhole() throws {
        #expect(
            EventComparison.differingFields(recordedBody: [1, 2], newBody: try decode(event("task.alive", "")).body)
                == ["event"])
        #expect(throws: EventError.self) { try recordedFact([]) }
        #expect(throws: EventError.self) { try recordedFact(Array("{}".utf8)) }
    }

    private func decode(_ text: String, firstSalt: UInt8 = 0) throws -> DecodedEvent {
        var next = firstSalt
        return try EventDecoder().decode(Array(text.utf8)) {
            next += 1
            return Array(repeating: next, count: 16)
        }.get()
    }
}
