import Testing
import Units

@testable import ContainerEngine

/// The streams of an engine are read alike however they are cut.
@Suite struct LogFrameTests {
    private static func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let length = UInt32(bytes.count)
        return [stream, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + bytes
    }

    private static let bytes =
        frame(1, "2026-11-23T22:24:54.123456789Z out\n") + frame(2, "2026-11-23T22:24:55Z err\n")
        + frame(1, "no time\n") + frame(1, "") + frame(0, "2026-11-23T22:24:56+09:00 \n")

    /// Text by stream, joined where a frame came in parts.
    private static func read(_ bytes: [UInt8], by size: Int) throws -> [LogFrame] {
        var parser = LogFrameParser()
        var frames: [LogFrame] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            for frame in try parser.feed(bytes[start..<min(bytes.count, start + size)]) {
                if let last = frames.last, last.stream == frame.stream, last.at == frame.at, last.bytes.last != 10 {
                    frames[frames.count - 1].bytes += frame.bytes
                } else {
                    frames.append(frame)
                }
            }
        }
        return frames
    }

    @Test func framesAreReadHoweverTheyAreCut() throws {
        let whole = try Self.read(Self.bytes, by: Self.bytes.count)
        #expect(whole.map { String(decoding: $0.bytes, as: UTF8.self) } == ["out\n", "err\n", "no time\n", "\n"])
        #expect(whole.map(\.stream) == [.stdout, .stderr, .stdout, .stdout])
        #expect(whole[0].at == (try Instant(rfc3339: "2026-11-23T22:24:54.123456789Z")))
        #expect(whole[2].at == nil)
        for size in 1..<50 { #expect(try Self.read(Self.bytes, by: size) == whole, "cut by \(size)") }
    }

    @Test func aLongFrameIsHandedOnAsItComes() throws {
        let text = "2026-11-23T22:24:54Z " + String(repeating: "x", count: 100_000)
        var parser = LogFrameParser()
        let bytes = Self.frame(2, text)
        let first = try parser.feed(bytes[..<1000])
        #expect(first.reduce(0) { $0 + $1.bytes.count } == 1000 - 8 - 21)
        let rest = try parser.feed(bytes[1000...])
        #expect(rest.reduce(0) { $0 + $1.bytes.count } == bytes.count - 1000)
        #expect((first + rest).allSatisfy { $0.stream == .stderr && $0.at != nil })
    }

    @Test func whatHasNoFramesIsRefused() throws {
        var parser = LogFrameParser()
        let error = #expect(throws: EngineError.self) { try parser.feed(Array("plain text".utf8)) }
        #expect(error?.code == .badAnswer)
    }

    @Test func linesAreCutAndTheLastOneKept() throws {
        var parser = LineParser()
        #expect(try parser.feed(Array("a\nb".utf8)) == [[97]])
        #expect(try parser.feed(Array("c\n\nd".utf8)) == [[98, 99], []])
        #expect(parser.remainder == [100])
        let long = [UInt8](repeating: 120, count: LineParser.greatestLineBytes + 1)
        #expect(throws: EngineError.self) { try parser.feed(long) }
    }
}
