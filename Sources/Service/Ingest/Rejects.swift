/// Keeps the lines that weren't taken, as they came, so that they can be mended and sent again.
final class Rejects {
    private let file: OutputFile
    private var last: (line: Int, original: [UInt8])?

    /// Error: `cannot_write_file`.
    init(path: String) throws { file = try OutputFile(path: path) }

    /// Once for each line, although a row of a job list gives up to three events.
    func keep(line: Int, original: [UInt8]) throws {
        if let last, last.line == line, last.original == original { return }
        last = (line, original)
        try file.write(original + [UInt8(ascii: "\n")])
    }

    /// The next input counts its lines anew.
    func beginInput() { last = nil }

    func finish() throws { try file.finish() }
}
