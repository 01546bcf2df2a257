import Testing

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

    @Test func anUnknownRoleIsAWrongCommandLine() async {
        let folder = TestFolder()
        let run = await folder.kanjo("token", "create", "--account", "a", "--user", "u", "--role", "owner")
        #expect(run.status == 64)
    }
}
