import ArgumentParser
import TestSupport
import Testing

@testable import Commands

/// The help of every command, held by golden files.
@Suite struct HelpTests {
    private static func all(_ command: any ParsableCommand.Type, _ path: [String]) -> [(
        path: [String], text: String, type: any ParsableCommand.Type
    )] {
        [(path, Kanjo.helpMessage(for: command, columns: 80), command)]
            + command.configuration.subcommands.flatMap { all($0, path + [$0._commandName]) }
    }

    @Test func helpIsAsItWas() {
        for (path, text, _) in Self.all(Kanjo.self, ["kanjo"]) {
            let difference = Golden.difference(
                text + "\n", "help-\(path.joined(separator: "-")).txt", besides: #filePath)
            #expect(difference == nil)
        }
    }

    @Test func everyHelpHasAnExampleOnLinesThatFit() {
        for (path, _, type) in Self.all(Kanjo.self, ["kanjo"]) {
            let examples = type.configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  kanjo ") }
            #expect(!examples.isEmpty, "\(path)")
            for example in examples { #expect(example.count <= 80, "\(path): \(example)") }
        }
    }

    @Test func everyExampleCanBeParsed() throws {
        for (_, _, type) in Self.all(Kanjo.self, ["kanjo"]) {
            let text = type.configuration.discussion.replacing(" \\\n", with: " ")
            for line in text.split(separator: "\n") where line.hasPrefix("  kanjo ") {
                _ = try Kanjo.parseAsRoot(Self.words(line.prefix { $0 != "|" }))
            }
        }
    }

    @Test func completionScriptsAreMade() async {
        let folder = TestFolder()
        for shell in ["bash", "zsh", "fish"] {
            let run = await folder.kanjo("--generate-completion-script", shell)
            #expect(run.status == 0)
            #expect(run.output.contains("create-accounts"))
        }
    }

    /// Words as a shell splits them, without the program's name.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line + " " {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return Array(words.dropFirst())
    }
}
