import Service
import TestSupport
import Testing

@testable import Commands

/// Settings of a server: flags < variables < file < defaults, and what is wrong is told all at once.
@Suite struct ConfigurationTests {
    private static func run(_ folder: TestFolder, _ arguments: String...) async -> CommandRun {
        await folder.run(["serve", "--check-config"] + arguments)
    }

    @Test func flagsWinOverTheFileAndTheFileOverDefaults() async {
        let folder = TestFolder()
        let file = folder.write("kanjo.yaml", "server: {port: 1234, zone: tk1a}\nlimits:\n  head_bytes: 2048\n")
        let run = await Self.run(folder, "--config", file, "--port", "0", "--set", "ledger.readers=2")
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n")
        for line in [
            "server.host = 127.0.0.1  (default)", "server.port = 0  (--port)", "server.zone = tk1a  (\(file))",
            "limits.head_bytes = 2048  (\(file))", "ledger.readers = 2  (--set)",
        ] { #expect(lines.contains(Substring(line)), "\(line)") }
        #expect(lines.count == ServeSetting.all.count)
    }

    @Test func variablesWinOverTheFile() throws {
        let layers = try ConfigurationLayers(
            flags: ["server.host": .init(text: "0.0.0.0", source: "--host")],
            variable: { ["KANJO_SERVER_HOST": "::", "KANJO_SERVER_PORT": "81"][$0] },
            file: try SettingsFile.values(in: "server: {port: 82}\nlog: {level: error}\n"),
            fileName: "file")
        #expect(layers.configuration.host == "0.0.0.0")
        #expect(layers.configuration.port == 81)
        #expect(layers.configuration.logLevel == .error)
        #expect(layers.settings.first { $0.setting.key == "server.port" }?.source == "KANJO_SERVER_PORT")
    }

    @Test func everythingThatIsWrongIsToldAtOnce() async {
        let folder = TestFolder()
        let file = folder.write(
            "kanjo.yaml", "server:\n  port: 65536\n  prot: 1\nlog: {level: loud}\ntls: {key_file: key.pem}\n")
        let run = await Self.run(folder, "--config", file, "--set", "limits.head_bytes=1.5", "--zone", "IS/1")
        #expect(run.status == 78)
        for words in [
            "line 3: there is no setting 'server.prot'", "server.port (\(file)): '65536' is no whole number from 0",
            "log.level (\(file)): 'loud' is no level", "limits.head_bytes (--set): '1.5'",
            "server.zone (--zone): 'IS/1'",
            "tls.certificate_file and tls.key_file go together", "[invalid_configuration]",
        ] { #expect(run.diagnostics.contains(words), "\(words)") }
        #expect(await Self.run(folder, "--config", "/nowhere/kanjo.yaml").status == 78)
        #expect(await Self.run(folder, "--config", folder.write("list.yaml", "- a\n")).status == 78)
        #expect(await Self.run(folder, "--config", folder.write("broken.yaml", "a: [")).status == 78)
    }

    @Test func enginesAreNamedWithWhatTheyTake() async {
        let folder = TestFolder()
        let hosts = "engine.hosts=local=unix:///run/a.sock,far=https://10.0.0.1:2376"
        let counted = ["--set", hosts, "--set", "engine.capacity=v100=2,far/h100=1", "--set", "engine.gpus=8"]
        #expect(await folder.run(["serve", "--check-config"] + counted).status == 0)
        for (settings, words) in [
            ([hosts], "engine.capacity: no host takes a task"),
            ([hosts, "engine.capacity=near/v100=1"], "'near' is none of engine.hosts"),
            ([hosts, "engine.capacity=v100=many"], "'many' is no number of tasks"),
            ([hosts, "engine.capacity=v100=2"], "engine.gpus: 'local' takes 2 tasks with GPUs at once"),
            (["engine.hosts=local=http://10.0.0.1:2375", "engine.capacity=v100=1"], "without TLS"),
            ([hosts, "engine.capacity=v100=1", "engine.ulimits=nofile=9:1"], "'9:1' is no limit"),
            ([hosts, "engine.capacity=v100=1", "engine.owner=team"], "neither user nor account"),
            (["engine.key_file=a"], "engine.certificate_file and engine.key_file go together"),
        ] {
            let run = await folder.run(["serve", "--check-config"] + settings.flatMap { ["--set", $0] })
            #expect(run.status == 78, "\(settings)")
            #expect(run.diagnostics.contains(words), "\(run.diagnostics)")
        }
    }

    /// `docs/configuration.md` is written from the code, so that it can't fall behind.
    @Test func theReferenceListsEverySetting() {
        let defaults = ServeConfiguration()
        var text = """
            # Settings of `kanjo serve`

            A setting comes from its flag, else from its variable, else from the file (`--config`, or `KANJO_CONFIG`;
            YAML, the key's parts nested), else it has its default. `--check-config` shows what is in force, or what
            keeps a server from starting here, and names variables that set nothing. The database is `--db`, else
            `KANJO_DB`.

            | key | default | variable | flag | meaning |
            | --- | --- | --- | --- | --- |

            """
        for setting in ServeSetting.all {
            let shown = setting.show(defaults)
            text +=
                "| `\(setting.key)` | \(shown.isEmpty ? "–" : "`\(shown)`") | `\(setting.variable)` | "
                + "\(setting.flag.map { "`\($0)`" } ?? "`--set`") | \(setting.meaning) |\n"
        }
        let path = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/docs"
        #expect(Golden.difference(text, "configuration.md", in: path) == nil)
    }
}
