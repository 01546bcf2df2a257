import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct AnomalyTests {
    @Test func anAnomalyIsListedAndDecidedByAPerson() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.billing, account: "ops")
            try await server.record(
                """
                stop 5T11:00 task=lost id=1
                start 6T10:00 task=back account=acme user=u plan=v100 id=2
                stop 6T09:00 task=back id=3
                """)
            let list = try await server.ask(.get, "/admin/anomalies/", key: key).json
            let kinds = list["results"]?.array?.compactMap { $0["kind"]?.string } ?? []
            #expect(Set(kinds).isSuperset(of: ["stop_without_start", "negative_run"]))
            #expect(list["results"]?.array?.allSatisfy { $0["what_to_do"]?.string?.isEmpty == false } == true)
            func resolve(_ body: String) async throws -> TestServer.Answer {
                try await server.ask(.post, "/admin/anomalies/", key: key, body: body)
            }
            let restated = try await resolve(
                #"{"task":"back","action":"restate","stopped_at":"2017-11-06T11:00:00+09:00","reason":"node log"}"#)
            #expect(restated.status == 201)
            #expect(try restated.json["type"]?.string == "usage.restated")
            #expect(try restated.json["remaining"]?.array?.isEmpty == true)
            let waived = try await resolve(#"{"task":"lost","action":"waive","reason":"the host failed"}"#)
            #expect(waived.status == 201)
            let rest = try await server.ask(.get, "/admin/anomalies/", key: key).json
            #expect(rest["meta"]?["count"]?.integer == 0)
            let usage = try await server.ask(.get, "/usage/", key: key).json
            #expect(usage["total"]?["seconds"]?.integer == 3600)
            #expect(try await resolve(#"{"task":"none","action":"waive","reason":"x"}"#).status == 404)
            #expect(try await resolve(#"{"task":"back","attempt":7,"action":"waive","reason":"x"}"#).status == 404)
            for wrong in [
                #"{"task":"back","action":"waive"}"#, #"{"task":"back","action":"restate","reason":"x"}"#,
                #"{"task":"back","action":"drop","reason":"x"}"#, #"{"action":"waive","reason":"x"}"#,
                #"{"task":"back","action":"waive","from":"noon","reason":"x"}"#,
                #"{"task":"back","action":"restate","gpus":"many","reason":"x"}"#,
                #"{"task":"back","action":"restate","stopped_at":"2018-11-06T11:00:00+09:00","reason":"x"}"#,
            ] {
                #expect(try await resolve(wrong).status == 422, "\(wrong)")
            }
            let head = try await server.ledger.readers.read { try $0.store.head().size }
            for (members, fields) in [
                (#""action":"waive","stopped_at":"2017-11-06T11:00:00+09:00""#, ["stopped_at"]),
                (#""action":"waive","account":"acme","gpus":"1""#, ["account", "gpus"]),
                (#""action":"restate","gpus":"1","to":"2017-11-06T11:00:00+09:00""#, ["to"]),
                (#""action":"restate","account":"nobody","plan":"none""#, ["account", "plan"]),
                (#""action":"waive","attempt":0"#, ["attempt"]), (#""action":"waive","attempt":"1""#, ["attempt"]),
            ] {
                let answer = try await resolve(#"{"task":"back","reason":"x","# + members + "}")
                #expect(answer.status == 422, "\(members)")
                #expect(try answer.json["errors"]?.array?.compactMap { $0["field"]?.string } == fields, "\(members)")
            }
            let attempt = try await resolve(#"{"task":"back","reason":"x","action":"waive","attempt":-3}"#)
            #expect(
                try attempt.json["error_msg"]?.string
                    == "attempt must be a whole number from 1 to 9007199254740991, not -3")
            #expect(try await server.ledger.readers.read { try $0.store.head().size } == head)
        }
    }
}
