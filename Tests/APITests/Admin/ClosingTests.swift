import Dispatch
import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct ClosingTests {
    @Test func aMonthIsDraftedRefusedAcceptedAndIssuedOnce() async throws {
        let clock = TestClock(EventScript.instant("12-02T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.billing, account: "ops", user: "mika")
            try await server.record(
                """
                start 5T10:00 task=a account=acme user=u plan=v100 id=1
                stop 5T11:00 task=a id=2
                """)
            func close(_ body: String, _ headers: [(String, String)] = []) async throws -> TestServer.Answer {
                try await server.ask(.post, "/admin/closings/", key: key, body: body, headers: headers)
            }
            let draft = try await close(#"{"period":"2017-11","action":"draft"}"#)
            #expect(draft.status == 200)
            #expect(try draft.json["state"]?.string == "open")
            #expect(try draft.json["payable_yen"]?.integer == 216)
            #expect(try draft.json["gate"]?.array?.map { $0["name"]?.string } == ["grace_left"])
            #expect(try draft.json["changes"]?.isNull == true)
            #expect(try await close(#"{"period":"2017-11","action":"draft"}"#).json["changes"]?.array?.isEmpty == true)

            #expect(try await close(#"{"period":"2017-11","action":"issue"}"#).status == 422)
            let refused = try await close(#"{"period":"2017-11","action":"issue","reason":"month end"}"#)
            #expect(refused.status == 409)
            #expect(try refused.json["error_code"]?.string == "gate_open")
            #expect(try refused.json["gate"]?.array?.map { $0["name"]?.string } == ["grace_left"])
            let accepted =
                #"{"period":"2017-11","action":"issue","issue_day":"2017-12-02","reason":"month end","#
                + #""accept":[{"item":"grace_left","reason":"all is in"}]}"#
            let header = [("Idempotency-Key", "\"close-11\"")]
            let issued = try await close(accepted, header)
            #expect(issued.status == 200)
            #expect(try issued.json["state"]?.string == "closed")
            #expect(try issued.json["documents"]?.integer == 1)
            #expect(try issued.json["tax_yen"]?.integer == 20)
            #expect(try await close(accepted, header).bytes == issued.bytes)
            // Who closed it stands in the log, and why beside it, where it can be erased.
            let position = try #require(try issued.json["position"]?.integer)
            let event = try await server.ledger.readers.read {
                try JSONValue(parsing: $0.store.eventBody(at: position))
            }
            #expect(event["data"]?["who"]?.string?.hasPrefix("mika (account ops, token ") == true)
            #expect(event["data"]?["reason"]?.string?.hasPrefix("sha256:") == true)
            let verified = try await server.ledger.writer.perform { try $0.store.verify().isRight }
            #expect(verified)
            // Asked without the key it changes nothing either.
            #expect(try await close(accepted).bytes == issued.bytes)
            #expect(try await server.ask(.get, "/admin/closings/2017-11/", key: key).bytes == issued.bytes)
            #expect(
                try await server.ask(.get, "/admin/closings/2017-10/", key: key).json["closed_with"]?.string
                    == "2017-11")
            #expect(try await server.ask(.get, "/admin/closings/2017-13/", key: key).status == 400)
            let user = try await server.key(.user, account: "acme")
            #expect(try await server.ask(.get, "/admin/closings/2017-11/", key: user).status == 403)
            let wrong = try await close(#"{"period":"soon","action":"burn","accept":[{"item":"x"}]}"#)
            let fields = try wrong.json["errors"]?.array?.compactMap { $0["field"]?.string }
            #expect(fields == ["period", "action", "accept[0]"])
        }
    }

    @Test func theDayOnTheDocumentsIsFinalSoItIsChecked() async throws {
        let clock = TestClock(EventScript.instant("12-02T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.billing, account: "ops", user: "mika")
            func issue(_ day: String) async throws -> TestServer.Answer {
                try await server.ask(
                    .post, "/admin/closings/", key: key,
                    body: #"{"period":"2017-11","action":"issue","issue_day":"\#(day)","reason":"month end","#
                        + #""accept":[{"item":"grace_left","reason":"all is in"}]}"#)
            }
            for day in ["1990-01-01", "2017-11-29", "2017-12-03", "2099-01-01"] {
                let wrong = try await issue(day)
                #expect(wrong.status == 422, "\(day)")
                #expect(try wrong.json["errors"]?.array?.map { $0["field"]?.string } == ["issue_day"])
                #expect(try wrong.json["error_msg"]?.string?.contains("from 2017-11-30 to 2017-12-02") == true)
            }
            #expect(try await issue("2017-12-01").status == 200)
        }
    }

    @Test func readingsGoOnWhileAMonthIsIssuedAndTellHowFarItIs() async throws {
        let clock = TestClock(SampleLedger.december)
        try await TestServer.run(environment: clock.environment, preparing: SampleLedger.fill) { server in
            let key = try await server.key(.billing, account: "ops")
            // The writer is held up, so that the issue waits behind it.
            let (gate, open) = AsyncStream.makeStream(of: Void.self)
            let held = DispatchSemaphore(value: 0)
            async let blocking: Void = server.ledger.writer.perform { _ in
                open.yield()
                held.wait()
            }
            _ = await gate.first { _ in true }
            async let issued = server.ask(
                .post, "/admin/closings/", key: key,
                body: #"{"period":"2017-10","action":"issue","issue_day":"2017-11-05","reason":"month end"}"#)
            var state = ""
            while state != "closing" {
                state = try await server.ask(.get, "/admin/closings/2017-10/", key: key).json["state"]?.string ?? ""
            }
            #expect(try await server.ask(.get, "/usage/?period=2017-10", key: key).status == 200)
            held.signal()
            _ = try await blocking
            #expect(try await issued.json["documents"]?.integer == 11)
            let after = try await server.ask(.get, "/admin/closings/2017-10/", key: key).json
            #expect(after["state"]?.string == "closed")
        }
    }
}
