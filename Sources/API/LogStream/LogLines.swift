import ContainerEngine

/// Cuts what a container writes into lines, each stream by itself. A long line is cut: nothing grows without bounds.
struct LogLines {
    static let greatestLineBytes = 64 << 10

    private var open: [LogFrame.Stream: [UInt8]] = [:]

    /// The lines that are now complete, each with a line feed at its end, as clients print them; what is no UTF-8 is
    /// replaced.
    mutating func feed(_ frame: LogFrame) -> [String] {
        var lines: [String] = []
        var rest = open[frame.stream] ?? []
        for byte in frame.bytes {
            if byte == UInt8(ascii: "\n") || rest.count == Self.greatestLineBytes {
                lines.append(Self.text(rest))
                rest.removeAll(keepingCapacity: true)
            }
            if byte != UInt8(ascii: "\n") { rest.append(byte) }
        }
        open[frame.stream] = rest
        return lines
    }

    /// What had no end yet; it is given one.
    mutating func finish() -> [String] {
        defer { open = [:] }
        return LogFrame.Stream.allCases.compactMap { open[$0] }.filter { !$0.isEmpty }.map(Self.text)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self) + "\n"
    }
}
