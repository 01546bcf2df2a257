import Store
import Testing
import UsageLedger

/// Keys made, listed and revoked on the command line.
@Suite struct TokenCommandTests {
    @Test func aSecretIsShownOnce() async throws {
        let folder = TestFolder()
        _ = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        func create(_ account: String) async -> CommandRun {
            await folder.kanjo(
                "token", "create", "--account", account, "--user", "mina", "--role", "user", "--output", "csv")
        }
        #expect(await create("nobody").status == 66)
        let created = await create("vc-0e4a51")
        #expect(created.status == 0, "\(created.diagnostics)")
        let cells = created.output.split(separator: "\r\n")[1].split(separator: ",").map(String.init)
        let listed = await folder.kanjo("token", "list", "--output", "csv")
        #expect(listed.output.contains(cells[0]))
        #expect(!listed.output.contains(cells[1]))
        #expect(await folder.kanjo("token", "revoke", cells[0]).status == 0)
        #expect(await folder.kanjo("token", "revoke", "none").status == 66)
        let instant = "2018-01-15T00:00:00.000+09:00"
        let after = await folder.kanjo("token", "list", "--output", "csv")
        #expect(after.output.contains("\(cells[0]),vc-0e4a51,mina,user,\(instant),,\(instant)"))
    }

    @Test func whoMadeAndRevokedAKeyStandsInTheLog() async throws {
        let folder = TestFolder()
        _ = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        func last() throws -> (size: Int64, event: JSONValue) {
            let store = try LedgerStore(path: folder.path + "/kanjo.db", mode: .readOnly)
            let size = try store.head().size
            return (size, try JSONValue(parsing: try store.eventBody(at: size)))
        }
        let before = try last().size
        let created = await folder.kanjo(
            "token", "create", "--account", "vc-0e4a51", "--user", "mina", "--role", "user", "--who", "mika",
            "--output", "csv")
        let token = String(created.output.split(separator: "\r\n")[1].prefix { $0 != "," })
        let made = try last()
        #expect(made.size == before + 1)
        #expect(made.event["type"]?.string == "token.created")
        #expect(made.event["subject"]?.string == token)
        #expect(made.event["data"]?["who"]?.string == "mika")
        // Without --reason it says where it was made; the words themselves lie beside the log.
        #expect(made.event["data"]?["reason"]?.string?.hasPrefix("sha256:") == true)
        _ = await folder.kanjo("token", "revoke", token, "--who", "ken", "--reason", "the laptop was stolen")
        let revoked = try last()
        #expect(revoked.size == before + 2)
        #expect(revoked.event["type"]?.string == "token.revoked")
        #expect(revoked.event["data"]?["who"]?.string == "ken")
        #expect(revoked.event["data"]?["reason"]?.string?.hasPrefix("sha256:") == true)
        // Revoked before, nothing is written.
        _ = await folder.kanjo("token", "revoke", token)
        #expect(try last().size == before + 2)
        #expect(await folder.kanjo("verify").status == 0)
    }

    @Test func anUnknownRoleIsAWrongCommandLine() async {
        let folder = TestFolder()
        let run = await folder.kanjo("token", "create", "--account", "a", "--user", "u", "--role", "owner")
        #expect(run.status == 64)
    }
}
