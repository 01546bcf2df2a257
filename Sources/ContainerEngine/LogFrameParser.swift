import Units

/// Reads the stream of a container's output as it comes in: frames of an 8-byte head (stream, three zeros, length) and
/// a text that begins with the time and a space. Holds no more than one head and one time, however long a frame is.
struct LogFrameParser {
    private var head: [UInt8] = []
    private var stream = LogFrame.Stream.stdout
    private var restBytes = 0
    /// The time of the frame as far as it is known; `nil` when it has been read.
    private var stamp: [UInt8]?
    private var at: Instant?

    /// RFC 3339 with nine digits and an offset has 35.
    private static let greatestStampBytes = 40

    /// What is now complete, in its order. Error: `bad_answer`.
    mutating func feed(_ bytes: some Collection<UInt8>) throws(EngineError) -> [LogFrame] {
        var frames: [LogFrame] = []
        var input = Array(bytes)[...]
        while !input.isEmpty {
            if restBytes == 0 {
                let wanted = input.prefix(8 - head.count)
                head += wanted
                input = input.dropFirst(wanted.count)
                if head.count == 8 { try begin() }
                continue
            }
            let part = input.prefix(restBytes)
            input = input.dropFirst(part.count)
            restBytes -= part.count
            let text = withoutStamp(part)
            if !text.isEmpty { frames.append(LogFrame(stream: stream, bytes: text, at: at)) }
        }
        return frames
    }

    private mutating func begin() throws(EngineError) {
        guard head[0] <= 2, head[1...3].allSatisfy({ $0 == 0 }) else {
            throw EngineError(.badAnswer, "the engine's log has no frames; is the container made with a terminal?")
        }
        // Standard input may be echoed as stream 0.
        stream = LogFrame.Stream(rawValue: head[0]) ?? .stdout
        restBytes = head[4...].reduce(0) { $0 << 8 | Int($1) }
        (stamp, at) = ([], nil)
        head.removeAll(keepingCapacity: true)
    }

    /// What follows the time; nothing until the time is complete.
    private mutating func withoutStamp(_ part: ArraySlice<UInt8>) -> [UInt8] {
        guard let begun = stamp else { return Array(part) }
        let text = begun + part
        if let space = text.prefix(Self.greatestStampBytes).firstIndex(of: UInt8(ascii: " ")),
            let instant = try? Instant(rfc3339: String(decoding: text[..<space], as: UTF8.self))
        {
            (stamp, at) = (nil, instant)
            return Array(text[(space + 1)...])
        }
        if restBytes > 0, text.count < Self.greatestStampBytes {
            stamp = text
            return []
        }
        stamp = nil
        return text
    }
}

/// Cuts a stream into lines; what has no end yet is kept.
struct LineParser {
    private var rest: [UInt8] = []
    static let greatestLineBytes = 1 << 20

    /// The lines that are now complete, without their ends. Error: `bad_answer` for a line of more than 1 MiB.
    mutating func feed(_ bytes: some Collection<UInt8>) throws(EngineError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(rest)
                rest.removeAll(keepingCapacity: true)
            } else {
                rest.append(byte)
            }
        }
        guard rest.count <= Self.greatestLineBytes else {
            throw EngineError(.badAnswer, "the engine says a line of more than 1 MiB")
        }
        return lines
    }

    /// What stands after the last end of a line.
    var remainder: [UInt8] { rest }
}
