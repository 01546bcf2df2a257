import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct ReportTests {
    @Test func aReportIsJSONOrCSVOrAPage() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(
                UsageTests.setUp.replacing("name: Acme", with: "name: '=<b>Acme</b>'"))
            let key = try await server.key(.auditor, account: "ops")
            try await server.record(
                """
                start 5T10:00 task=a account=acme user=u plan=v100 id=1
                stop 5T11:00 task=a id=2
                """)
            let list = try await server.ask(.get, "/admin/reports/?page_size=1000", key: key).json
            let names = list["results"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(names.contains("usage-by-account"))
            #expect(list["results"]?.array?.allSatisfy { $0["columns"]?.array?.isEmpty == false } == true)
            let path = "/admin/reports/usage-by-account/?period=2017-11"
            let json = try await server.ask(.get, path, key: key).json
            #expect(json["rows"]?.array?.first?["account"]?.string == "acme")
            #expect(json["rows"]?.array?.first?["seconds"]?.integer == 3600)
            let csv = try await server.ask(.get, path + "&format=csv", key: key)
            #expect(csv.header("Content-Type") == "text/csv; charset=utf-8")
            #expect(csv.text.hasPrefix("account,"))
            let page = try await server.ask(.get, path + "&format=html", key: key)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            #expect(page.text.contains("<td>acme</td>"))
            #expect(!page.text.contains("<b>Acme"))
            #expect(!page.text.contains("<script"))
            for (query, status) in [
                ("", 400), ("?period=soon", 400), ("?period=2017-11&color=red", 400),
                ("?period=2017-11&format=pdf", 400),
            ] {
                #expect(
                    try await server.ask(.get, "/admin/reports/usage-by-account/\(query)", key: key).status == status)
            }
            #expect(try await server.ask(.get, "/admin/reports/nothing/", key: key).status == 404)
            let user = try await server.key(.user, account: "acme")
            #expect(try await server.ask(.get, path, key: user).status == 403)
        }
    }
}
