import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct InvoiceTests {
    @Test func documentsAreFoundByAnyCombinationAndOnlyOnesOwn() async throws {
        let clock = TestClock(SampleLedger.december)
        try await TestServer.run(environment: clock.environment, preparing: SampleLedger.fill) { server in
            try await server.close("2017-10", issueDay: "2017-11-05")
            try await server.close("2017-11", issueDay: "2017-12-05")
            let all = try await server.key(.auditor, account: "ops")
            let own = try await server.key(.user, account: "vc-0e4a51")
            func numbers(_ query: String, _ key: TestServer.Key) async throws -> [String] {
                let answer = try await server.ask(.get, "/invoices/?\(query)", key: key)
                #expect(answer.status == 200)
                return try answer.json["results"]?.array?.compactMap { $0["number"]?.string } ?? []
            }
            #expect(try await numbers("", all).count == 23)
            #expect(try await numbers("", own) == ["201711-000001", "201710-000001"])
            #expect(try await numbers("account=vc-0e4a51", all) == ["201711-000001", "201710-000001"])
            #expect(try await numbers("min=700000", all) == ["201711-000012", "201710-000011"])
            #expect(try await numbers("min=4691&max=4691", all) == ["201710-000001"])
            #expect(try await numbers("from=2017-12-01&max=300", all) == ["201711-000007"])
            #expect(try await numbers("to=2017-11-30&min=100000", all) == ["201710-000011"])
            #expect(try await numbers("period=2017-10&min=100000", all) == ["201710-000011"])
            #expect(try await numbers("counterparty=アクメ&period=2017-11", all) == ["201711-000001"])
            #expect(try await numbers("counterparty=VC-0e4A51&to=2017-11-30", all) == ["201710-000001"])
            #expect(try await numbers("counterparty=vc-0e4a51&to=2017-11-30", all) == ["201710-000001"])
            #expect(try await numbers("number=201710-00001", all) == ["201710-000011", "201710-000010"])
            #expect(try await numbers("number=201710-000011", own).isEmpty)
            #expect(try await numbers("counterparty=nobody", all).isEmpty)
            let second = try await server.ask(.get, "/invoices/?page=2&page_size=10", key: all).json
            #expect(second["meta"]?["total_pages"]?.integer == 3)
            #expect(second["results"]?.array?.count == 10)
            let wrong = try await server.ask(.get, "/invoices/?from=2017-12-01&to=2017-11-01&min=x", key: all)
            #expect(wrong.status == 400)
            #expect(try wrong.json["errors"]?.array?.count == 2)
        }
    }

    @Test func aDocumentIsItsStoredBytesAndItsLinesExplainThemselves() async throws {
        let clock = TestClock(SampleLedger.december)
        try await TestServer.run(environment: clock.environment, preparing: SampleLedger.fill) { server in
            try await server.close("2017-10", issueDay: "2017-11-05")
            let own = try await server.key(.user, account: "vc-0e4a51")
            let list = try await server.ask(.get, "/invoices/", key: own).json["results"]?.array?.first
            let document = try await server.ask(.get, "/invoices/201710-000001", key: own)
            #expect(document.status == 200)
            let sha256 = Digest.sha256(document.bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(list?["sha256"]?.string == sha256)
            #expect(document.header("ETag") == "\"\(sha256)\"")
            #expect(try document.json.canonicalBytes == document.bytes)
            let csv = try await server.ask(.get, "/invoices/201710-000001.csv", key: own)
            #expect(csv.header("Content-Type") == "text/csv; charset=utf-8")
            #expect(csv.text.hasPrefix("number,account,period,line,class,charge_month,plan,"))
            #expect(csv.text.split(separator: "\r\n").count == 1 + (try document.json["lines"]?.array?.count ?? 0))
            let html = try await server.ask(.get, "/invoices/201710-000001.html", key: own)
            #expect(html.header("Content-Type") == "text/html; charset=utf-8")
            #expect(html.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            #expect(html.text.contains("株式会社アクメ 御中"))
            let pdf = try await server.ask(.get, "/invoices/201710-000001.pdf", key: own)
            #expect(pdf.header("Content-Type") == "application/pdf")
            #expect(pdf.bytes.starts(with: Array("%PDF-1.".utf8)))
            let other = try await server.ask(.get, "/invoices/201710-000002.pdf", key: own)
            #expect(other.status == 404)

            let line = try await server.ask(.get, "/explain/201710-000001/1/?page_size=2", key: own).json
            let first = try #require(line["lines"]?.array?.first)
            #expect(first["slices"]?.array?.count == 2)
            #expect(first["amount_yen"]?.integer == (try document.json["lines"]?.array?.first?["amount_yen"]?.integer))
            #expect(first["formula"]?.string?.hasPrefix("floor(") == true)
            #expect(first["rows"]?.array?.first?["yen_per_second"]?.string == "0.016")
            var seconds: Int64 = 0
            let all = try await server.ask(.get, "/explain/201710-000001/1/?page_size=1000", key: own).json
            for slice in all["lines"]?.array?.first?["slices"]?.array ?? [] {
                seconds += slice["seconds"]?.integer ?? 0
                #expect(slice["events"]?.array?.isEmpty == false)
            }
            #expect(seconds == (try document.json["lines"]?.array?.first?["seconds"]?.integer))
            for path in [
                "/invoices/201710-000002/", "/invoices/201710-999999/", "/invoices/x/", "/invoices/201710-000002.csv",
                "/explain/201710-000002/1/", "/explain/201710-999999/1/", "/explain/201710-000001/99/",
                "/explain/201710-000001/0/", "/explain/201710-000001/one/", "/invoices/201710-000002.html",
            ] {
                #expect(try await server.ask(.get, path, key: own).status == 404, "\(path)")
            }
        }
    }
}
