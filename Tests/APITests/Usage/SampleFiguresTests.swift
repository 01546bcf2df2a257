import Testing
import Units
import UsageLedger

/// Query, preview, billing info and invoice are one function: for every account of the sample.
@Suite struct SampleFiguresTests {
    @Test func usagePreviewAndInvoiceAgreeForEveryAccount() async throws {
        let clock = TestClock(SampleLedger.december)
        try await TestServer.run(environment: clock.environment, preparing: SampleLedger.fill) { server in
            let key = try await server.key(.billing, account: "ops")
            let accounts = try await Self.accounts(server, key)
            #expect(accounts.count == 12)
            for (period, day) in [("2017-10", "2017-11-06"), ("2017-11", "2017-12-05")] {
                let before = try await Self.figures(accounts, period, server, key)
                try await server.close(period, issueDay: day)
                let after = try await Self.figures(accounts, period, server, key)
                for account in accounts {
                    let (open, closed) = (try #require(before[account]), try #require(after[account]))
                    #expect(open.usage == closed.usage)
                    #expect(open.details == closed.details)
                    let found = try await server.ask(.get, "/invoices/?period=\(period)&account=\(account)", key: key)
                    let number = try found.json["results"]?.array?.first?["number"]?.string
                    #expect((number == nil) == (open.lines == nil))
                    guard let number, let lines = open.lines else { continue }
                    let invoice = try await server.ask(.get, "/invoices/\(number)/", key: key).json
                    #expect(invoice["lines"] == lines)
                    #expect(invoice["payable_yen"] == open.payable)
                    // A line is the use of its plan, rounded down once.
                    let used = lines.array?.filter { $0["class"]?.string == "usage" }.map(Self.line) ?? []
                    #expect(used == open.usage.map { "\($0.plan) \($0.seconds) \($0.flooredYen)" })
                    #expect(closed.details == lines.array?.map { "\(Self.amount($0)) \(Self.seconds($0))" })
                }
            }
        }
    }

    private struct Use: Equatable {
        let plan: String
        let seconds: Int64
        let flooredYen: Int64
    }

    private struct Figures {
        let usage: [Use]
        let lines: JSONValue?
        let payable: JSONValue?
        /// Of `/billing_infos/`: yen and seconds, line by line.
        let details: [String]
    }

    private static func accounts(_ server: TestServer, _ key: TestServer.Key) async throws -> [String] {
        let all = try await server.ask(.get, "/usage/?from=2017-10-01&to=2017-11-30&group_by=account", key: key).json
        #expect(all["meta"]?["count"]?.integer == 12)
        #expect(all["total"]?["gpu_seconds"]?.string == "292590728")
        return all["results"]?.array?.compactMap { $0["account"]?.string } ?? []
    }

    private static func figures(
        _ accounts: [String], _ period: String, _ server: TestServer, _ key: TestServer.Key
    ) async throws -> [String: Figures] {
        var found: [String: Figures] = [:]
        let (year, month) = (period.prefix(4), period.suffix(2))
        for account in accounts {
            let usage = try await server.ask(
                .get, "/usage/?period=\(period)&group_by=plan&account=\(account)", key: key
            ).json["results"]?.array?.map { row in
                let yen = row["amount_yen"]?.string?.prefix { $0 != "." } ?? ""
                return Use(
                    plan: row["plan"]?.string ?? "", seconds: row["seconds"]?.integer ?? -1,
                    flooredYen: Int64(yen) ?? -1)
            }
            let preview = try await server.ask(
                .get, "/invoices/preview/?period=\(period)&account=\(account)", key: key
            ).json["invoice"]
            let info = try await server.ask(
                .get, "/billing_infos/?year=\(year)&month=\(month)&account=\(account)", key: key
            ).json
            #expect(info["account"]?.string == account)
            found[account] = Figures(
                usage: usage ?? [], lines: preview?["lines"], payable: preview?["payable_yen"],
                details: info["details"]?.array?.map {
                    "\($0["amount"]?.integer ?? -1) \($0["usage"]?.integer ?? -1)"
                } ?? [])
        }
        return found
    }

    private static func line(_ line: JSONValue) -> String {
        "\(line["plan"]?.string ?? "") \(seconds(line)) \(amount(line))"
    }

    private static func amount(_ line: JSONValue) -> Int64 { line["amount_yen"]?.integer ?? -1 }
    private static func seconds(_ line: JSONValue) -> Int64 { line["seconds"]?.integer ?? 0 }
}
