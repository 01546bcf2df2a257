import TestSupport
import Testing

/// Originals over HTTP.
@Suite struct ArchiveTests {
    @Test func aSearchIsAnArchiveOfItsOriginals() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            _ = try await CorrectionRouteTests.issueNovember(server)
            let auditor = try await server.key(.auditor, account: "ops")
            let archive = try await server.ask(.get, "/invoices/archive/?period=2017-11", key: auditor)
            #expect(archive.status == 200)
            #expect(archive.bytes.prefix(4) == [0x50, 0x4B, 3, 4])
            let names = String(decoding: archive.bytes, as: UTF8.self)
            for name in ["index.csv", "201711-000001.json", "201711-000001.pdf"] { #expect(names.contains(name)) }
            let again = try await server.ask(.get, "/invoices/archive/?period=2017-11", key: auditor)
            #expect(again.bytes == archive.bytes)
            // What isn't the asker's isn't in it; the index is there all the same.
            let other = try await server.key(.user, account: "other")
            let none = try await server.ask(.get, "/invoices/archive/?period=2017-11", key: other)
            #expect(none.status == 200)
            #expect(!String(decoding: none.bytes, as: UTF8.self).contains("201711-000001"))
            for query in ["page_size=201", "from=2017-12-01&to=2017-11-01"] {
                #expect(try await server.ask(.get, "/invoices/archive/?\(query)", key: auditor).status == 400)
            }
        }
    }
}
