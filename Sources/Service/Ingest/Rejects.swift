/// Keeps the lines that weren't taken, as they came, so that they can be mended and sent again. Those of a job list
/// stand under the line that names its columns.
final class Rejects {
    private let file: OutputFile
    private var header: [UInt8]?
    private var last: (line: Int, original: [UInt8])?

    /// Error: `cannot_write_file`.
    init(path: String) throws { file = try OutputFile(path: path) }

    /// Once for each line, although a row of a job list gives up to three events.
    func keep(line: Int, original: [UInt8], under header: [UInt8]?) throws {
        if let last, last.line == line, last.original == original { return }
        last = (line, original)
        if let header, header != self.header {
            self.header = header
            try write(header)
        }
        try write(original)
    }

    /// The next input counts its lines anew.
    func beginInput() { last = nil }

    func finish() throws { try file.finish() }

    private func write(_ line: [UInt8]) throws { try file.write(line + [UInt8(ascii: "\n")]) }
}
