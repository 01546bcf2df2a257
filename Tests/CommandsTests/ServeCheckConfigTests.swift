import TestSupport
import Testing

/// `kanjo serve --check-config`: what can't start here isn't called right, and each fault names its place.
@Suite struct ServeCheckConfigTests {
    private static func check(_ arguments: [String], variables: [String: String] = [:]) async -> CommandRun {
        await TestFolder().run(["serve", "--check-config"] + arguments, variables: variables)
    }

    @Test func filesAndFoldersThatAreNotThereAreNamed() async {
        let run = await Self.check([
            "--port-file", "/nowhere/port", "--set", "ledger.secret_key_file=/nowhere/key",
            "--tls-certificate-file", "/nowhere/server.pem", "--tls-key-file", "/nowhere/server.key",
            "--db", "/nowhere/kanjo.db",
        ])
        #expect(run.status == 78)
        for words in [
            "server.port_file: the folder of /nowhere/port isn't there",
            "ledger.secret_key_file: the secret key file /nowhere/key can't be made (No such file or directory)",
            "tls.certificate_file: /nowhere/server.pem can't be read: No such file or directory",
            "--db (KANJO_DB): the folder of /nowhere/kanjo.db isn't there",
        ] { #expect(run.diagnostics.contains(words), "\(run.diagnostics)") }
        #expect(run.output.isEmpty)
    }

    @Test func aSecretKeyFileHasToBeOne() async {
        let folder = TestFolder()
        let path = folder.write("secret.key", "too short")
        let run = await folder.run(["serve", "--check-config", "--set", "ledger.secret_key_file=\(path)"])
        #expect(run.status == 78)
        #expect(run.diagnostics.contains("\(path) has 9 bytes, not 32"), "\(run.diagnostics)")
        let made = folder.path + "/made.key"
        #expect(
            await folder.run(["serve", "--check-config", "--set", "ledger.secret_key_file=\(made)"]).status == 0)
        #expect(!folder.files.contains("made.key"))
    }

    @Test func anAddressHasToBeThisMachinesOwn() async {
        for (host, words) in [
            ("nohost.invalid", "server.host: 'nohost.invalid' is no address and no name that is known here"),
            ("192.0.2.1", "server.host: '192.0.2.1' is no address of this machine"),
        ] {
            let run = await Self.check(["--host", host])
            #expect(run.status == 78, "\(host)")
            #expect(run.diagnostics.contains(words), "\(run.diagnostics)")
        }
        #expect(await Self.check(["--host", "0.0.0.0"]).status == 0)
        #expect(await Self.check(["--host", "localhost"]).status == 0)
    }

    @Test func aVariableThatSetsNothingIsNamed() async {
        let run = await Self.check(
            [],
            variables: [
                "KANJO_SERVER_PROT": "81", "KANJO_LIMITS_WHATEVER": "1", "KANJO_SEED": "7", "KANJO_SERVER_PORT": "82",
            ])
        #expect(run.status == 0)
        #expect(
            run.diagnostics == """
                warning: the variable KANJO_LIMITS_WHATEVER sets nothing; docs/configuration.md lists those that do
                warning: the variable KANJO_SERVER_PROT sets nothing; did you mean KANJO_SERVER_PORT?

                """)
        #expect(run.output.contains("server.port = 82  (KANJO_SERVER_PORT)"))
    }

    @Test func aFileIsNamedWithItsLine() async {
        let folder = TestFolder()
        for (text, words) in [
            ("log: {level: info}\nlimits: [1]\n", "line 2: 'limits' is a list"),
            ("log: {level: info}\nserver:\n  port:\n    - 1\n    - 2\n", "line 3: 'server.port' is a list"),
            ("- a\n", "line 1: keys and values are needed"),
            ("server:\n  port: many\n", "server.port"),
        ] {
            let file = folder.write("kanjo.yaml", text)
            let run = await folder.run(["serve", "--check-config", "--config", file])
            #expect(run.status == 78)
            #expect(run.diagnostics.contains(words), "\(run.diagnostics)")
            #expect(run.diagnostics.contains(file), "\(run.diagnostics)")
        }
    }

    @Test func theFlagThatGaveAValueIsNamed() async {
        let set = await Self.check(["--set", "server.public_address=ftp://a"])
        #expect(set.diagnostics.contains("server.public_address (--set): 'ftp://a' is no address"))
        let own = await Self.check(["--set", "server.public_address=ftp://a", "--public-address", "ftp://b"])
        #expect(own.diagnostics.contains("server.public_address (--public-address): 'ftp://b' is no address"))
        let empty = await Self.check(["--set", "server.public_address="])
        #expect(empty.output.contains("server.public_address =   (--set)\n"), "\(empty.output)")
    }
}
