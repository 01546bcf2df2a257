import Commands
import Service
import Synchronization
import TestSupport
import Units

#if canImport(Glibc)
    import Glibc
#endif

/// One command run inside the test's process: clock, ids, salts and streams are the test's.
struct CommandRun {
    let status: Int32
    let output: String
    let diagnostics: String
}

/// A folder of its own for one test, taken away with it.
final class TestFolder: Sendable {
    let path: String
    /// 2018-01-15 00:00 in Japan: both months of the sample are over, and their grace.
    static let now = try! Instant(rfc3339: "2018-01-15T00:00:00+09:00")

    private let identifiers = Mutex(0)

    init() {
        var template = Array(("/tmp/kanjo-commands-" + String(repeating: "X", count: 6)).utf8CString)
        path = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in files { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Names of the files in it, sorted.
    var files: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) -> String {
        let file = fopen("\(path)/\(name)", "w")!
        fputs(text, file)
        fclose(file)
        return "\(path)/\(name)"
    }

    func read(_ name: String) -> String { Golden.read("\(path)/\(name)") ?? "(there is no \(name))" }

    /// Runs `kanjo` with this folder's database.
    func kanjo(_ arguments: String..., isTerminal: Bool = false) async -> CommandRun {
        await run(arguments, isTerminal: isTerminal)
    }

    /// - Parameter variables: beside those that name the database and the person.
    func run(
        _ arguments: [String], now: Instant = TestFolder.now, isTerminal: Bool = false,
        variables: [String: String] = [:]
    ) async -> CommandRun {
        let output = Collection(), diagnostics = Collection()
        let surroundings = Surroundings(
            output: output.stream(isTerminal: isTerminal), diagnostics: diagnostics.stream(isTerminal: isTerminal),
            variable: { [path] name in
                variables[name] ?? (name == "KANJO_DB" ? path + "/kanjo.db" : name == "USER" ? "tester" : nil)
            },
            variableNames: { variables.keys + ["KANJO_DB", "USER"] },
            environment: ServiceEnvironment(
                now: { now }, makeID: { "test-\(self.count())" },
                makeSalt: { [UInt8](repeating: UInt8(truncatingIfNeeded: self.count()), count: 16) }))
        let status = await Surroundings.$current.withValue(surroundings) { await KanjoProgram.run(arguments) }
        return CommandRun(status: status, output: output.text, diagnostics: diagnostics.text)
    }

    private func count() -> Int {
        identifiers.withLock { count in
            count += 1
            return count
        }
    }
}

/// Bytes that a command wrote.
private final class Collection: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func stream(isTerminal: Bool) -> TextStream {
        TextStream(isTerminal: isTerminal) { written in
            self.bytes.withLock { $0 += written }
            return true
        }
    }
}
